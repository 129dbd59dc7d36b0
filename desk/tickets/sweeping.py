"""Closes solved tickets whose customer has confirmed, or has been silent for long enough.

What is due stands in the database, so a desk that was away for a while makes up for it.
"""

import asyncio
import logging

from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError

from desk import clock
from desk.conversations import timeline
from desk.conversations.model import Author
from desk.db import Database
from desk.options.service import current
from desk.texts import say
from desk.tickets import closing, holding, labels
from desk.tickets.model import Closed, Ticket, TicketStatus
from desk.tickets.options import TicketRules

_log = logging.getLogger(__name__)
EVERY = 60.0  # seconds


async def run(database: Database) -> None:
    """Close what is due, until cancelled."""
    while True:
        try:
            await asyncio.to_thread(close_due, database)
        except SQLAlchemyError as problem:  # the next round will do it
            _log.warning("closing tickets: %s", type(problem).__name__)
        await asyncio.sleep(EVERY)


def close_due(database: Database) -> list[str]:
    """Close what is due, one transaction each; return the numbers of those that were closed."""
    with database.read() as session:
        silent = clock.now() - current(session, TicketRules).confirm_span
        due = select(Ticket.number).where(
            Ticket.status == TicketStatus.SOLVED,
            or_(Ticket.confirmed_at.is_not(None), Ticket.solved_at <= silent),
        )
        numbers = list(session.scalars(due.order_by(Ticket.id)))
    return [number for number in numbers if _close(database, number)]


def _close(database: Database, number: str) -> bool:
    with database.write() as session:
        ticket = holding.hold(session, number)
        how = closing.close_if_due(session, ticket)
        if how == Closed.SILENCE and ticket.conversation_id and closing.asks_customer(session, ticket):
            conversation = timeline.lock(session, ticket.conversation_id)
            text = labels.chat("silence", number=ticket.number)
            timeline.append(session, conversation, Author.BOT, text, name=say("bot_name"))
    return how is not None
