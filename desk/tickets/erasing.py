"""Taking a customer's words out of tickets for good; kinds, states and times stay."""

from collections.abc import Collection

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from desk.tickets import labels
from desk.tickets.model import Ticket, TicketEvent
from desk.tickets.search import UNFINISHED


def busy(session: Session, customer_ids: Collection[str], conversation_ids: Collection[str]) -> bool:
    """Return whether somebody still works on one of the customer's tickets."""
    query = select(Ticket.id).where(_mine(customer_ids, conversation_ids), Ticket.status.in_(UNFINISHED))
    return session.scalar(query.limit(1)) is not None


def erase(session: Session, customer_ids: Collection[str], conversation_ids: Collection[str]) -> None:
    """Remove titles, notes and everything that was written; a ticket is called by its kind from now on."""
    for ticket in session.scalars(select(Ticket).where(_mine(customer_ids, conversation_ids)).with_for_update()):
        ticket.title, ticket.note = labels.kind_text(ticket.kind), ""
        words = update(TicketEvent).where(TicketEvent.ticket_id == ticket.id).values(text="")
        session.execute(words.execution_options(synchronize_session=False))
    session.flush()


def _mine(customer_ids: Collection[str], conversation_ids: Collection[str]) -> ColumnElement[bool]:
    return or_(Ticket.customer_id.in_(customer_ids), Ticket.conversation_id.in_(conversation_ids))
