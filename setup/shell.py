"""Runs commands: output to the set-up's log, its end to the person when one fails."""

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from desk.launch import guard
from setup.failure import SetupError
from setup.progress import Step

SAY_EVERY = 15.0
"""Seconds of silence after which a long command gets a line of its own."""

_COLOURS = re.compile("\x1b\\[[0-9;]*[A-Za-z]")
_WARNING = re.compile(r":\d+: \w*Warning: ")
_FOREIGN = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")


class CommandFailed(SetupError):
    """A command of the set-up ended with an error."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this process's environment without what other Python environments left in it."""
    inherited = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return {**inherited, **(extra or {})}


def answer(command: Sequence[str | Path], env: Mapping[str, str] | None = None, wait: float = 60.0) -> str | None:
    """Return what a short command prints, stripped; None when it cannot be run or fails."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(env),
            timeout=wait,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None


def run(
    command: Sequence[str | Path],
    *,
    log: Path,
    step: Step,
    what: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a command of a step and wait for it.

    Args:
        command: the program and its arguments.
        log: the file that its output is added to.
        step: hears of it when it takes long.
        what: what it does, for the message: "Installing the desk's packages".
        cwd: where it runs.
        env: variables to set on top of the environment.

    Raises:
        CommandFailed: it ended with an error; the message has the end of its output.
    """
    words = [str(part) for part in command]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        output.write(f"\n$ {shlex.join(words)}\n".encode())
        output.flush()
        start = output.tell()
        program = shutil.which(words[0])
        if not program:
            raise CommandFailed(f"{what} failed: {words[0]} cannot be run.")
        # With the guard in front, kill -9 of the set-up ends its command too, before another set-up begins.
        guarded = [sys.executable, "-I", "-S", guard.__file__, str(os.getpid()), program, *words[1:]]
        process = subprocess.Popen(
            guarded,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=environment(env),
            start_new_session=True,
        )
        code = _wait(process, log, start, step)
    if code != 0:
        ending = "\n".join(f"    {line}" for line in _without_warnings(_lines(log, start))[-15:])
        raise CommandFailed(f"{what} failed (exit {code}). The end of its output, all of it in {log}:\n{ending}")


def _wait(process: subprocess.Popen[bytes], log: Path, start: int, step: Step) -> int:
    said = time.monotonic()
    try:
        while True:
            try:
                return process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                if time.monotonic() - said >= SAY_EVERY:
                    said = time.monotonic()
                    step.still((_lines(log, start) or ["…"])[-1])
    except BaseException:
        # Ctrl-C: the command has a session of its own, so that nothing of it stays behind.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        raise


def _lines(log: Path, start: int) -> list[str]:
    with log.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(start, file.tell() - 20_000))
        text = file.read().decode("utf-8", "replace").replace("\r", "\n")
    text = _COLOURS.sub("", text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _without_warnings(lines: list[str]) -> list[str]:
    """Leave Python's warnings out, with the line of source below each: they are never why a command failed."""
    return [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if not (_WARNING.search(line) or (_WARNING.search(before) and line.startswith("  ")))
    ]
