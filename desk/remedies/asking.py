"""Asks customers, some minutes after something was set right, whether all is well (SLA-10, PO-10)."""

import asyncio
import logging

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from desk import clock
from desk.conversations import timeline
from desk.conversations.model import Author, Owner
from desk.db import Database
from desk.remedies.model import FollowUp, Kind
from desk.texts import table

_log = logging.getLogger(__name__)
EVERY = 10.0  # seconds
_WORDING = {
    Kind.REISSUE: "ask.key",
    Kind.REFUND: "ask.money",
    Kind.REFUND_PAYMENT: "ask.money",
    Kind.DISCOUNT: "ask.money",
    "deliver": "ask.key",
    "retry_topup": "ask.topup",
}


async def run(database: Database) -> None:
    """Ask what is due, until cancelled."""
    while True:
        try:
            await asyncio.to_thread(ask_due, database)
        except SQLAlchemyError as problem:  # the next round will do it
            _log.warning("follow-ups: %s", type(problem).__name__)
        await asyncio.sleep(EVERY)


def ask_due(database: Database) -> int:
    """Ask every customer whose time has come; return how many were asked."""
    with database.read() as session:
        query = select(FollowUp.id).where(FollowUp.done_at.is_(None), FollowUp.due_at <= clock.now())
        due = list(session.scalars(query.order_by(FollowUp.due_at).limit(100)))
    asked = 0
    for number in due:
        with database.write() as session:
            asked += _ask(session, number)
    return asked


def _ask(session: Session, number: int) -> int:
    row = session.get(FollowUp, number, with_for_update=True, populate_existing=True)
    if row is None or row.done_at is not None:
        return 0
    row.done_at = clock.now()
    conversation = timeline.lock(session, row.conversation_id)
    if conversation.owner != Owner.BOT:
        return 0  # a person is on it, and asks himself
    words = table("remedies")
    wanted = [
        {"title": words["button.solved"], "payload": "/thank"},
        {"title": words["button.unsolved"], "payload": "/request_human"},
    ]
    buttons = timeline.make_buttons(session, conversation.id, wanted)
    text = words[_WORDING.get(row.wording, "ask.solved")]
    timeline.append(session, conversation, Author.BOT, text, body={"buttons": buttons})
    return 1
