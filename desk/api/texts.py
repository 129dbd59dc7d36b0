"""Texts that programs send: readable, short enough, and without card keys."""

from sqlalchemy.orm import Session

from desk.conversations import timeline
from desk.conversations.errors import EmptyMessage
from desk.services import Desk


def redacted(session: Session, desk: Desk, place: str, text: str) -> str:
    """Return the text with references instead of card keys; only `place`'s own customer sees those again.

    Raises:
        EmptyMessage, MessageTooLong: there is nothing to read, or too much.
    """
    return desk.vault.redact(session, timeline.clean(text), place, desk.shop.order_no_like)


def masked(session: Session, desk: Desk, place: str, text: str) -> str:
    """Return the text with card keys masked for good; "" where nothing readable is in it.

    Raises:
        MessageTooLong: there is too much to read.
    """
    try:
        return desk.vault.mask(session, redacted(session, desk, place, text))
    except EmptyMessage:
        return ""
