"""Taking hold of a ticket for a change: first its conversation, then the ticket, always in this order.

Whoever presses a button in the chat holds the conversation already; the other way round, two would wait for each other.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.conversations import timeline
from desk.tickets import search
from desk.tickets.errors import NoTicket, TicketClosed
from desk.tickets.model import Ticket, TicketStatus


def hold(session: Session, number: str) -> Ticket:
    """Return a ticket, locked with its conversation until the transaction's end.

    Raises:
        NoTicket: there is none.
    """
    ticket = search.find(session, number[:40])
    if ticket is None:
        raise NoTicket
    if ticket.conversation_id:
        timeline.lock(session, ticket.conversation_id)
    session.refresh(ticket, with_for_update=True)
    return ticket


def hold_open(session: Session, number: str) -> Ticket:
    """Return a ticket as `hold` does, if it can still be changed.

    Raises:
        NoTicket, TicketClosed: there is none, or it is closed.
    """
    ticket = hold(session, number)
    if ticket.status == TicketStatus.CLOSED:
        raise TicketClosed
    return ticket


def number_of(session: Session, ticket_id: int) -> str:
    """Return a ticket's number by its id."""
    return session.scalars(select(Ticket.number).where(Ticket.id == ticket_id)).one()
