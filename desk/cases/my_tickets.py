"""工单: the customer's own tickets. Others' and unknown numbers get the same answer."""

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import access
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import word
from desk.tickets import labels, search
from desk.tickets.model import Ticket


def status(session: Session, services: Services, asker: Asker, ticket_no: str) -> Outcome:
    """Say how a ticket stands: the customer's, this conversation's, or one on an order proved here."""
    ticket = search.find(session, ticket_no)
    if ticket is None or not _may_see(session, services, asker, ticket):
        return build("ticket", "unknown")
    now = search.standing_for(session, ticket)  # a duplicate's number goes on to work
    return build(
        "ticket",
        "found",
        ticket_no=ticket.number,
        kind_text=labels.kind_text(ticket.kind),
        status_text=labels.status_text(now.status),
        updated_at=clock.spoken(now.updated_at),
        note=now.note or word("no_note"),
    )


def mine(session: Session, services: Services, asker: Asker) -> Outcome:
    """List the asker's latest tickets, one a line."""
    tickets = search.of_owner(session, asker.customer_id, asker.conversation_id)
    if not tickets:
        return build("ticket", "none")
    return build("ticket", "list", lines="\n".join(map(_line, tickets)), count=len(tickets))


def _may_see(session: Session, services: Services, asker: Asker, ticket: Ticket) -> bool:
    if asker.customer_id is not None and ticket.customer_id == asker.customer_id:
        return True
    if ticket.conversation_id == asker.conversation_id:
        return True
    return ticket.order_no is not None and access.may_see(session, services, asker, ticket.order_no)


def _line(ticket: Ticket) -> str:
    return word(
        "ticket_line",
        number=ticket.number,
        kind=labels.kind_text(ticket.kind),
        status=labels.status_text(ticket.status),
        updated=clock.spoken(ticket.updated_at),
    )
