"""Many tickets at once: bulk changes, merging duplicates, the export."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.edge import TheDesk
from desk.services import Desk
from desk.sla import view as sla
from desk.staff import cases
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.tickets import bulk, export, facts, marks, merging, moving
from desk.tickets.errors import BadTicket
from desk.tickets.model import Ticket, TicketStatus
from desk.web.workbench.actions import REFRESH
from desk.web.workbench.case_guard import GuardedCase, sees_ticket
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import fragment, go, guarded, rendered
from desk.web.workbench.ticket_edge import Text, TheWorker, by, number_in
from desk.web.workbench.ticket_filters import TheFilters
from desk.web.workbench.ticket_page import find
from desk.web.workbench.ticket_text import fit, place_of

router = APIRouter(dependencies=[Depends(from_our_page)], include_in_schema=False)

NOBODY = "none"
TheExporter = Annotated[SignedIn, Depends(needs(Permission.EXPORT))]


@router.post("/desk/ticket-bulk")
def change_many(
    request: Request,
    desk: TheDesk,
    staff: TheWorker,
    numbers: Annotated[list[str] | None, Form()] = None,
    assignee: Text = "",
    group: Text = "",
    priority: Text = "",
    status: Text = "",
    tag: Text = "",
    all_or_none: Text = "",
) -> Response:
    """Do with the chosen tickets whatever of the form is filled in; say which could not be changed, and why.

    Raises:
        BadTicket: no ticket is chosen, or nothing to do.
    """
    change = _change(desk, staff, assignee, group, priority, status, tag)
    result = bulk.apply(desk.database, numbers or [], change, all_or_none=bool(all_or_none))
    answer = fragment(rendered("_bulk_result.html", result=result))
    answer.headers["HX-Trigger"] = REFRESH
    return answer


@router.post("/desk/tickets/{number}/merge")
def merge(number: str, request: Request, desk: TheDesk, staff: TheWorker, into: Text = "") -> Response:
    """Merge a ticket into another one, and show that one.

    Raises:
        NoTicket, CannotMerge, NotOneCustomer: nothing is changed.
    """
    with desk.database.write() as session:
        if not sees_ticket(staff, find(session, into.strip())):
            raise GuardedCase
        master = merging.merge(session, number, into.strip(), by(staff))
        return go(request, f"/desk/tickets/{master.number}")


@router.get("/desk/ticket-export")
def export_csv(desk: TheDesk, staff: TheExporter, filters: TheFilters) -> Response:
    """Return the list as a CSV file, with the filters of the page."""
    late = None
    if filters.view == "overdue":
        with desk.database.read() as session:
            late = tuple(sla.overdue_tickets(session))
    wanted = replace(filters.wanted(staff.id, late), without=cases.hidden_kinds(staff.may))
    with desk.database.write() as session:
        record(session, actor(staff), "ticket.export", "tickets", detail={"filters": filters.query(1)})
    name = f"tickets-{clock.local(clock.now()):%Y%m%d-%H%M}.csv"
    return guarded(
        StreamingResponse(
            export.rows(desk.database, desk.vault, wanted),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    )


def _change(
    desk: Desk, staff: SignedIn, assignee: str, group: str, priority: str, status: str, tag: str
) -> Callable[[Session, Ticket], None]:
    if not any((assignee, group, priority, status, tag.strip())):
        raise BadTicket("请选择要批量修改的内容")
    if status and (status not in list(TicketStatus) or status == TicketStatus.CLOSED):
        raise BadTicket("批量操作不能关闭工单")
    who = None if assignee in ("", NOBODY) else number_in(assignee, "负责人")

    def change(session: Session, ticket: Ticket) -> None:
        if not sees_ticket(staff, ticket):
            raise GuardedCase
        if group:
            facts.move_to(session, ticket, group, actor(staff))
        if assignee:
            facts.assign(session, ticket, who, actor(staff))
        if priority:
            facts.set_priority(session, ticket, priority, actor(staff))
        if tag.strip():
            words = fit(session, desk, place_of(ticket), tag, "标签", marks.LONGEST_TAG)
            marks.tag(session, ticket, words, actor(staff))
        if status:
            moving.move(session, desk.progress, ticket, status, by(staff))

    return change
