"""Trains the bot's model when there is none or what it is made from changed."""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from setup import shell
from setup.failure import SetupError
from setup.paths import Paths
from setup.progress import Step
from setup.stamps import Stamp, digest

QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


class TrainingFailed(SetupError):
    """Rasa could not train a model; the old one, if any, is untouched."""


@dataclass(frozen=True)
class Built:
    """A trained model that is not in use: its file, and the digest of what it was made from."""

    file: Path
    made_from: str


def inputs(root: Path) -> list[Path]:
    """Return all files that a model is made from, in a fixed order."""
    data = [
        file
        for file in [*(root / "data").rglob("*.yml"), *(root / "data").rglob("*.yaml")]
        if file.relative_to(root).parts[1] != "knowledge"  # the desk's, read while it runs
    ]
    code = [file for file in (root / "bot" / "nlu").rglob("*") if file.is_file() and file.suffix != ".pyc"]
    single = [root / "config.yml", root / "domain.yml", root / "locks" / "bot.txt"]
    return sorted([*data, *code, *single])


def made_from_now(paths: Paths) -> str:
    """Return the digest of everything that a model would be made from now."""
    return digest(inputs(paths.root), base=paths.root)


def is_current(paths: Paths) -> bool:
    """Return whether the model is there, is the one that was trained last, and nothing changed since."""
    stamp = Stamp(paths.stamps / "model.json")
    if not (paths.model.is_file() and stamp.matches(made_from_now(paths))):
        return False
    return (stamp.read() or {}).get("size") == _size(paths)


def train(paths: Paths, step: Step) -> Built:
    """Train a model beside the one in use.

    Raises:
        TrainingFailed: with what Rasa said.
    """
    made_from = made_from_now(paths)
    out = paths.var / "train"
    shutil.rmtree(out, ignore_errors=True)
    try:
        shell.run(
            [
                *(paths.bot_python, "-m", "rasa", "train"),
                *("--config", "config.yml", "--domain", "domain.yml"),
                "--data",
                *("data/nlu", "data/rules", "data/stories"),
                *("--out", out, "--fixed-model-name", "kamidesk"),
                "--skip-validation",  # it reads all data a second time; `make check-data` looks closer
            ],
            log=paths.log,
            step=step,
            what="Training the bot",
            cwd=paths.root,
            env=QUIET,
        )
    except shell.CommandFailed as error:
        kept = "The model from before stays in use." if paths.model.is_file() else "There is no model from before."
        raise TrainingFailed(f"{error}\n{kept}") from error
    new = out / "kamidesk.tar.gz"
    if not new.is_file():
        # Rasa ends with 0 and no model when it finds no training data.
        raise TrainingFailed(f"Rasa trained no model: is data/ empty? Its output is in {paths.log}.")
    return Built(new, made_from)


def put_in_use(paths: Paths, built: Built) -> None:
    """Put a model in the old one's place in one move."""
    paths.model.parent.mkdir(exist_ok=True)
    os.replace(built.file, paths.model)
    make_newest(paths.model)
    shutil.rmtree(paths.var / "train", ignore_errors=True)
    Stamp(paths.stamps / "model.json").write(built.made_from, size=_size(paths))


def make_newest(model: Path) -> None:
    """Give a model the latest time in its folder: `rasa shell` and the like take the newest archive there."""
    others = [file for file in model.parent.glob("*.tar.gz") if not file.samefile(model)]
    for _ in range(100):  # the file system's clock has coarse ticks
        os.utime(model)
        if all(file.stat().st_ctime_ns < model.stat().st_ctime_ns for file in others):
            break
        time.sleep(0.01)


def _size(paths: Paths) -> int:
    return paths.model.stat().st_size
