"""The three panes: lists, dialogue, customer."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.conversations import threads
from desk.edge import TheDesk
from desk.services import Desk
from desk.sla import view as sla
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench import asked_view, covering, dialogue_view, list_view
from desk.web.workbench.dialogue import head_part, side_part
from desk.web.workbench.edge import TheStaff
from desk.web.workbench.pages import fragment, page, rendered

router = APIRouter(include_in_schema=False)


@router.get("/desk")
def board(request: Request, desk: TheDesk, staff: TheStaff) -> Response:
    """Show the lists; nothing is open yet."""
    with desk.database.read() as session:
        return page(request, "board.html", staff=staff, opened=None, **_lists(session, desk, staff, ""))


@router.get("/desk/c/{conversation_id}")
def conversation(conversation_id: str, request: Request, desk: TheDesk, staff: TheStaff) -> Response:
    """Show the lists with one conversation open."""
    with desk.database.read() as session:
        found = threads.get(session, conversation_id)
        return page(
            request,
            "board.html",
            staff=staff,
            opened=found,
            head=head_part(session, staff, found),
            dialogue=covering.dialogue(session, staff, found, dialogue_view.latest(session, desk, found.id)),
            side=side_part(session, desk, staff, found),
            **_lists(session, desk, staff, found.id),
        )


@router.get("/desk/lists")
def lists(desk: TheDesk, staff: TheStaff, open: str = "") -> Response:
    """Return the left pane anew."""
    with desk.database.read() as session:
        return fragment(rendered("_lists.html", **_lists(session, desk, staff, open)))


def _lists(session: Session, desk: Desk, staff: SignedIn, open_id: str) -> dict[str, Any]:
    desk.policies.look()
    return {
        "groups": list_view.groups(session, desk, staff),
        "asked": asked_view.asked(session, desk, staff),
        "open_id": open_id,
        "policy_faults": desk.policies.faults,
        "sla_asked": sla.asked(session) if staff.may(Permission.SEE_TEAM) else 0,
    }
