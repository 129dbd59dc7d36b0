"""Nobody there, or too many before one: the customer hears what to expect, and can leave a message for a ticket.

Called inside the transaction that takes the message from the inbox: what is done here is done once.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import matters
from desk.cases.services import Services
from desk.conversations import handoff, timeline
from desk.conversations.bot import Reply
from desk.conversations.model import Author, Conversation, Kind, Owner
from desk.options.service import current
from desk.routing import waiting
from desk.routing.groups import Groups
from desk.routing.model import Assignment
from desk.texts import say, table
from desk.tickets import labels
from desk.tickets.service import add_note, open_ticket

LEAVE_MESSAGE = "desk:leave_message"


class Messages:
    """Takes messages that are left (`desk.conversations.meanwhile.Meanwhile`).

    Args:
        services: what cases work with.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def pressed(self, session: Session, conversation: Conversation, payload: str) -> Sequence[Reply] | None:
        """Ask for the message; None for others' buttons, and when the customer does not wait any more."""
        row = _waiting(session, conversation)
        if payload != LEAVE_MESSAGE or row is None:
            return None
        row.writing = True
        return [Reply(_word("leave.ask"))]

    def heard(
        self, session: Session, conversation: Conversation, reason: str, text: str, *, picture: bool
    ) -> Sequence[Reply]:
        """Make the message that was asked for a ticket, and give the customer back to the bot."""
        row = _waiting(session, conversation)
        if row is None or not row.writing:
            return []
        if picture:
            return [Reply(_word("leave.picture"))]
        return [Reply(_left(session, self._services, conversation, row, text))]


class Nobody:
    """Answers whoever writes while the wait is long, once (`desk.conversations.meanwhile.Meanwhile`)."""

    def pressed(self, session: Session, conversation: Conversation, payload: str) -> Sequence[Reply] | None:
        """None: these are nobody's buttons."""

    def heard(
        self, session: Session, conversation: Conversation, reason: str, text: str, *, picture: bool
    ) -> Sequence[Reply]:
        """Say when people are back, or how long it will take."""
        row = _waiting(session, conversation)
        if row is None or row.told_away:
            return []
        text = _said(session, row)
        if not text:
            return []
        waiting.comfort(session, row)
        return [Reply(text, _wanted())]


def tell(session: Session, conversation_id: str, handoff_id: int) -> bool:
    """Tell a waiting customer, once, that it will take long, and what else can be done; say whether it was told."""
    conversation = timeline.lock(session, conversation_id)
    row = session.get(Assignment, handoff_id, with_for_update=True, populate_existing=True)
    if row is None or row.told_away or conversation.owner != Owner.QUEUED:
        return False
    text = _said(session, row)
    if not text:
        return False
    waiting.comfort(session, row)
    body = {"buttons": timeline.make_buttons(session, conversation_id, _wanted())}
    timeline.append(session, conversation, Author.SYSTEM, text, kind=Kind.NOTICE, body=body)
    return True


def _waiting(session: Session, conversation: Conversation) -> Assignment | None:
    if conversation.owner != Owner.QUEUED:
        return None
    waits = handoff.open_handoff(session, conversation.id)
    return session.get(Assignment, waits.id) if waits else None


def _said(session: Session, row: Assignment) -> str:
    """Return what is said to somebody who will wait long; nothing to others."""
    found = waiting.expected(session, row.conversation_id)
    if found is None:
        return ""
    if not found.staffed:
        return _word("away.back", back=clock.spoken(found.back)) if found.back else _word("away.soon")
    if (found.minutes or 0) < current(session, Groups).long_wait_minutes:
        return ""
    return _word("away.long", ahead=found.place - 1, minutes=found.minutes)


def _wanted() -> list[dict[str, str]]:
    leave = {"title": _word("button.leave"), "payload": LEAVE_MESSAGE}
    return [leave, {"title": say("leave_queue_button"), "payload": handoff.LEAVE_QUEUE}]


def _left(session: Session, services: Services, conversation: Conversation, row: Assignment, text: str) -> str:
    """Open the ticket of a message, once per hand-off, and end the waiting."""
    options = current(session, Groups)
    waits = handoff.open_handoff(session, conversation.id)
    intent = waits.intent if waits else None
    kind = options.message_kinds.get(intent or "", options.of(row.team).message_kind)
    words = matters.heard(session, services, text)
    back = waiting.back(session, options, row.team)
    ticket = open_ticket(
        session,
        kind if kind in labels.kinds() else labels.kinds()[0],
        labels.title("message", text=matters.begin(words)),
        dedupe=f"message:{row.handoff_id}",
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
        note=_word("leave.note"),
    )
    add_note(session, ticket, words, "bot")
    handoff.leave_queue(session, conversation)
    when = clock.spoken(back) if back else _word("leave.soon")
    return _word("leave.done", ticket_no=ticket.number, when=when)


def _word(key: str, **values: object) -> str:
    return table("routing")[key].format(**values)
