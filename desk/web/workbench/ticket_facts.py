"""Whose ticket it is and how pressing, changed from its page."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from desk.edge import TheDesk
from desk.tickets import facts
from desk.tickets.holding import hold_open
from desk.web.workbench.edge import actor, from_our_page
from desk.web.workbench.pages import go
from desk.web.workbench.ticket_edge import Text, TheWorker, by, number_in
from desk.web.workbench.ticket_text import LONGEST_LINE, fit, place_of

router = APIRouter(prefix="/desk/tickets/{number}", dependencies=[Depends(from_our_page)], include_in_schema=False)


@dataclass(frozen=True)
class Facts:
    """The facts of a ticket as the fields of a form."""

    group: str
    assignee: str
    priority: str
    is_complex: str


def _now(group: Text = "", assignee: Text = "", priority: Text = "", is_complex: Text = "") -> Facts:
    return Facts(group, assignee, priority, is_complex)


def _was(was_group: Text = "", was_assignee: Text = "", was_priority: Text = "", was_complex: Text = "") -> Facts:
    return Facts(was_group, was_assignee, was_priority, was_complex)


@router.post("/facts")
def change_facts(
    number: str,
    request: Request,
    desk: TheDesk,
    staff: TheWorker,
    now: Annotated[Facts, Depends(_now)],
    was: Annotated[Facts, Depends(_was)],
) -> Response:
    """Change group, assignee, priority and the flag of complex cases: what differs from what the page showed.

    So an old page does not undo what a colleague has changed meanwhile.

    Raises:
        NoTicket, TicketClosed, BadTicket, OnlyLeads: nothing is changed.
    """
    with desk.database.write() as session:
        ticket = hold_open(session, number)
        if now.group != was.group:
            facts.move_to(session, ticket, now.group, actor(staff))
        if now.assignee != was.assignee:
            facts.assign(session, ticket, number_in(now.assignee, "负责人"), actor(staff))
        if now.priority != was.priority:
            facts.set_priority(session, ticket, now.priority, actor(staff))
        if now.is_complex != was.is_complex:
            facts.flag(session, ticket, bool(now.is_complex), by(staff))
        return go(request, f"/desk/tickets/{ticket.number}")


@router.post("/urge")
def urge(number: str, request: Request, desk: TheDesk, staff: TheWorker, reason: Text = "") -> Response:
    """加急: urgent from now on, and a supervisor is called.

    Raises:
        NoTicket, TicketClosed, BadTicket, AlreadyUrged: nothing is changed.
    """
    with desk.database.write() as session:
        ticket = hold_open(session, number)
        why = fit(session, desk, place_of(ticket), reason, "加急原因", LONGEST_LINE)
        facts.press(session, ticket, by(staff), why)
        return go(request, f"/desk/tickets/{ticket.number}")
