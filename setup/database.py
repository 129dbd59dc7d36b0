"""Creates, migrates and fills the database, with the desk's own commands."""

from pathlib import Path

from setup import shell
from setup.paths import Paths
from setup.progress import Step


def migrate(paths: Paths, settings: Path, step: Step) -> None:
    """Bring the database to the current schema; creates it when there is none."""
    _desk(paths, settings, step, "migrate", "Migrating the database")


def seed(paths: Paths, settings: Path, step: Step) -> None:
    """Fill the demo shop; does nothing when it is filled, or when there is to be no demo."""
    _desk(paths, settings, step, "seed", "Filling the demo shop")


def _desk(paths: Paths, settings: Path, step: Step, command: str, what: str) -> None:
    shell.run(
        [paths.desk_python, "-m", "desk", command],
        log=paths.log,
        step=step,
        what=what,
        cwd=paths.root,
        env={"KAMIDESK_SETTINGS": str(settings)},
    )
