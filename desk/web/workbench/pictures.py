"""Pictures at the desk: customers' for whoever works there, and those that an agent shows to the customer."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from desk.conversations import handoff, threads, timeline
from desk.conversations.model import Author
from desk.edge import TheDesk
from desk.pictures import service as pictures
from desk.pictures import serving
from desk.pictures.checking import Prepared
from desk.services import Desk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench.edge import TheStaff, as_agent, from_our_page, needs
from desk.web.workbench.pages import guarded
from desk.web.workbench.serving import must_be_mine

PATH = "/desk/pictures"

router = APIRouter(prefix=PATH, include_in_schema=False)

ClientId = Annotated[str, Query(min_length=8, max_length=80, pattern=r"^[A-Za-z0-9_-]+$")]
TheAgent = Annotated[SignedIn, Depends(needs(Permission.CONVERSE))]


@router.post("", dependencies=[Depends(from_our_page)])
async def send(request: Request, desk: TheDesk, agent: TheAgent, c: str, client_id: ClientId) -> Response:
    """Show a picture, the bare bytes of its file, to the customer of conversation `c`, once per client id.

    Raises:
        NotYourConversation: take it first.
        PictureTooBig, TooManyPixels, NotAPicture, BrokenPicture, NotKept: nothing was sent, the text says why.
    """
    data = await request.body()
    if not await asyncio.to_thread(_known, desk, agent, c, client_id):
        made = await desk.gallery.prepare(data)
        await asyncio.to_thread(_keep, desk, agent, c, client_id, made)
    return guarded(Response(status_code=204))


@router.get("/{picture_id}")
def full(picture_id: str, desk: TheDesk, staff: TheStaff) -> Response:
    """Return a picture.

    Raises:
        NoPicture: there is none, or it has been deleted.
    """
    return _shown(desk, picture_id, small=False)


@router.get("/{picture_id}/small")
def small(picture_id: str, desk: TheDesk, staff: TheStaff) -> Response:
    """Return its small version; failures as for `full`."""
    return _shown(desk, picture_id, small=True)


def _known(desk: Desk, agent: SignedIn, conversation_id: str, client_id: str) -> bool:
    """Say whether the picture was sent before. Asks first whether the agent may send one at all."""
    with desk.database.read() as session:
        must_be_mine(threads.get(session, conversation_id), agent)
        return timeline.written(session, conversation_id, Author.AGENT, client_id) is not None


def _keep(desk: Desk, agent: SignedIn, conversation_id: str, client_id: str, made: Prepared) -> None:
    """Store the file, then message and row in one transaction. A file that gets no row is swept later."""
    file = desk.gallery.folder.put(made)
    with desk.database.write() as session:
        picture = pictures.row(conversation_id, made, file, by_staff=True)
        shown = {"id": picture.id, "width": picture.width, "height": picture.height}
        entry = handoff.show(session, conversation_id, as_agent(agent), shown, client_id)
        new = entry.body["picture"]["id"] == picture.id
        if new:
            session.add(picture)
    if not new:
        desk.gallery.folder.drop(file)


def _shown(desk: Desk, picture_id: str, *, small: bool) -> Response:
    with desk.database.read() as session:
        picture = pictures.find(session, picture_id)
        return serving.served(desk.gallery.folder, picture, small=small)
