"""The pipelines that are compared."""

from dataclasses import dataclass
from pathlib import Path

import yaml

STOCK = Path(__file__).parent / "stock"


@dataclass(frozen=True)
class Contestant:
    """One pipeline on one set of training lines.

    Attributes:
        name: of its folder and files.
        title: for the report.
        config: a file in `stock/`; "" is the project's own config.yml.
        epochs: of DIET.
        sound: whether our classifier reads the sound view; means nothing to stock pipelines.
        everything: trained on all lines instead of the sample.
    """

    name: str
    title: str
    config: str = ""
    epochs: int = 0
    sound: bool = True
    everything: bool = False

    @property
    def ours(self) -> bool:
        """Whether it runs in the bot's own environment."""
        return not self.config

    def write_config(self, root: Path, file: Path, quick: bool) -> None:
        """Write its Rasa configuration.

        Args:
            root: the project.
            file: where to.
            quick: train for a moment only.
        """
        if self.config:
            epochs = 2 if quick else self.epochs
            file.write_text((STOCK / self.config).read_text("utf-8").replace("EPOCHS", str(epochs)), "utf-8")
            return
        whole = yaml.safe_load((root / "config.yml").read_text("utf-8"))
        kept = {key: whole[key] for key in ("recipe", "assistant_id", "language", "pipeline")}
        file.write_text(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False), "utf-8")


CONTESTANTS = (
    Contestant("jieba_diet", "jieba + DIET, 100 epochs (Rasa's default)", "jieba_diet.yml", 100),
    Contestant("char_diet", "characters + DIET, 40 epochs", "char_diet.yml", 40),
    Contestant("logistic", "jieba + logistic regression + CRF (Rasa's own parts)", "logistic.yml"),
    Contestant("ours_no_sound", "ours without the sound view", sound=False),
    Contestant("ours", "ours"),
    Contestant("ours_all", "ours, all lines", everything=True),
)
