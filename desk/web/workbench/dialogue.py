"""The open conversation: what has changed since the page last asked, and what was said earlier."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.conversations import threads
from desk.conversations.model import Conversation
from desk.edge import TheDesk
from desk.guidance import service as guidance
from desk.services import Desk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench import covering, customer_view, dialogue_view
from desk.web.workbench.edge import TheStaff
from desk.web.workbench.pages import Part, fragment, rendered
from desk.web.workbench.serving import is_mine, may_act

router = APIRouter(prefix="/desk/c/{conversation_id}", include_in_schema=False)

Seq = Annotated[int, Query(ge=0, le=2**31 - 1)]


@router.get("/live")
def live(
    conversation_id: str, desk: TheDesk, staff: TheStaff, after: Seq = 0, head: str = "", side: str = ""
) -> Response:
    """Return new entries, ratings, and head and customer pane where they differ from what the page shows.

    Args:
        after: the number of the newest entry on the page.
        head: the mark of the head on the page; likewise `side`.
    """
    with desk.database.read() as session:
        found = threads.get(session, conversation_id)
        parts = [
            rendered(
                "_news.html",
                bubbles=covering.covered(session, staff, found, dialogue_view.since(session, desk, found.id, after)),
                ratings=covering.covered(session, staff, found, dialogue_view.ratings(session, desk, found.id, after)),
            )
        ]
        changing = [head_part(session, staff, found), side_part(session, desk, staff, found)]
    shown = {"head": head, "side": side}
    parts += [rendered("_part.html", part=part) for part in changing if part.mark != shown[part.name]]
    return fragment(*parts)


@router.get("/earlier")
def earlier(conversation_id: str, desk: TheDesk, staff: TheStaff, before: Seq) -> Response:
    """Return the entries before a number."""
    with desk.database.read() as session:
        found = threads.get(session, conversation_id)
        dialogue = covering.dialogue(session, staff, found, dialogue_view.latest(session, desk, found.id, before))
        return fragment(rendered("_earlier.html", dialogue=dialogue, conversation_id=found.id))


def head_part(session: Session, staff: SignedIn, conversation: Conversation) -> Part:
    """Return who has the conversation and what this agent can do about it."""
    return Part("head", rendered("_head.html", head=dialogue_view.head(session, staff, conversation)))


def side_part(session: Session, desk: Desk, staff: SignedIn, conversation: Conversation) -> Part:
    """Return the customer's pane, with what this agent can do in it."""
    shown = rendered(
        "_side.html",
        staff=staff,
        side=customer_view.side(session, desk, staff, conversation),
        guide=guidance.current(session, conversation.id),
        mine=is_mine(conversation, staff),
        acts=may_act(conversation, staff) and staff.may(Permission.REMEDY),
    )
    return Part("side", shown)
