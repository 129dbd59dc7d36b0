"""Trains the bot's model when there is none or what it is made from changed."""

import os
import shutil
from pathlib import Path

from setup import shell
from setup.failure import SetupError
from setup.paths import Paths
from setup.progress import Step
from setup.stamps import Stamp, digest


class TrainingFailed(SetupError):
    """Rasa could not train a model; the old one, if any, is untouched."""


def inputs(root: Path) -> list[Path]:
    """Return all files that a model is made from, in a fixed order."""
    data = [*(root / "data").rglob("*.yml"), *(root / "data").rglob("*.yaml")]
    code = [file for file in (root / "bot" / "nlu").rglob("*") if file.is_file() and file.suffix != ".pyc"]
    single = [root / "config.yml", root / "domain.yml", root / "locks" / "bot.txt"]
    return sorted([*data, *code, *single])


def is_current(paths: Paths) -> bool:
    """Return whether the model is there, is the one that was trained last, and nothing changed since."""
    stamp = Stamp(paths.stamps / "model.json")
    made_from = digest(inputs(paths.root), base=paths.root)
    if not (paths.model.is_file() and stamp.matches(made_from)):
        return False
    return (stamp.read() or {}).get("size") == _size(paths)


def train(paths: Paths, step: Step) -> None:
    """Train a model and put it in the old one's place in one move.

    Raises:
        TrainingFailed: with what Rasa said.
    """
    made_from = digest(inputs(paths.root), base=paths.root)
    out = paths.var / "train"
    shutil.rmtree(out, ignore_errors=True)
    try:
        shell.run(
            [
                *(paths.bot_python, "-m", "rasa", "train"),
                *("--config", "config.yml", "--domain", "domain.yml", "--data", "data"),
                *("--out", out, "--fixed-model-name", "kamidesk"),
            ],
            log=paths.log,
            step=step,
            what="Training the bot",
            cwd=paths.root,
            env={"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"},
        )
    except shell.CommandFailed as error:
        kept = "The model from before stays in use." if paths.model.is_file() else "There is no model from before."
        raise TrainingFailed(f"{error}\n{kept}") from error
    new = out / "kamidesk.tar.gz"
    if not new.is_file():
        # Rasa ends with 0 and no model when it finds no training data.
        raise TrainingFailed(f"Rasa trained no model: is data/ empty? Its output is in {paths.log}.")
    paths.model.parent.mkdir(exist_ok=True)
    os.replace(new, paths.model)
    shutil.rmtree(out, ignore_errors=True)
    Stamp(paths.stamps / "model.json").write(made_from, size=_size(paths))


def _size(paths: Paths) -> int:
    return paths.model.stat().st_size
