"""Tells the bot which dialogues it has to forget; a bot that is away hears of it when it is back."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from desk.conversations.bot import BotClient, BotUnavailable
from desk.customers import erasing
from desk.db import Database

_log = logging.getLogger(__name__)
EVERY = 20.0  # seconds


async def run(database: Database, bot: BotClient) -> None:
    """Tell it now and then, until cancelled."""
    while True:
        try:
            await tell(database, bot)
        except (SQLAlchemyError, BotUnavailable) as problem:  # the next round will do it
            _log.warning("the bot has not forgotten yet: %s", type(problem).__name__)
        await asyncio.sleep(EVERY)


async def tell(database: Database, bot: BotClient) -> None:
    """Tell the bot of all erasures that it has not heard of.

    Raises:
        BotUnavailable: it is away; what it has heard of stays noted.
    """
    for erasure_id, conversations in await asyncio.to_thread(_waiting, database):
        await bot.forget(conversations)
        await asyncio.to_thread(_done, database, erasure_id)


def _waiting(database: Database) -> list[tuple[int, list[str]]]:
    with database.read() as session:
        return erasing.unforgotten(session)


def _done(database: Database, erasure_id: int) -> None:
    with database.write() as session:
        erasing.forgotten(session, erasure_id)
