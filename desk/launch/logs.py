"""A log file that a program's output goes to, rotated by size."""

import os
from pathlib import Path


class RotatingLog:
    """NAME.log, with up to `kept` older ones: NAME.log.1 is the youngest of them.

    Args:
        path: the file.
        limit: bytes after which a new file is begun.
        kept: how many old files are kept.
    """

    def __init__(self, path: Path, limit: int = 5_000_000, kept: int = 3) -> None:
        self.path = path
        self._limit = limit
        self._kept = kept
        path.parent.mkdir(parents=True, exist_ok=True)
        self._open()

    def write(self, output: bytes) -> None:
        """Add output. What a program prints at once stays in one file."""
        if self._size and self._size + len(output) > self._limit:
            self._rotate()
        self._file.write(output)
        self._size += len(output)

    def tail(self, lines: int) -> list[str]:
        """Return the last lines of the present file."""
        with self.path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 20_000))
            return file.read().decode("utf-8", "replace").splitlines()[-lines:]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _open(self) -> None:
        # Conversations may stand in it: for the owner's eyes only.
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._file = os.fdopen(handle, "ab", buffering=0)
        self._size = self.path.stat().st_size

    def _rotate(self) -> None:
        self._file.close()
        names = [self.path, *(self.path.with_name(f"{self.path.name}.{n}") for n in range(1, self._kept + 1))]
        for older, younger in zip(names[::-1], names[-2::-1], strict=False):
            if younger.exists():
                os.replace(younger, older)
        self._open()
