"""One line per step, in plain words."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Step:
    """The step that is running; `note` is what its line ends with."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._started = time.monotonic()
        self._open = True
        self.note = ""

    def _end_line(self) -> None:
        if self._open:
            print(file=self._out, flush=True)
            self._open = False

    def still(self, line: str) -> None:
        """Say that a long command is still at work, and what it said last."""
        self._end_line()
        print(f"        {self._seconds()} s … {line[:100]}", file=self._out, flush=True)

    def remark(self, line: str) -> None:
        """Say something below the step's line."""
        self._end_line()
        print(f"        {line}", file=self._out, flush=True)

    def _seconds(self) -> int:
        return round(time.monotonic() - self._started)

    def finish(self) -> None:
        """End the step's line with its note, or with the time that it took."""
        ending = self.note or f"done in {self._seconds()} s"
        print(f" {ending}" if self._open else f"        {ending}", file=self._out, flush=True)
        self._open = False


class Progress:
    """Numbers and prints the steps of a set-up."""

    def __init__(self, total: int, out: TextIO | None = None) -> None:
        self._total = total
        self._count = 0
        self._out = out or sys.stdout

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Print `title`, run the body, print how it ended. A failing body ends the line and still fails."""
        self._count += 1
        print(f"[{self._count}/{self._total}] {title} …", end="", file=self._out, flush=True)
        step = Step(self._out)
        try:
            yield step
        except BaseException:
            step.note = "failed"
            step.finish()
            raise
        step.finish()
