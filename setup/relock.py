"""Writes the lock files anew: `make lock`, and `make lock UPGRADE=1` to take newer versions."""

import os
import shutil
from pathlib import Path

from setup import shell
from setup.paths import Paths
from setup.progress import Progress, Step
from setup.uv import Uv, find_or_install

DESK = ("--universal", "--python-version", "3.11")
BOT = ("--python-version", "3.10")


def relock(paths: Paths) -> None:
    """Resolve every environment again. Without UPGRADE, versions that still fit are kept."""
    progress = Progress(6)
    with progress.step("uv") as step:
        uv = find_or_install(paths, step)
    with progress.step("locks/desk.txt: the desk and its tests") as step:
        _compile(paths, uv, step, "desk", *DESK, "pyproject.toml", "--group", "test")
    with progress.step("locks/bot-tensorflow.txt: the bot with TensorFlow, for comparisons") as step:
        _compile(paths, uv, step, "bot-tensorflow", *BOT, "bot/pyproject.toml", "--extra", "compare")
    with progress.step("locks/bot.txt: the bot without TensorFlow, otherwise the same versions") as step:
        lean = ("--overrides", "bot/lean-overrides.txt", "--constraints", "locks/bot-tensorflow.txt")
        _compile(paths, uv, step, "bot", *BOT, "bot/pyproject.toml", *lean)
    with progress.step("locks/uv.txt, locks/node.txt: the set-up's own tools") as step:
        _compile(paths, uv, step, "uv", *DESK, "locks/uv.in")
        _compile(paths, uv, step, "node", *DESK, "locks/node.in")
    with progress.step("desk/web/vendor/package-lock.json: browser libraries") as step:
        _npm(paths, step)


def _compile(paths: Paths, uv: Uv, step: Step, name: str, *arguments: str) -> None:
    upgrade = ["--upgrade"] if os.environ.get("UPGRADE") else []
    # No addresses in the files: hashes say what is meant, and any mirror may serve it.
    plain = ("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--quiet")
    uv.run(
        *("pip", "compile", *plain, *upgrade, *arguments, "--output-file", f"locks/{name}.txt"),
        step=step,
        what=f"Resolving locks/{name}.txt",
        env={"UV_CUSTOM_COMPILE_COMMAND": "make lock"},
        cwd=paths.root,
    )


def _npm(paths: Paths, step: Step) -> None:
    npm = shutil.which("npm")
    if not npm:
        step.note = "left as it is: no npm here"
        return
    shell.run(
        [npm, "install", "--package-lock-only", "--ignore-scripts"],
        log=paths.log,
        step=step,
        what="Resolving the browser libraries",
        cwd=Path(paths.root, "desk", "web", "vendor"),
    )
