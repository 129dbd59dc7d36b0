"""One ticket: its facts, its history, and what can be done with it."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.edge import TheDesk
from desk.pictures import service as pictures
from desk.services import Desk
from desk.staff import service as accounts
from desk.staff.roles import Permission
from desk.staff.service import names_of
from desk.texts import table
from desk.tickets import (
    attachments,
    closing,
    labels,
    listing,
    macros,
    marks,
    report,
    search,
    service,
    subtasks,
    watching,
)
from desk.tickets.errors import NoTicket
from desk.tickets.model import Priority, Ticket, TicketEvent, TicketStatus
from desk.tickets.model_parts import LinkKind, TicketLink
from desk.web.workbench.customer_view import ticket_card
from desk.web.workbench.pages import label, page
from desk.web.workbench.ticket_edge import TheWorker

router = APIRouter(prefix="/desk/tickets", include_in_schema=False)


@router.get("/{number}")
def one(number: str, request: Request, desk: TheDesk, staff: TheWorker) -> Response:
    """Show a ticket."""
    with desk.database.read() as session:
        ticket = find(session, number)
        lead = staff.may(Permission.LEAD_TICKETS)
        free = ticket.confirmed_at is not None or not closing.asks_customer(session, ticket)
        moves = [status for status in service.moves(ticket) if status != TicketStatus.CLOSED or free]
        return page(
            request,
            "ticket.html",
            staff=staff,
            card=ticket_card(session, desk, staff, ticket),
            form_id=secrets.token_urlsafe(16),
            lead=lead,
            audited=staff.may(Permission.SEE_AUDIT),
            moves=[(status, label(f"move.{status}")) for status in moves],
            closed=ticket.status == TicketStatus.CLOSED,
            late=listing.is_overdue(ticket),
            link=desk.progress.link(ticket.number),
            pictures=pictures.of_ticket(session, ticket.number, ticket.conversation_id, ticket.created_at),
            files=attachments.of(session, ticket),
            macros=macros.macros(session),
            report_needed=report.needed(session, ticket),
            report_missing=report.missing(session, ticket),
            **_people(session, ticket),
            **_history(session, desk, ticket),
            **_choices(session),
            **_about(session, desk, ticket),
        )


def find(session: Session, number: str) -> Ticket:
    """Return a ticket, to be looked at.

    Raises:
        NoTicket: there is none.
    """
    ticket = search.find(session, number[:40])
    if ticket is None:
        raise NoTicket
    return ticket


@dataclass(frozen=True)
class Line:
    """A line of a ticket's history."""

    at: datetime
    who: str
    what: str
    text: str
    public: bool


@dataclass(frozen=True)
class LinkCard:
    """What a ticket is linked to; card keys are masked."""

    id: int
    what: str
    text: str
    href: str


def actors_of(session: Session, actors: set[str]) -> dict[str, str]:
    """Return the names of those who did something: staff, the customer, the bot, the system."""
    ids = {actor: int(actor.removeprefix("agent:")) for actor in actors if actor.startswith("agent:")}
    names = names_of(session, list(ids.values()))
    return {actor: names.get(ids.get(actor, 0)) or label(f"actor.{actor.partition(':')[0]}") for actor in actors}


def _history(session: Session, desk: Desk, ticket: Ticket) -> dict[str, Any]:
    events = search.history(session, ticket)
    tasks = subtasks.of(session, ticket)
    done_by = {task.finished_by for task in tasks if task.finished_by}
    actors = actors_of(session, {ticket.created_by, *(event.actor for event in events), *done_by})
    return {
        "opened_by": actors[ticket.created_by],
        "lines": [_line(event, actors, desk.vault.mask(session, event.text)) for event in events],
        "tasks": tasks,
        "actors": actors,
    }


def _line(event: TicketEvent, actors: dict[str, str], text: str) -> Line:
    what = label(f"event.{event.kind}")
    if event.after and event.before:
        what = f"{what}：{labels.status_text(event.before)} → {labels.status_text(event.after)}"
    return Line(event.at, actors[event.actor], what, text, event.public)


def _people(session: Session, ticket: Ticket) -> dict[str, Any]:
    watchers = watching.watchers(session, ticket)
    ids = {*watchers, ticket.assignee_id or 0, ticket.first_owner_id or 0}
    ids |= {task.assignee_id or 0 for task in subtasks.of(session, ticket)}
    return {"names": names_of(session, ids), "watchers": watchers}


def _choices(session: Session) -> dict[str, Any]:
    words = table("tickets")
    return {
        "colleagues": list(accounts.active(session).items()),
        "groups": [(group, labels.group_text(group)) for group in labels.groups()],
        "group_text": labels.group_text,
        "priorities": [(priority, labels.priority_text(priority)) for priority in Priority],
        "link_kinds": [(kind, words[f"link.{kind}"]) for kind in LinkKind],
    }


def _about(session: Session, desk: Desk, ticket: Ticket) -> dict[str, Any]:
    words = table("tickets")
    master = search.standing_for(session, ticket)
    return {
        "tags": marks.tags(session, ticket),
        "links": [_link(session, desk, row) for row in marks.links(session, ticket)],
        "linked_from": marks.linked_from(session, ticket),
        "merged_here": [other.number for other in search.merged_into(session, ticket)],
        "master": master.number if master is not ticket else "",
        "closed_how": words[f"closed.{ticket.closed_how}"] if ticket.closed_how else "",
        "stars": words[f"stars.{ticket.stars}"] if ticket.stars else "",
    }


def _link(session: Session, desk: Desk, row: TicketLink) -> LinkCard:
    what = table("tickets")[f"link.{row.kind}"]
    if row.kind == LinkKind.KEY:
        return LinkCard(row.id, what, desk.vault.mask(session, f"⟦key:{row.target}⟧"), "")
    paths = {LinkKind.CONVERSATION: "/desk/c/", LinkKind.TICKET: "/desk/tickets/"}
    path = paths.get(LinkKind(row.kind))
    return LinkCard(row.id, what, row.target, f"{path}{row.target}" if path else "")
