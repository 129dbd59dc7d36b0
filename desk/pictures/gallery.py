"""The pictures' part of one desk process: their folder, how long they stay, and one decoder at a time."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from desk import clock
from desk.db import Database
from desk.pictures import checking, service
from desk.pictures.folder import Folder


@dataclass(frozen=True)
class Gallery:
    """Made once per process.

    Args:
        folder: where the files are.
        keep: how long a picture stays.
    """

    folder: Folder
    keep: timedelta
    # 40 megapixels take 160 MB while they are decoded: never two at once.
    _decoder: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def prepare(self, data: bytes) -> checking.Prepared:
        """Do `checking.prepare` beside the event loop."""
        async with self._decoder:
            return await asyncio.to_thread(checking.prepare, data)

    def sweep(self, database: Database) -> None:
        """Delete what is older than it may be, rows first."""
        with database.write() as session:
            service.forget(session, clock.now() - self.keep)
        with database.read() as session:
            known = service.files(session)
        self.folder.sweep(known)
