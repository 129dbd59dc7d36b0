"""《问题分析报告》 of a ticket: writing, printing, and the list of what is still to be done."""

import secrets
from datetime import datetime

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from desk import clock
from desk.edge import TheDesk
from desk.staff import service as accounts
from desk.tickets import closing, report
from desk.tickets.holding import hold
from desk.web.workbench.case_guard import sees_ticket
from desk.web.workbench.customer_view import ticket_card
from desk.web.workbench.edge import actor, from_our_page
from desk.web.workbench.pages import go, page
from desk.web.workbench.ticket_edge import Text, TheWorker, checked_form, day_in, number_in
from desk.web.workbench.ticket_page import actors_of, find
from desk.web.workbench.ticket_text import LONGEST_LINE, fit, place_of

router = APIRouter(dependencies=[Depends(from_our_page)], include_in_schema=False)

LONGEST = 4000


@router.get("/desk/tickets/{number}/report")
def show(number: str, request: Request, desk: TheDesk, staff: TheWorker) -> Response:
    """Show the report, fit to be printed."""
    with desk.database.read() as session:
        ticket = find(session, number)
        written, actions = report.of(session, ticket), report.actions(session, ticket)
        authors = {written.actor} if written else set()
        return page(
            request,
            "ticket_report.html",
            staff=staff,
            card=ticket_card(session, desk, staff, ticket),
            report=written,
            actions=actions,
            names=accounts.names_of(session, {action.owner_id for action in actions}),
            actors=actors_of(session, authors | {action.done_by for action in actions if action.done_by}),
            colleagues=list(accounts.active(session).items()),
            needed=report.needed(session, ticket),
            missing=report.missing(session, ticket),
            form_id=secrets.token_urlsafe(16),
            dated=_dated,
        )


@router.post("/desk/tickets/{number}/report")
def save(
    number: str,
    request: Request,
    desk: TheDesk,
    staff: TheWorker,
    root_cause: Text = "",
    impact: Text = "",
    seen: Text = "",
) -> Response:
    """Save the text; a ticket that waited for nothing else is closed.

    Raises:
        NoTicket, BadTicket, ReportOutdated: nothing is changed.
    """
    with desk.database.write() as session:
        ticket = hold(session, number)
        cause = fit(session, desk, place_of(ticket), root_cause, "根本原因", LONGEST // 2, required=False)
        hit = fit(session, desk, place_of(ticket), impact, "影响范围", LONGEST // 2, required=False)
        report.save(session, ticket, cause, hit, actor(staff), seen=number_in(seen, "版本") or 0)
        closing.close_if_due(session, ticket)
        return go(request, f"/desk/tickets/{ticket.number}/report")


@router.post("/desk/tickets/{number}/actions")
def add(
    number: str,
    request: Request,
    desk: TheDesk,
    staff: TheWorker,
    form_id: Text = "",
    text: Text = "",
    owner: Text = "",
    due: Text = "",
) -> Response:
    """Add an action, once per form.

    Raises:
        NoTicket, BadTicket: nothing is added.
    """
    client_id = checked_form(form_id)
    day, owner_id = day_in(due), number_in(owner, "负责人") or 0
    with desk.database.write() as session:
        ticket = hold(session, number)
        words = fit(session, desk, place_of(ticket), text, "改进措施", LONGEST_LINE)
        report.add_action(session, ticket, words, owner_id, day, actor(staff), client_id=client_id)
        closing.close_if_due(session, ticket)
        return go(request, f"/desk/tickets/{ticket.number}/report")


@router.post("/desk/tickets/{number}/actions/{action_id}/done")
def finish(number: str, action_id: int, request: Request, desk: TheDesk, staff: TheWorker, back: Text = "") -> Response:
    """Note that an action is done.

    Raises:
        NoTicket, NoAction: there is none.
    """
    with desk.database.write() as session:
        ticket = hold(session, number)
        report.finish_action(session, ticket, action_id, actor(staff))
        return go(request, "/desk/ticket-actions" if back else f"/desk/tickets/{ticket.number}/report")


@router.get("/desk/ticket-actions")
def open_actions(request: Request, desk: TheDesk, staff: TheWorker, mine: str = "") -> Response:
    """List what the reports say is to be done and is not."""
    with desk.database.read() as session:
        listed = report.open_actions(session, staff.id if mine else None)
        found = [one for one in listed if sees_ticket(staff, one.ticket)]
        return page(
            request,
            "ticket_actions.html",
            staff=staff,
            rows=found,
            mine=bool(mine),
            names=accounts.names_of(session, {one.action.owner_id for one in found}),
            titles={one.ticket.id: desk.vault.mask(session, one.ticket.title) for one in found},
        )


def _dated(moment: datetime) -> str:
    """Return a moment in full: paper is read on another day."""
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"
