"""Tickets as other systems ask for them: page by page, the newest first, and one by its row."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.tickets.model import Ticket


def newest(
    session: Session,
    *,
    limit: int,
    before: int | None = None,
    updated_after: datetime | None = None,
    **equal: str | None,
) -> list[Ticket]:
    """Return tickets that meet all given filters, the newest first.

    Args:
        before: the id that the page ends above; None: from the newest.
        equal: columns and the values that they must have; None means any.
    """
    query = select(Ticket).filter_by(**{name: value for name, value in equal.items() if value is not None})
    if before is not None:
        query = query.where(Ticket.id < before)
    if updated_after is not None:
        query = query.where(Ticket.updated_at > updated_after)
    return list(session.scalars(query.order_by(Ticket.id.desc()).limit(limit)))


def by_id(session: Session, ticket_id: int) -> Ticket:
    """Return a ticket that is known to be there."""
    return session.get_one(Ticket, ticket_id)
