"""The inbox: a message is stored once, shown on the timeline and left for the pump, in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.conversations import threads, timeline
from desk.conversations.errors import UnknownButton
from desk.conversations.model import Author, Button, Conversation, Entry, InboxMessage, Kind, Owner
from desk.db import announce
from desk.happenings import CustomerWrote, tell

WORK = "work"
PICTURE = "/send_picture"  # what the bot gets of a picture; nobody can type it
MERGE_LIMIT = 5
MERGE_CHARACTERS = 300


@dataclass(frozen=True)
class Accepted:
    """What the sender is told: the entry's number and id, and whether it had been taken before."""

    seq: int
    id: str
    duplicate: bool


def accept(
    session: Session,
    conversation_id: str,
    message_id: str,
    *,
    text: str | None = None,
    button: str | None = None,
    picture: Mapping[str, object] | None = None,
    redact: Callable[[str], str] = str,
    admit: Callable[[], None] = lambda: None,
) -> Accepted:
    """Store a customer's message, exactly once per `message_id`.

    Args:
        text: what the customer typed, or
        button: the id of the button that was pressed, or
        picture: the picture's id, width and height.
        redact: replaces card keys by references.
        admit: called for a new message only; raises when the sender is too fast.

    Raises:
        EmptyMessage, MessageTooLong, UnknownButton, NoConversation: nothing was stored.
    """
    conversation = timeline.lock(session, conversation_id)
    earlier = _earlier(session, conversation, message_id)
    if earlier is not None:
        return Accepted(earlier.entry_seq, earlier.entry_id, duplicate=True)
    admit()
    kind: Kind = Kind.TEXT
    body: dict[str, object] = {}
    if picture is not None:
        shown, turn_text, trusted = "", PICTURE, True
        kind, body = Kind.PICTURE, {"picture": dict(picture)}
    elif button is not None:
        pressed = _button(session, conversation_id, button)
        shown, turn_text, trusted = pressed.title, pressed.payload, True
    else:
        shown = redact(timeline.clean(text or ""))
        turn_text, trusted = shown, False
    if conversation.owner == Owner.CLOSED:
        conversation.owner = Owner.BOT
        conversation.generation += 1
    entry = timeline.append(
        session,
        conversation,
        Author.CUSTOMER,
        shown,
        kind=kind,
        name=conversation.name,
        body=body,
        client_id=message_id,
    )
    row = InboxMessage(
        channel=conversation.channel,
        account=conversation.id,
        message_id=message_id,
        conversation_id=conversation_id,
        entry_id=entry.id,
        entry_seq=entry.seq,
        text=turn_text,
        trusted=trusted,
    )
    session.add(row)
    announce(session, WORK)
    tell(session, CustomerWrote(conversation.id, entry.seq, conversation.owner))
    return Accepted(entry.seq, entry.id, duplicate=False)


def taken(session: Session, conversation_id: str, message_id: str) -> Accepted | None:
    """Return what the sender was told when the message was accepted; None if it was not yet."""
    earlier = _earlier(session, threads.get(session, conversation_id), message_id)
    return Accepted(earlier.entry_seq, earlier.entry_id, duplicate=True) if earlier else None


def waiting(session: Session) -> list[str]:
    """Return the conversations that have messages nobody has dealt with."""
    query = select(InboxMessage.conversation_id).where(InboxMessage.done_at.is_(None)).distinct()
    return list(session.scalars(query))


def claim(session: Session, conversation_id: str) -> list[InboxMessage]:
    """Return the messages of the next turn, oldest first, marked with the turn they belong to.

    A turn that was claimed before (the process died) comes back unchanged. Typed messages that piled up
    become one turn: a customer who writes in bursts gets one answer. So do pictures in a row.
    """
    query = (
        select(InboxMessage)
        .where(InboxMessage.conversation_id == conversation_id, InboxMessage.done_at.is_(None))
        .order_by(InboxMessage.id)
    )
    rows = list(session.scalars(query.with_for_update()))
    if not rows:
        return []
    first = rows[0]
    if first.turn is not None:
        return [row for row in rows if row.turn == first.turn]
    batch = [first]
    for row in rows[1:MERGE_LIMIT]:
        too_much = sum(len(r.text) for r in batch) + len(row.text) > MERGE_CHARACTERS
        typed = not first.trusted and not row.trusted
        if too_much or not (typed or first.text == row.text == PICTURE):
            break
        batch.append(row)
    for row in batch:
        row.turn = f"t{first.id}"
    return batch


def finish(session: Session, rows: list[InboxMessage], outcome: str) -> bool:
    """Mark messages as dealt with; return False when someone did so before (nothing is changed then)."""
    ids = [row.id for row in rows]
    fresh = list(session.scalars(select(InboxMessage).where(InboxMessage.id.in_(ids)).with_for_update()))
    if any(row.done_at is not None for row in fresh):
        return False
    for row in fresh:
        row.done_at, row.outcome = clock.now(), outcome
    return True


def customer_entry(session: Session, row: InboxMessage) -> Entry | None:
    """Return the timeline's entry of an inbox message."""
    return session.get(Entry, row.entry_id)


def _earlier(session: Session, conversation: Conversation, message_id: str) -> InboxMessage | None:
    return session.scalar(
        select(InboxMessage).where(
            InboxMessage.channel == conversation.channel,
            InboxMessage.account == conversation.id,
            InboxMessage.message_id == message_id,
        )
    )


def _button(session: Session, conversation_id: str, button_id: str) -> Button:
    button = session.get(Button, button_id)
    if button is None or button.conversation_id != conversation_id:
        raise UnknownButton
    return button
