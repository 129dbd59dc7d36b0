"""Builds and repairs the two locked environments."""

import csv
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from setup import shell
from setup.failure import SetupError
from setup.progress import Step
from setup.stamps import Stamp, digest
from setup.uv import Uv

_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


class DamagedEnvironment(SetupError):
    """An environment is not whole although it was just built."""


@dataclass(frozen=True)
class Environment:
    """One locked environment.

    Attributes:
        name: for messages and the stamp.
        folder: where it is.
        lock: its lock file, with hashes.
        python: returns the interpreter to build it with; only asked when it must be built anew.
        version: what that interpreter's version must begin with; "" takes any.
        local: folders of own packages that are installed into it besides the locked ones.
    """

    name: str
    folder: Path
    lock: Path
    python: Callable[[], Path]
    version: str = ""
    local: tuple[Path, ...] = ()

    @property
    def interpreter(self) -> Path:
        """The environment's own interpreter."""
        return self.folder / "bin" / "python"


def bring_up_to_date(environment: Environment, uv: Uv, stamps: Path, step: Step) -> None:
    """Leave `environment` whole and exactly as locked, doing as little as that takes.

    Nothing when stamp, interpreter and files agree; a sync when only the lock changed; a re-installation when
    files are missing; built from nothing when it was never finished or its interpreter is gone.
    """
    stamp = Stamp(stamps / f"{environment.name}.json")
    sources = [file for folder in environment.local for file in _sources(folder)]
    inputs = digest([environment.lock, *sources])
    # Scripts have the environment's path in their first line: moved with its checkout, it is as good as gone.
    runs = (stamp.read() or {}).get("folder") == str(environment.folder) and _runs(environment)
    whole = runs and not missing_files(environment.folder)
    if whole and stamp.matches(inputs):
        step.note = "up to date"
        return
    stamp.clear()
    if not runs:
        _create(environment, uv, step)
    _install(environment, uv, step, reinstall=runs and not whole)
    damaged = missing_files(environment.folder)
    if damaged:
        raise DamagedEnvironment(
            f"The {environment.name} environment lacks {len(damaged)} files right after its installation, "
            f"for example {damaged[0]}. Is the disk full? Otherwise run make clean and try again."
        )
    stamp.write(inputs, folder=str(environment.folder))


def missing_files(folder: Path) -> list[Path]:
    """Return the files that installed packages list in their RECORD and that are absent or cut short."""
    return [path for packages in folder.glob("lib/python3*/site-packages") for path in _missing_in(packages)]


def _missing_in(packages: Path) -> Iterator[Path]:
    # A few packages write the same file (a README at the top): any of the sizes will do.
    sizes: dict[str, set[int]] = defaultdict(set)
    for record in packages.glob("*.dist-info/RECORD"):
        with record.open(encoding="utf-8", newline="") as file:
            for name, _hash, size, *_ in csv.reader(file):
                if not name.endswith(".pyc"):
                    # Scripts and the bookkeeping of the installation are rewritten by the installer.
                    own = size and not name.startswith("..") and ".dist-info/" not in name
                    sizes[name].add(int(size) if own else -1)
    for name, expected in sizes.items():
        try:
            found = os.stat(packages / name).st_size
        except OSError:
            found = None
        if found is None or not expected & {found, -1}:
            yield packages / name


def _runs(environment: Environment) -> bool:
    """Return whether the environment's interpreter starts and is of the right version."""
    answer = shell.answer([environment.interpreter, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    return answer is not None and answer.startswith(environment.version)


def _create(environment: Environment, uv: Uv, step: Step) -> None:
    python = environment.python()
    shutil.rmtree(environment.folder, ignore_errors=True)
    uv.run(
        "venv",
        "--quiet",
        "--no-project",
        "--python",
        python,
        environment.folder,
        step=step,
        what=f"Creating the {environment.name} environment with {python}",
    )


def _install(environment: Environment, uv: Uv, step: Step, *, reinstall: bool) -> None:
    again = ["--reinstall"] if reinstall else []
    target = ("--python", environment.interpreter)
    uv.run(
        "pip",
        "sync",
        "--require-hashes",
        *again,
        *target,
        environment.lock,
        step=step,
        what=f"Installing the packages of {environment.lock.name}",
    )
    for folder in environment.local:
        # uv builds these itself (uv_build): nothing is fetched that no hash covers.
        uv.run(
            "pip",
            "install",
            "--no-deps",
            "--no-index",
            "--reinstall",
            *target,
            folder,
            step=step,
            what=f"Installing {folder.name}",
        )


def _sources(folder: Path) -> list[Path]:
    """Return the files of a local package that matter, in a fixed order."""
    built = {"build", "dist", "__pycache__"}
    return sorted(
        file
        for file in folder.rglob("*")
        if file.suffix in {".py", ".toml"} and not built & set(file.relative_to(folder).parts)
    )
