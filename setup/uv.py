"""uv: the one on PATH, or a pinned one in var/tools."""

import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from setup import shell
from setup.failure import SetupError
from setup.mirrors import index_variables
from setup.paths import Paths
from setup.progress import Step
from setup.stamps import Stamp, digest

OLDEST, BEFORE = (0, 8), (1,)
"""From which uv on, and before which, its own build back end builds local packages without a download."""


class NoUv(SetupError):
    """uv is not there and cannot be installed."""


@dataclass(frozen=True)
class Uv:
    """A uv that works."""

    program: Path
    log: Path

    def run(
        self,
        *arguments: str | Path,
        step: Step,
        what: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Run a uv command that may download packages but never a Python, unless `env` allows it."""
        # Networks with a certificate authority of their own have it in the system's store, which pip uses too.
        trust = {"UV_SYSTEM_CERTS": "true"}
        variables = {"UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1", **trust, **index_variables(), **(env or {})}
        shell.run([self.program, *arguments], log=self.log, step=step, what=what, cwd=cwd, env=variables)

    def ask(self, *arguments: str) -> str | None:
        """Return the answer of a quick uv command, or None when it says no."""
        return shell.answer([self.program, *arguments], {"UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1"})


def version_of(program: str | Path) -> tuple[int, ...] | None:
    """Return the version of a uv program, or None when it is none."""
    found = re.match(r"uv (\d+)\.(\d+)\.(\d+)", shell.answer([program, "--version"]) or "")
    return tuple(int(part) for part in found.groups()) if found else None


def find_or_install(paths: Paths, step: Step) -> Uv:
    """Return a uv: on PATH, installed before, or installed now from locks/uv.txt.

    Raises:
        NoUv: neither pip nor venv is there to install it with, or the installation failed.
    """
    on_path = shutil.which("uv")
    if on_path and OLDEST <= (version_of(on_path) or (0,)) < BEFORE:
        step.note = f"found {on_path}"
        return Uv(Path(on_path), paths.log)
    folder, lock = paths.tools / "uv", paths.root / "locks" / "uv.txt"
    program, stamp, inputs = folder / "bin" / "uv", Stamp(paths.stamps / "uv.json"), digest([lock])
    if stamp.matches(inputs) and version_of(program):
        step.note = "up to date"
        return Uv(program, paths.log)
    stamp.clear()
    shutil.rmtree(folder, ignore_errors=True)
    _install(folder, lock, paths.log, step)
    if not version_of(program):
        raise NoUv(f"uv was installed but does not run: {program}. See {paths.log}.")
    stamp.write(inputs)
    return Uv(program, paths.log)


def _install(folder: Path, lock: Path, log: Path, step: Step) -> None:
    """Install into a plain folder: works where pip may not install, and on Debian without python3-venv."""
    pip = [sys.executable, "-m", "pip"]
    if shell.answer([*pip, "--version"]) is None:
        try:
            shell.run(
                [sys.executable, "-m", "venv", folder / "venv"],
                log=log,
                step=step,
                what="Creating an environment",
            )
        except shell.CommandFailed as error:
            raise NoUv(
                "Neither uv nor pip is there, and this Python cannot create an environment.\n"
                "Install one of them (Debian: apt-get install python3-pip) and run make again."
            ) from error
        pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip"]
    try:
        shell.run(
            [*pip, "install", "--quiet", "--no-deps", "--require-hashes", "--target", folder, "-r", lock],
            log=log,
            step=step,
            what="Installing uv",
            env={"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0", "PYTHONNOUSERSITE": "1"},
        )
    except shell.CommandFailed as error:
        raise NoUv(f"{error}\nWithout a network, install uv by hand and put it on PATH.") from error
    os.chmod(folder / "bin" / "uv", 0o755)
