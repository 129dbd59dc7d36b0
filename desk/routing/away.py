"""Nobody there: the customer is told when people are back, and can leave a message that becomes a ticket.

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
from desk.routing import floor as room
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
    """Answers whoever writes while nobody is there, once (`desk.conversations.meanwhile.Meanwhile`)."""

    def pressed(self, session: Session, conversation: Conversation, payload: str) -> Sequence[Reply] | None:
        """None: these are nobody's buttons."""

    def heard(
        self, session: Session, conversation: Conversation, reason: str, text: str, *, picture: bool
    ) -> Sequence[Reply]:
        """Say when people are back."""
        row = _waiting(session, conversation)
        if row is None or row.told_away:
            return []
        floor = room.look(session)
        if waiting.is_staffed(floor, row.team):
            return []
        waiting.comfort(session, row)
        return [Reply(_said(session, floor.options, row), _wanted())]


def tell(session: Session, conversation_id: str, handoff_id: int) -> bool:
    """Tell a waiting customer, once, that nobody is there and when that will change; say whether it was told."""
    conversation = timeline.lock(session, conversation_id)
    row = session.get(Assignment, handoff_id, with_for_update=True, populate_existing=True)
    if row is None or row.told_away or conversation.owner != Owner.QUEUED:
        return False
    floor = room.look(session)
    if waiting.is_staffed(floor, row.team):
        return False
    waiting.comfort(session, row)
    body = {"buttons": timeline.make_buttons(session, conversation_id, _wanted())}
    text = _said(session, floor.options, row)
    timeline.append(session, conversation, Author.SYSTEM, text, kind=Kind.NOTICE, body=body)
    return True


def _waiting(session: Session, conversation: Conversation) -> Assignment | None:
    if conversation.owner != Owner.QUEUED:
        return None
    waits = handoff.open_handoff(session, conversation.id)
    return session.get(Assignment, waits.id) if waits else None


def _said(session: Session, options: Groups, row: Assignment) -> str:
    back = waiting.back(session, options, row.team)
    return _word("away.back", back=clock.spoken(back)) if back else _word("away.soon")


def _wanted() -> list[dict[str, str]]:
    leave = {"title": _word("button.leave"), "payload": LEAVE_MESSAGE}
    return [leave, {"title": say("leave_queue_button"), "payload": handoff.LEAVE_QUEUE}]


def _left(session: Session, services: Services, conversation: Conversation, row: Assignment, text: str) -> str:
    """Open the ticket of a message, once per hand-off, and end the waiting."""
    options = room.look(session).options
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
