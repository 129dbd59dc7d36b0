"""The files of the pictures: outside of anything that is served as files, readable by the desk alone."""

import os
import secrets
import shutil
import time
from collections.abc import Collection
from pathlib import Path

from desk.pictures.checking import Prepared
from desk.pictures.errors import NoPicture, NotKept

_SMALL = ".small"
_ROOM = 2**30  # bytes that stay free on the disk: the database needs them more
_YOUNG = 3600.0  # seconds: a file this old without a row in the table will get none


class Folder:
    """Two files a picture, `name` and `name.small`, under names that say nothing.

    Args:
        path: made with the first picture.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, made: Prepared) -> str:
        """Store a picture for good and return its name.

        Raises:
            NotKept: the disk is full, or not to be written.
        """
        name = secrets.token_hex(16)
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if shutil.disk_usage(self._path).free < _ROOM:
                raise NotKept
            _write(self._path / name, made.full)
            _write(self._path / (name + _SMALL), made.small)
        except OSError:
            raise NotKept from None
        return name

    def get(self, name: str, *, small: bool = False) -> bytes:
        """Return a file's bytes.

        Raises:
            NoPicture: it has been deleted.
        """
        try:
            return (self._path / (name + _SMALL if small else name)).read_bytes()
        except FileNotFoundError:
            raise NoPicture from None

    def drop(self, name: str) -> None:
        """Delete a picture's files."""
        for each in (name, name + _SMALL):
            (self._path / each).unlink(missing_ok=True)

    def sweep(self, known: Collection[str]) -> None:
        """Delete what is in no table: the pictures of deleted rows, and what a crash left of an upload."""
        if not self._path.is_dir():
            return
        before = time.time() - _YOUNG
        for file in self._path.iterdir():
            if file.name.removesuffix(_SMALL) not in known and file.stat().st_mtime < before:
                file.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
