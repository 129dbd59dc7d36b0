"""Finds the Python 3.10 that Rasa 3.6 needs: with uv, then pyenv, then installed by uv."""

import os
from collections.abc import Iterator
from pathlib import Path

from setup import shell
from setup.failure import SetupError
from setup.progress import Step
from setup.uv import Uv

VERSION = "3.10"
# pyenv builds without the system's libraries lack some of these, and Rasa then fails in odd ways.
_PROBE = "import sys, bz2, ctypes, sqlite3, ssl; print('%d.%d' % sys.version_info[:2])"


class NoPython310(SetupError):
    """No usable Python 3.10 is there, and uv could not install one."""


def works(python: Path) -> bool:
    """Return whether `python` is a complete Python 3.10."""
    return shell.answer([python, "-c", _PROBE]) == VERSION


def find(uv: Uv, step: Step) -> Path:
    """Return a Python 3.10.

    Raises:
        NoPython310: there is none to be had; the message says how to get one.
    """
    refused = []
    for candidate in _present(uv):
        if works(candidate):
            return candidate
        refused.append(str(candidate))
    try:
        uv.run(
            "python",
            "install",
            VERSION,
            step=step,
            what="Installing Python 3.10 with uv",
            env={"UV_PYTHON_DOWNLOADS": "manual"},
        )
        installed = uv.ask("python", "find", "--no-project", "--managed-python", VERSION)
        if installed and works(Path(installed)):
            return Path(installed)
        reason = "uv installed one that does not run."
    except shell.CommandFailed as error:
        reason = str(error)
    incomplete = "".join(f"\n  - {path} does not run, or lacks sqlite3, ssl, ctypes or bz2" for path in refused)
    raise NoPython310(
        "The bot needs Python 3.10 (Rasa 3.6 runs on no newer one) and none was found with uv or pyenv"
        f"{incomplete}\nuv could not install one either: {reason}\n"
        "Get one in any of these ways and run make again (需要 Python 3.10，任选其一安装后重试):\n"
        "  - uv python install 3.10      (behind a slow line: set UV_PYTHON_INSTALL_MIRROR to a mirror)\n"
        "  - pyenv install 3.10\n"
        "  - your system's packages, for example python3.10 and python3.10-dev"
    )


def _present(uv: Uv) -> Iterator[Path]:
    """Yield what is already on this machine, in the order to try, without duplicates."""
    found = uv.ask("python", "find", "--no-project", "--system", VERSION)
    seen = set()
    for path in ([Path(found)] if found else []) + list(_pyenv()):
        if path not in seen:
            seen.add(path)
            yield path


def _pyenv() -> Iterator[Path]:
    root = Path(os.environ.get("PYENV_ROOT") or shell.answer(["pyenv", "root"]) or Path.home() / ".pyenv")

    def patch(folder: Path) -> int:
        last = folder.name.rpartition(".")[2]
        return int(last) if last.isdigit() else -1

    for folder in sorted((root / "versions").glob(f"{VERSION}*"), key=patch, reverse=True):
        yield folder / "bin" / "python"
    prefix = shell.answer(["pyenv", "prefix", VERSION])
    if prefix:
        yield Path(prefix) / "bin" / "python"
