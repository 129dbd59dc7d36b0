"""Entry of every make target: `python3 -m setup run|test|train|lock|lint|clean|help`.

This file must be readable for old Pythons: it is what tells their owner that they are too old.
"""

import os
import shutil
import subprocess
import sys

# No syntax here that Python 3.6 cannot read.
OLDEST = (3, 11)
CANDIDATES = ("python3.14", "python3.13", "python3.12", "python3.11")


def _newer_python() -> str:
    """Return a Python on PATH that is new enough, or ""; shims of absent versions do not count."""
    for name in CANDIDATES:
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return path
    return ""


def main() -> None:
    """Run the command of the command line with a Python that can."""
    if sys.version_info < OLDEST:
        newer = _newer_python()
        if newer:
            os.execv(newer, [newer, "-m", "setup", *sys.argv[1:]])
        sys.exit(
            f"Kamidesk needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.\n"
            "Install one (Debian: apt-get install python3) or name it: make run PYTHON=/path/to/python3.12\n"
            "需要 Python 3.11 或更新版本。"
        )
    from setup.commands import main as run_command

    sys.exit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
