"""Finding tickets: for the customer they belong to, and for agents."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from desk.tickets.model import Priority, Ticket, TicketEvent, TicketStatus
from desk.tickets.numbers import normalised

UNFINISHED = (TicketStatus.OPEN, TicketStatus.IN_PROGRESS, TicketStatus.WAITING)
RANK = case({Priority.URGENT: 0, Priority.NORMAL: 1}, value=Ticket.priority, else_=2)


def find(session: Session, number: str) -> Ticket | None:
    """Return the ticket with this number, however it is written. For agents: no ownership check."""
    return session.scalar(select(Ticket).where(Ticket.number == normalised(number)))


def by_id(session: Session, ticket_id: int, *, lock: bool = False) -> Ticket | None:
    """Return a ticket by its row, `lock`ed until the transaction's end where it is to be changed."""
    return session.get(Ticket, ticket_id, with_for_update=lock or None, populate_existing=lock)


def get(session: Session, ticket_id: int) -> Ticket:
    """Return the ticket with this id, which is known to exist."""
    return session.get_one(Ticket, ticket_id)


def of_people(
    session: Session,
    customer_ids: Collection[str],
    conversation_ids: Collection[str],
    limit: int = 5,
    until: datetime | None = None,
) -> list[Ticket]:
    """Return the tickets of all these, the newest first; only those opened at `until` or before, if given."""
    mine = or_(Ticket.customer_id.in_(customer_ids), Ticket.conversation_id.in_(conversation_ids))
    query = select(Ticket).where(mine)
    if until is not None:
        query = query.where(Ticket.created_at <= until)
    return list(session.scalars(query.order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(limit)))


def about(session: Session, dedupe: str) -> Ticket | None:
    """Return the ticket about a problem (see `Ticket.dedupe`) that is not closed, if there is one."""
    found = session.scalar(select(Ticket).where(Ticket.dedupe == dedupe))
    return standing_for(session, found) if found else None


def standing_for(session: Session, ticket: Ticket) -> Ticket:
    """Return the ticket itself, or the one that it was merged into."""
    while ticket.merged_into_id is not None:
        ticket = session.get_one(Ticket, ticket.merged_into_id)
    return ticket


def merged_into(session: Session, ticket: Ticket) -> list[Ticket]:
    """Return the tickets that were merged into this one."""
    return list(session.scalars(select(Ticket).where(Ticket.merged_into_id == ticket.id).order_by(Ticket.id)))


def for_owner(session: Session, number: str, customer_id: str | None, conversation_id: str | None) -> Ticket | None:
    """Return the ticket if it is the customer's or was opened in this conversation, else None."""
    query = select(Ticket).where(Ticket.number == normalised(number), _owned(customer_id, conversation_id))
    return session.scalar(query)


def of_owner(
    session: Session,
    customer_id: str | None,
    conversation_id: str | None,
    limit: int = 5,
    unfinished: bool = False,
) -> list[Ticket]:
    """Return the customer's tickets, the newest first; `unfinished`: only those still worked on."""
    query = select(Ticket).where(_owned(customer_id, conversation_id))
    if unfinished:
        query = query.where(Ticket.status.in_(UNFINISHED))
    return list(session.scalars(query.order_by(Ticket.id.desc()).limit(limit)))


def for_agents(
    session: Session,
    *,
    statuses: Collection[str] | None = None,
    kind: str | None = None,
    priority: str | None = None,
    order_no: str | None = None,
    customer_id: str | None = None,
    ids: Collection[int] | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Ticket]:
    """Return tickets that meet all given filters: urgent ones first, then the longest untouched."""
    query = select(Ticket)
    if statuses is not None:
        query = query.where(Ticket.status.in_(statuses))
    if ids is not None:
        query = query.where(Ticket.id.in_(ids))
    wanted = {"kind": kind, "priority": priority, "order_no": order_no, "customer_id": customer_id}
    query = query.filter_by(**{name: value for name, value in wanted.items() if value is not None})
    return list(session.scalars(query.order_by(RANK, Ticket.updated_at, Ticket.id).limit(limit).offset(offset)))


def unfinished_by_kind(session: Session) -> dict[str, int]:
    """Return how many tickets of each kind are still worked on."""
    query = select(Ticket.kind, func.count()).where(Ticket.status.in_(UNFINISHED)).group_by(Ticket.kind)
    return {row[0]: row[1] for row in session.execute(query)}


def history(session: Session, ticket: Ticket) -> list[TicketEvent]:
    """Return what happened to the ticket, from the beginning."""
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.id)
    return list(session.scalars(query))


def _owned(customer_id: str | None, conversation_id: str | None) -> ColumnElement[bool]:
    mine = [Ticket.conversation_id == conversation_id] if conversation_id else []
    if customer_id:
        mine.append(Ticket.customer_id == customer_id)
    return or_(*mine) if mine else Ticket.id.is_(None)
