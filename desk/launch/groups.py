"""The supervisor's side of reaper.py."""

import subprocess
import sys
from pathlib import Path

_REAPER = Path(__file__).with_name("reaper.py")


class Groups:
    """The process groups that must not outlive this process."""

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._reaper = self._start()

    @staticmethod
    def _start() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(_REAPER)], stdin=subprocess.PIPE, start_new_session=True
        )

    @property
    def reaper(self) -> int:
        """The reaper's process id."""
        return self._reaper.pid

    def add(self, group: int) -> None:
        """A group has begun."""
        self._groups.add(group)
        self._tell(f"+{group}")

    def remove(self, group: int) -> None:
        """A group is gone; its number may be given to strangers now."""
        self._groups.discard(group)
        self._tell(f"-{group}")

    def close(self) -> None:
        """Let the reaper end. It kills what was not removed."""
        if self._reaper.stdin:
            self._reaper.stdin.close()
        self._reaper.wait()

    def _tell(self, line: str) -> None:
        try:
            self._write(line)
        except BrokenPipeError:
            # Somebody killed the reaper: a new one hears of everything that runs.
            self._reaper.wait()
            self._reaper = self._start()
            for group in self._groups:
                self._write(f"+{group}")

    def _write(self, line: str) -> None:
        assert self._reaper.stdin is not None
        self._reaper.stdin.write(line.encode() + b"\n")
        self._reaper.stdin.flush()
