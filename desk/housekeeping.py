"""What has to be thrown away in time, once an hour."""

import asyncio
import logging
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from desk import clock
from desk.api import calls as api_calls
from desk.cases import calls
from desk.channels.web import identity
from desk.db import Database
from desk.pictures.gallery import Gallery

_log = logging.getLogger(__name__)
_EVERY = 3600.0
# A turn is repeated within minutes, if at all.
_ANSWERS_KEPT = timedelta(days=2)


async def run(database: Database, gallery: Gallery) -> None:
    """Sweep now and then until cancelled."""
    while True:
        try:
            await asyncio.to_thread(sweep, database, gallery)
        except (SQLAlchemyError, OSError) as problem:  # the next round will do it
            _log.warning("sweep: %s", type(problem).__name__)
        await asyncio.sleep(_EVERY)


def sweep(database: Database, gallery: Gallery) -> None:
    """Forget the answers of old calls, tokens that nobody can use any more, and old pictures."""
    with database.write() as session:
        calls.forget(session, clock.now() - _ANSWERS_KEPT)
        api_calls.forget(session, clock.now() - _ANSWERS_KEPT)
        identity.forget_expired(session)
    gallery.sweep(database)
