"""The turn pump: one worker at a time per conversation takes what the inbox holds to the bot and back.

What waits is in the database, so a pump that dies loses nothing: the next one starts with what it finds.
"""

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy.orm import Session

from desk.conversations import inbox, timeline, turns
from desk.conversations.bot import BotClient, BotUnavailable, Turn
from desk.conversations.bus import Bus
from desk.conversations.meanwhile import Meanwhile
from desk.conversations.model import Conversation, InboxMessage
from desk.db import Database

About = Callable[[Session, Conversation], dict[str, str]]

_log = logging.getLogger(__name__)
_AT_ONCE = 8
_RETRY_AFTER = 0.4
_SWEEP_EVERY = 2.0


class Pump:
    """Runs inside the desk's event loop, from `start` to `stop`.

    Args:
        database: where inbox and timelines are.
        bot: asks the bot.
        bus: told when the bot begins and ends to "type".
        meanwhile: answers those who wait for a person.
        about: says what the bot may know of a conversation's customer.
    """

    def __init__(
        self,
        database: Database,
        bot: BotClient,
        bus: Bus,
        meanwhile: Meanwhile | None = None,
        about: About | None = None,
    ) -> None:
        self._database, self._bot, self._bus = database, bot, bus
        self._meanwhile, self._about = meanwhile, about
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._ear = bus.subscribe(inbox.WORK)
        self._main: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with what an earlier process left, then go on with what comes."""
        self._main = asyncio.create_task(self._run(), name="pump")

    async def stop(self) -> None:
        """Stop; turns under way are broken off and stay in the inbox."""
        tasks = [t for t in (self._main, *self._workers.values()) if t is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._bus.unsubscribe(self._ear)

    async def _run(self) -> None:
        while True:
            try:
                for conversation_id in await asyncio.to_thread(self._waiting):
                    if conversation_id not in self._workers:
                        self._workers[conversation_id] = asyncio.create_task(self._work(conversation_id))
            except Exception as problem:  # the pump must outlive a database that is away for a moment
                _log.error("pump: %s", type(problem).__name__)
            # The sweep is a safety net: a message is normally announced the moment it is stored.
            await self._ear.wait(_SWEEP_EVERY)

    def _waiting(self) -> list[str]:
        with self._database.read() as session:
            return inbox.waiting(session)

    async def _work(self, conversation_id: str) -> None:
        try:
            async with self._places:
                while await self._one_turn(conversation_id):
                    pass
        except Exception as problem:
            _log.error("turn of %s: %s", conversation_id, type(problem).__name__)
            await asyncio.sleep(_RETRY_AFTER)
        finally:
            self._workers.pop(conversation_id, None)
            self._bus.publish([inbox.WORK])

    async def _one_turn(self, conversation_id: str) -> bool:
        """Deal with the next messages; return False when there are none."""
        claimed = await asyncio.to_thread(self._begin, conversation_id)
        if claimed is None:
            return False
        sender, rows, about = claimed
        if not rows:
            return True
        self._typing(conversation_id, on=True)
        try:
            await self._ask(conversation_id, sender, rows, about)
        finally:
            self._typing(conversation_id, on=False)
        return True

    def _begin(self, conversation_id: str) -> tuple[str, list[InboxMessage], dict[str, str]] | None:
        with self._database.write() as session:
            conversation, rows = turns.begin(session, conversation_id, self._meanwhile)
            more = bool(rows) or conversation_id in inbox.waiting(session)
            about = self._about(session, conversation) if self._about and rows else {}
            return (conversation.sender_id, rows, about) if more else None

    async def _ask(self, conversation_id: str, sender: str, rows: list[InboxMessage], about: dict[str, str]) -> None:
        # What is trusted says one thing, however often it came: pictures in a row.
        text = rows[0].text if rows[0].trusted else "\n".join(row.text for row in rows)
        turn_id = f"{rows[0].turn}"
        try:
            turn = await self._turn(sender, turn_id, text, trusted=rows[0].trusted, about=about)
        except BotUnavailable as problem:
            _log.warning("bot unavailable: %s", problem)
            await asyncio.to_thread(self._fail, conversation_id, rows)
        else:
            await asyncio.to_thread(self._succeed, conversation_id, rows, turn)

    async def _turn(self, sender: str, turn_id: str, text: str, *, trusted: bool, about: dict[str, str]) -> Turn:
        try:
            return await self._bot.turn(sender, turn_id, text, trusted=trusted, about=about)
        except BotUnavailable as problem:
            # A connection that broke (a restart) is worth one more try; one that was slow is not.
            if str(problem) not in {"ConnectError", "RemoteProtocolError", "ReadError"}:
                raise
            await asyncio.sleep(_RETRY_AFTER)
            return await self._bot.turn(sender, turn_id, text, trusted=trusted, about=about)

    def _succeed(self, conversation_id: str, rows: list[InboxMessage], turn: Turn) -> None:
        with self._database.write() as session:
            turns.succeed(session, conversation_id, rows, turn)

    def _fail(self, conversation_id: str, rows: list[InboxMessage]) -> None:
        with self._database.write() as session:
            turns.fail(session, conversation_id, rows)

    def _typing(self, conversation_id: str, *, on: bool) -> None:
        self._bus.publish([timeline.topic(conversation_id)], {"from": "bot", "on": on})
