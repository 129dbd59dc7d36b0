"""What waits for a supervisor's decision: the list, and the decision."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.db import announce
from desk.edge import TheDesk
from desk.remedies import approvals
from desk.remedies.model import Remedy
from desk.services import Desk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn, names_of
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import done, fragment, label, page, rendered

router = APIRouter(prefix="/desk/approvals", dependencies=[Depends(from_our_page)], include_in_schema=False)

TheApprover = Annotated[SignedIn, Depends(needs(Permission.APPROVE))]
TOPIC = "tickets"  # the pages that list tickets listen to it already
LONGEST_NOTE = 200


@router.get("")
def index(request: Request, desk: TheDesk, staff: TheApprover) -> Response:
    """List what waits, the oldest first."""
    with desk.database.read() as session:
        return page(request, "approvals.html", staff=staff, **_rows(session, desk))


@router.get("/rows")
def rows(desk: TheDesk, staff: TheApprover) -> Response:
    """Return the list anew."""
    with desk.database.read() as session:
        return fragment(rendered("_approval_rows.html", **_rows(session, desk)))


@router.post("/{number}")
def decide(
    number: int,
    request: Request,
    desk: TheDesk,
    staff: TheApprover,
    decision: Annotated[str, Form(pattern="^(approve|refuse)$")],
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
) -> Response:
    """Approve or refuse; the customer is told.

    Raises:
        NoRemedy, AlreadyDecided, OverLimit, ShopError: as `approvals.decide`.
    """
    with desk.database.write() as session:
        approvals.decide(
            session,
            desk.shop,
            desk.policies,
            number,
            actor=actor(staff),
            role=staff.role,
            approve=decision == "approve",
            note=desk.vault.mask(session, note).strip(),
        )
        announce(session, TOPIC)
    return done(
        request,
        "/desk/approvals",
        "desk:refresh",
        message=label("approval.approved" if decision == "approve" else "approval.refused"),
    )


def _rows(session: Session, desk: Desk) -> dict[str, Any]:
    found = approvals.waiting(session)
    names = names_of(session, [int(each.actor.partition(":")[2]) for each in found if each.actor.startswith("agent:")])
    return {"rows": [_row(session, desk, each, names) for each in found]}


def _row(session: Session, desk: Desk, remedy: Remedy, names: dict[int, str]) -> dict[str, Any]:
    kind, _, number = remedy.actor.partition(":")
    order = desk.shop.find_order(session, remedy.order_no) if remedy.order_no else None
    return {
        "remedy": remedy,
        "what": label(f"remedy.{remedy.kind}"),
        "who": names.get(int(number), "") if kind == "agent" else label(f"actor.{kind}"),
        "product": order.product_name if order else "",
    }
