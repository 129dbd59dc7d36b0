"""Tickets: the list, and one ticket with its history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.edge import TheDesk
from desk.errors import NotFound
from desk.pictures import service as pictures
from desk.services import Desk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn, names_of
from desk.tickets import labels, search, service
from desk.tickets.model import Ticket, TicketEvent, TicketStatus
from desk.web.workbench.customer_view import ticket_card
from desk.web.workbench.edge import needs
from desk.web.workbench.pages import fragment, label, page, rendered

router = APIRouter(prefix="/desk/tickets", include_in_schema=False)

TheWorker = Annotated[SignedIn, Depends(needs(Permission.WORK_TICKETS))]
PER_PAGE = 50
UNFINISHED, ALL = "unfinished", "all"


class NoTicket(NotFound):
    """No ticket has this number."""

    code, message = "no_ticket", "没有找到这张工单"


@dataclass(frozen=True)
class Filters:
    """What the list shows; values that do not exist count as not chosen."""

    status: str
    kind: str
    page: int


def _filters(status: str = UNFINISHED, kind: str = "", page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Filters:
    return Filters(
        status if status in {ALL, *TicketStatus} else UNFINISHED, kind if kind in labels.kinds() else "", page
    )


TheFilters = Annotated[Filters, Depends(_filters)]


@router.get("")
def index(request: Request, desk: TheDesk, staff: TheWorker, filters: TheFilters) -> Response:
    """List tickets, the most pressing first."""
    with desk.database.read() as session:
        return page(
            request,
            "tickets.html",
            staff=staff,
            filters=filters,
            statuses=[(s, labels.status_text(s)) for s in TicketStatus],
            kinds=[(k, labels.kind_text(k)) for k in labels.kinds()],
            **_rows(session, desk, filters),
        )


@router.get("/rows")
def rows(desk: TheDesk, staff: TheWorker, filters: TheFilters) -> Response:
    """Return the list anew."""
    with desk.database.read() as session:
        return fragment(rendered("_ticket_rows.html", filters=filters, **_rows(session, desk, filters)))


@router.get("/{number}")
def one(number: str, request: Request, desk: TheDesk, staff: TheWorker) -> Response:
    """Show a ticket."""
    with desk.database.read() as session:
        ticket = find(session, number)
        events = search.history(session, ticket)
        actors = _actors(session, ticket, events)
        return page(
            request,
            "ticket.html",
            staff=staff,
            card=ticket_card(session, desk, ticket),
            department=labels.department(ticket.kind),
            opened_by=actors[ticket.created_by],
            lines=[_line(event, actors, desk.vault.mask(session, event.text)) for event in events],
            pictures=pictures.of_ticket(session, ticket.number, ticket.conversation_id, ticket.created_at),
            moves=[(status, label(f"move.{status}")) for status in service.moves(ticket)],
        )


def find(session: Session, number: str) -> Ticket:
    """Return a ticket.

    Raises:
        NoTicket: there is none.
    """
    ticket = search.find(session, number[:40])
    if ticket is None:
        raise NoTicket
    return ticket


def _rows(session: Session, desk: Desk, filters: Filters) -> dict[str, Any]:
    chosen = {UNFINISHED: list(search.UNFINISHED), ALL: None}
    found = search.for_agents(
        session,
        statuses=chosen.get(filters.status, [filters.status]),
        kind=filters.kind or None,
        limit=PER_PAGE + 1,
        offset=(filters.page - 1) * PER_PAGE,
    )
    return {"cards": [ticket_card(session, desk, ticket) for ticket in found[:PER_PAGE]], "more": len(found) > PER_PAGE}


@dataclass(frozen=True)
class Line:
    """A line of a ticket's history."""

    at: datetime
    who: str
    what: str
    text: str
    public: bool


def _line(event: TicketEvent, actors: dict[str, str], text: str) -> Line:
    what = label(f"event.{event.kind}")
    if event.after and event.before:
        what = f"{what}：{labels.status_text(event.before)} → {labels.status_text(event.after)}"
    return Line(event.at, actors[event.actor], what, text, event.public)


def _actors(session: Session, ticket: Ticket, events: list[TicketEvent]) -> dict[str, str]:
    wanted = {ticket.created_by, *(event.actor for event in events)}
    ids = {actor: int(actor.removeprefix("agent:")) for actor in wanted if actor.startswith("agent:")}
    names = names_of(session, list(ids.values()))
    return {actor: names.get(ids.get(actor, 0)) or label(f"actor.{actor.partition(':')[0]}") for actor in wanted}
