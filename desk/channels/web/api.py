"""The widget's API. A visitor reaches one conversation: their own, found by the token and nothing else."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from desk.channels.web import identity, timeline_of
from desk.channels.web.edge import TheVisitor, client_digest
from desk.conversations import inbox, rating, threads, timeline
from desk.edge import TheDesk
from desk.errors import BadRequest

router = APIRouter(prefix="/widget/v1")


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class IdentifyBody(_Body):
    """An identity signed by the shop's server."""

    id: str = Field(max_length=80)
    name: str = Field(max_length=80)
    exp: int = Field(ge=0, le=2**53)
    sig: str = Field(max_length=128)


class SessionBody(_Body):
    """What a browser has in hand when it opens the widget."""

    identify: IdentifyBody | None = None
    token: str | None = Field(None, max_length=200)


class MessageBody(_Body):
    """A typed text or a pressed button, with the widget's own id of the message."""

    client_id: str = Field(min_length=8, max_length=80, pattern=r"^[A-Za-z0-9_-]+$")
    text: str | None = Field(None, max_length=50_000)
    button: str | None = Field(None, max_length=80)


class ReadBody(_Body):
    """How far the customer has read."""

    seq: int = Field(ge=0, le=2**31 - 1)


class RatingBody(_Body):
    """The customer's stars."""

    rating_id: str = Field(max_length=80)
    stars: int = Field(ge=1, le=5)
    comment: str = Field("", max_length=500)


@router.post("/session")
def open_session(body: SessionBody, request: Request, desk: TheDesk) -> dict[str, Any]:
    """Open or resume a visitor's session."""
    client = client_digest(request, desk)
    signed = identity.Identity(**body.identify.model_dump()) if body.identify else None
    if signed is not None:
        identity.verify(desk.settings.shop_secret.get_secret_value(), signed)
    if body.token is None:
        desk.web_limits.sessions.take(client)
    with desk.database.write() as session:
        token, visitor = identity.open_session(session, signed, body.token, client)
        conversation = threads.get(session, visitor.conversation_id)
        return {
            "token": token,
            "visitor": {"name": visitor.name, "signed_in": visitor.customer_id is not None},
            "state": timeline_of.state(session, conversation),
            "last_seq": conversation.last_seq,
            "limits": {"text": timeline.TEXT_LIMIT},
        }


@router.get("/history")
def history(
    desk: TheDesk,
    visitor: TheVisitor,
    before: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> dict[str, Any]:
    """Return the latest entries, or those before a number."""
    with desk.database.read() as session:
        edge = 2**31 - 1 if before is None else before
        found = timeline.entries(session, visitor.conversation_id, before=edge, limit=limit + 1)
        shown = found[-limit:]
        return {
            "entries": timeline_of.shown(session, desk, visitor, shown),
            "more": len(found) > limit,
        }


@router.post("/messages", status_code=202)
def send(body: MessageBody, desk: TheDesk, visitor: TheVisitor) -> dict[str, Any]:
    """Take a message, once per client id; it is safe with the desk when this answers."""
    if (body.text is None) == (body.button is None):
        raise BadRequest("请只填写文字或按钮中的一项")
    with desk.database.write() as session:

        def redact(text: str) -> str:
            return desk.vault.redact(session, text, visitor.conversation_id, desk.shop.order_no_like)

        accepted = inbox.accept(
            session,
            visitor.conversation_id,
            body.client_id,
            text=body.text,
            button=body.button,
            redact=redact,
            admit=lambda: desk.web_limits.messages.take(visitor.id),
        )
    return {"seq": accepted.seq, "id": accepted.id, "duplicate": accepted.duplicate}


@router.post("/typing", status_code=204)
def typing(desk: TheDesk, visitor: TheVisitor) -> None:
    """Tell the agent that the customer is typing."""
    desk.web_limits.signals.take(visitor.id)
    desk.bus.publish([f"typing:{visitor.conversation_id}"], {"from": "customer", "on": True})


@router.post("/read", status_code=204)
def read(body: ReadBody, desk: TheDesk, visitor: TheVisitor) -> None:
    """Remember how far the customer has read."""
    with desk.database.write() as session:
        timeline.mark_read(session, visitor.conversation_id, body.seq)


@router.post("/rating")
def rate(body: RatingBody, desk: TheDesk, visitor: TheVisitor) -> JSONResponse:
    """Take the customer's stars, once."""
    with desk.database.write() as session:
        rating.give(session, visitor.conversation_id, body.rating_id, body.stars, body.comment)
    return JSONResponse({"ok": True})
