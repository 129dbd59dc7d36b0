"""Pictures at the widget: sent once per client id like a text, shown to the visitor whose conversation has them."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from desk.channels.web.edge import TheVisitor, client_digest
from desk.channels.web.identity import Visitor
from desk.conversations import inbox
from desk.conversations.inbox import Accepted
from desk.edge import TheDesk
from desk.pictures import service as pictures
from desk.pictures import serving
from desk.pictures.checking import Prepared
from desk.services import Desk

PATH = "/widget/v1/pictures"

router = APIRouter(prefix=PATH)

ClientId = Annotated[str, Query(min_length=8, max_length=80, pattern=r"^[A-Za-z0-9_-]+$")]


@router.post("", status_code=202)
async def send(request: Request, desk: TheDesk, visitor: TheVisitor, client_id: ClientId) -> dict[str, Any]:
    """Take a picture, the bare bytes of its file, once per client id; it is safe with the desk when this answers.

    Raises:
        PictureTooBig, TooManyPixels, NotAPicture, BrokenPicture, TooManyPictures: it will never be taken.
        PicturesTooFast, NotKept: try again later.
    """
    data = await request.body()
    accepted = await asyncio.to_thread(_known, desk, visitor, client_id)
    if accepted is None:
        desk.web_limits.pictures.take(visitor.id)
        desk.web_limits.pictures_from.take(client_digest(request, desk))
        made = await desk.gallery.prepare(data)
        accepted = await asyncio.to_thread(_keep, desk, visitor, client_id, made)
    return {"seq": accepted.seq, "id": accepted.id, "duplicate": accepted.duplicate}


@router.get("/{picture_id}")
def full(picture_id: str, desk: TheDesk, visitor: TheVisitor) -> Response:
    """Return a picture of the visitor's own conversation.

    Raises:
        NoPicture: it is not theirs, or has been deleted.
    """
    return _shown(desk, visitor, picture_id, small=False)


@router.get("/{picture_id}/small")
def small(picture_id: str, desk: TheDesk, visitor: TheVisitor) -> Response:
    """Return its small version; failures as for `full`."""
    return _shown(desk, visitor, picture_id, small=True)


def _known(desk: Desk, visitor: Visitor, client_id: str) -> Accepted | None:
    """Return the message that was taken under this id before. Asks first whether there is room for another."""
    with desk.database.read() as session:
        before = inbox.taken(session, visitor.conversation_id, client_id)
        if before is None:
            pictures.admit(session, visitor.conversation_id)
        return before


def _keep(desk: Desk, visitor: Visitor, client_id: str, made: Prepared) -> Accepted:
    """Store the file, then message and row in one transaction. A file that gets no row is swept later."""
    file = desk.gallery.folder.put(made)
    with desk.database.write() as session:
        picture = pictures.row(visitor.conversation_id, made, file)
        shown = {"id": picture.id, "width": picture.width, "height": picture.height}
        accepted = inbox.accept(session, visitor.conversation_id, client_id, picture=shown)
        if not accepted.duplicate:
            session.add(picture)
    if accepted.duplicate:
        desk.gallery.folder.drop(file)
    return accepted


def _shown(desk: Desk, visitor: Visitor, picture_id: str, *, small: bool) -> Response:
    with desk.database.read() as session:
        picture = pictures.find(session, picture_id, visitor.conversation_id)
        return serving.served(desk.gallery.folder, picture, small=small)
