"""What the supervisor needs to know of a program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


def answers_ok(status: int) -> bool:
    """Ready when the health page says so."""
    return status == 200


def answers_at_all(status: int) -> bool:
    """Ready when anything answers."""
    return True


@dataclass(frozen=True)
class Program:
    """One program under supervision.

    Attributes:
        name: short; the tag on the console and the name of its log.
        command: absolute path of the executable, and arguments.
        cwd: where it runs.
        env: its whole environment.
        port: where it listens.
        health: a URL that it answers quickly while it works. Any answer means that it lives.
        ready: whether the answer (an HTTP status) means that it has finished starting.
    """

    name: str
    command: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(repr=False)
    port: int
    health: str
    ready: Callable[[int], bool] = answers_ok
