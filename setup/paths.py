"""Where things are in a checkout."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """The places of one checkout, all derived from its root.

    What belongs to the checkout (environments, stamps, tools) is always below `root`, also when an
    instance keeps its run-time state elsewhere (`KAMIDESK_STATE_DIR`).
    """

    root: Path

    @property
    def var(self) -> Path:
        """Everything that is written and not committed."""
        return self.root / "var"

    @property
    def stamps(self) -> Path:
        """One small file per step that is done."""
        return self.var / "stamps"

    @property
    def tools(self) -> Path:
        """Tools that the set-up brings for itself: uv, npm."""
        return self.var / "tools"

    @property
    def log(self) -> Path:
        """Full output of the set-up's commands."""
        return self.var / "logs" / "setup.log"

    @property
    def desk_env(self) -> Path:
        """The desk's environment."""
        return self.root / ".venv"

    @property
    def bot_env(self) -> Path:
        """The bot's environment (Python 3.10)."""
        return self.root / "bot" / ".venv"

    @property
    def desk_python(self) -> Path:
        """The desk environment's interpreter."""
        return self.desk_env / "bin" / "python"

    @property
    def bot_python(self) -> Path:
        """The bot environment's interpreter."""
        return self.bot_env / "bin" / "python"

    @property
    def model(self) -> Path:
        """The model that the bot serves."""
        return self.root / "models" / "kamidesk.tar.gz"

    @property
    def figures(self) -> Path:
        """How the served model answered the test sets; there when `make train` measured it."""
        return self.root / "models" / "kamidesk.json"

    @property
    def previous(self) -> Path:
        """The model before the served one, or the last measured one."""
        return self.root / "models" / "previous.tar.gz"

    @property
    def candidate(self) -> Path:
        """A model that `make train` judges or has refused; in a folder apart, where Rasa's commands do not pick it."""
        return self.root / "models" / "candidate" / "kamidesk.tar.gz"

    @property
    def reports(self) -> Path:
        """Evaluations."""
        return self.var / "reports"


HERE = Paths(Path(__file__).resolve().parent.parent)
