"""What the person at the terminal sees: one tagged line for each thing that happens."""

import sys
from typing import TextIO


class Console:
    """Writes to the terminal, and goes on in silence when there is none any more."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out: TextIO | None = out or sys.stdout

    def say(self, text: str, tag: str = "kamidesk") -> None:
        """Print lines, each with its tag."""
        for line in text.splitlines():
            self._line(f"{tag:>8} | {line}")

    def plain(self, text: str) -> None:
        """Print lines as they are."""
        for line in text.splitlines():
            self._line(line)

    def _line(self, line: str) -> None:
        if not self._out:
            return
        try:
            print(line, file=self._out, flush=True)
        except (BrokenPipeError, OSError):
            self._out = None
