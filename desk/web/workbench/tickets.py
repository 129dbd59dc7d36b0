"""The list of tickets."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.edge import TheDesk
from desk.services import Desk
from desk.sla import view as sla
from desk.sla.targets import Subject
from desk.staff import service as accounts
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.tickets import labels, listing
from desk.tickets.model import Priority, TicketStatus
from desk.web.workbench.customer_view import ticket_card
from desk.web.workbench.edge import TheStaff
from desk.web.workbench.pages import fragment, page, rendered
from desk.web.workbench.ticket_filters import Filters, TheFilters

router = APIRouter(prefix="/desk/tickets", include_in_schema=False)

PER_PAGE = 50
# (label of the tab, what its address says); the supervisors' own one is the urged.
_TABS = (
    ("all", ""),
    ("mine", "assignee=me"),
    ("unassigned", "assignee=none"),
    ("watched", "view=watched"),
    ("overdue", "view=overdue"),
    ("urged", "view=urged"),
    ("reopened", "view=reopened"),
)


@router.get("")
def index(request: Request, desk: TheDesk, staff: TheStaff, filters: TheFilters) -> Response:
    """List tickets, the most pressing first."""
    with desk.database.read() as session:
        return page(
            request,
            "tickets.html",
            staff=staff,
            tabs=_TABS,
            statuses=[(s, labels.status_text(s)) for s in TicketStatus],
            kinds=[(k, labels.kind_text(k)) for k in labels.kinds()],
            groups=[(g, labels.group_text(g)) for g in labels.groups()],
            priorities=[(p, labels.priority_text(p)) for p in Priority],
            colleagues=list(accounts.active(session).items()),
            exports=staff.may(Permission.EXPORT),
            leads=staff.may(Permission.LEAD_TICKETS),
            **_rows(session, desk, staff, filters),
        )


@router.get("/rows")
def rows(desk: TheDesk, staff: TheStaff, filters: TheFilters) -> Response:
    """Return the list anew."""
    with desk.database.read() as session:
        return fragment(rendered("_ticket_rows.html", **_rows(session, desk, staff, filters)))


def _rows(session: Session, desk: Desk, staff: SignedIn, filters: Filters) -> dict[str, Any]:
    late = tuple(sla.overdue_tickets(session)) if filters.view == "overdue" else None
    found = listing.page(session, filters.wanted(staff.id, late), PER_PAGE + 1, (filters.page - 1) * PER_PAGE)
    shown = found[:PER_PAGE]
    return {
        "filters": filters,
        "cards": [ticket_card(session, desk, staff, ticket) for ticket in shown],
        "dues": sla.due_of(session, Subject.TICKET, [ticket.id for ticket in shown]),
        "group_text": labels.group_text,
        "names": accounts.names_of(session, {t.assignee_id for t in shown if t.assignee_id}),
        "more": len(found) > PER_PAGE,
    }
