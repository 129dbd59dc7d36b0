"""A ticket's history: each step is a line, written once per form."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import Detail, record
from desk.db import announce
from desk.texts import table
from desk.tickets.model import EventKind, Ticket, TicketEvent

TOPIC = "tickets"


def write(
    session: Session,
    ticket: Ticket,
    kind: EventKind,
    actor: str,
    *,
    before: str | None = None,
    after: str | None = None,
    text: str = "",
    public: bool = False,
    client_id: str | None = None,
) -> TicketEvent:
    """Add a line and tell the pages that show tickets."""
    ticket.updated_at = clock.now()
    event = TicketEvent(
        ticket_id=ticket.id,
        actor=actor,
        kind=kind,
        before=before,
        after=after,
        text=text,
        public=public,
        client_id=client_id,
    )
    session.add(event)
    session.flush()
    announce(session, TOPIC)
    return event


def step(
    session: Session,
    ticket: Ticket,
    kind: EventKind,
    actor: str,
    text: str = "",
    detail: Detail | None = None,
    *,
    client_id: str | None = None,
) -> None:
    """Add a line for agents, and the entry in the audit that goes with it."""
    write(session, ticket, kind, actor, text=text, client_id=client_id)
    record(session, actor, f"ticket.{kind}", ticket.number, ticket.conversation_id, detail)


def written(session: Session, ticket: Ticket, client_id: str) -> TicketEvent | None:
    """Return the line that a form has written before."""
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.client_id == client_id)
    return session.scalar(query)


def said(key: str, **values: object) -> str:
    """Return a line's words, `did.<key>` in desk/texts/tickets.yml."""
    return table("tickets")[f"did.{key}"].format(**values)
