"""Conversations as other systems ask for them: page by page, the newest word first, and single rows."""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from desk.conversations.model import Conversation, Entry, Handoff


def newest(
    session: Session,
    *,
    limit: int,
    before: tuple[datetime, str] | None = None,
    updated_after: datetime | None = None,
    **equal: str | None,
) -> list[Conversation]:
    """Return conversations in which something was said and that meet all given filters, the newest word first.

    Args:
        before: moment and id of the row that the page begins after; None: from the newest.
        equal: columns and the values that they must have; None means any.
    """
    query = select(Conversation).where(Conversation.last_seq > 0)
    query = query.filter_by(**{name: value for name, value in equal.items() if value is not None})
    if before is not None:
        at, key = before
        same = and_(Conversation.updated_at == at, Conversation.id < key)
        query = query.where(or_(Conversation.updated_at < at, same))
    if updated_after is not None:
        query = query.where(Conversation.updated_at > updated_after)
    return list(session.scalars(query.order_by(Conversation.updated_at.desc(), Conversation.id.desc()).limit(limit)))


def handoff(session: Session, handoff_id: int) -> Handoff:
    """Return a hand-off that is known to be there."""
    return session.get_one(Handoff, handoff_id)


def entry(session: Session, conversation_id: str, seq: int) -> Entry:
    """Return an entry that is known to be there."""
    query = select(Entry).where(Entry.conversation_id == conversation_id, Entry.seq == seq)
    return session.scalars(query).one()
