"""Taking a customer's words out of tickets for good; kinds, states and times stay."""

from collections.abc import Collection, Iterator

from sqlalchemy import Delete, Update, delete, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from desk.texts import say
from desk.tickets import labels
from desk.tickets.model import Ticket, TicketEvent
from desk.tickets.model_parts import Attachment, Report, ReportAction, SubTask, TicketTag
from desk.tickets.search import UNFINISHED


def busy(session: Session, customer_ids: Collection[str], conversation_ids: Collection[str]) -> bool:
    """Return whether somebody still works on one of the customer's tickets."""
    query = select(Ticket.id).where(_mine(customer_ids, conversation_ids), Ticket.status.in_(UNFINISHED))
    return session.scalar(query.limit(1)) is not None


def erase(session: Session, customer_ids: Collection[str], conversation_ids: Collection[str]) -> list[str]:
    """Remove everything that was written; a ticket is called by its kind from now on.

    Returns:
        The names of attached files, to be dropped after the commit.
    """
    files: list[str] = []
    for ticket in session.scalars(select(Ticket).where(_mine(customer_ids, conversation_ids)).with_for_update()):
        ticket.title, ticket.note = labels.kind_text(ticket.kind), ""
        files += session.scalars(select(Attachment.file).where(Attachment.ticket_id == ticket.id))
        for statement in _words(ticket.id):
            session.execute(statement.execution_options(synchronize_session=False))
    session.flush()
    return files


def _words(ticket_id: int) -> Iterator[Update | Delete]:
    gone = say("erased")
    yield update(TicketEvent).where(TicketEvent.ticket_id == ticket_id).values(text="")
    yield update(SubTask).where(SubTask.ticket_id == ticket_id).values(title=gone, result="")
    yield update(Report).where(Report.ticket_id == ticket_id).values(root_cause="", impact="")
    yield update(ReportAction).where(ReportAction.ticket_id == ticket_id).values(text=gone)
    yield delete(Attachment).where(Attachment.ticket_id == ticket_id)
    yield delete(TicketTag).where(TicketTag.ticket_id == ticket_id)


def _mine(customer_ids: Collection[str], conversation_ids: Collection[str]) -> ColumnElement[bool]:
    return or_(Ticket.customer_id.in_(customer_ids), Ticket.conversation_id.in_(conversation_ids))
