"""What people write into tickets: readable, short enough, and without card keys."""

from sqlalchemy.orm import Session

from desk.conversations import timeline
from desk.conversations.errors import EmptyMessage, MessageTooLong
from desk.services import Desk
from desk.tickets.errors import BadTicket
from desk.tickets.model import Ticket

LONGEST_TITLE, LONGEST_NOTE, LONGEST_LINE = 100, 1000, 150


def fit(session: Session, desk: Desk, place: str, text: str, field: str, limit: int, *, required: bool = True) -> str:
    """Return the text fit for a ticket: card keys in it are masked for good, nobody needs them there.

    Args:
        place: the conversation that the ticket belongs to.
        field: the field's name, for the message.
        limit: the most characters.

    Raises:
        BadTicket: nothing readable although `required`, or too long.
    """
    try:
        clean = timeline.clean(text)
    except EmptyMessage:
        if required:
            raise BadTicket(f"请填写{field}") from None
        return ""
    except MessageTooLong:
        clean = text
    if len(clean) > limit:
        raise BadTicket(f"{field}最多 {limit} 字，现在有 {len(clean)} 字")
    return desk.vault.mask(session, desk.vault.redact(session, clean, place, desk.shop.order_no_like))


def place_of(ticket: Ticket) -> str:
    """Return what card keys in a ticket's texts are minted for."""
    return ticket.conversation_id or ticket.number
