"""The switch in the top bar: what an agent says of himself. Asking for it is a sign of life of the page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from desk.edge import TheDesk
from desk.routing import presence
from desk.routing.model import Presence
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench.actions import REFRESH
from desk.web.workbench.asked_view import states
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import done, fragment, guarded, label, rendered

router = APIRouter(prefix="/desk/presence", dependencies=[Depends(from_our_page)], include_in_schema=False)

TheAgent = Annotated[SignedIn, Depends(needs(Permission.CONVERSE))]


@router.get("")
def shown(desk: TheDesk, agent: TheAgent, state: str = "") -> Response:
    """Return the switch; nothing where it stands as the page has it.

    Args:
        state: what the page shows.
    """
    with desk.database.write() as session:
        now = presence.beat(session, agent.id)
    if state == now:
        return guarded(Response(status_code=204))
    return fragment(rendered("_presence.html", state=str(now), states=states()))


@router.post("")
def switch(request: Request, desk: TheDesk, agent: TheAgent, state: Annotated[Presence, Form()]) -> Response:
    """Set what the agent says of himself."""
    with desk.database.write() as session:
        presence.switch(session, agent.id, state, actor=actor(agent))
    return done(request, "/desk", REFRESH, message=label(f"told.{state}"))
