"""The widget's live stream: numbered entries over SSE from any number on, and a long poll where SSE does not pass."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from desk.channels.web import timeline_of
from desk.channels.web.edge import TheVisitor
from desk.channels.web.identity import Visitor
from desk.conversations import threads, timeline
from desk.edge import TheDesk
from desk.services import Desk

router = APIRouter(prefix="/widget/v1")

HEARTBEAT = 15.0
# A stream ends after this long and the widget opens another: a token that was revoked does not listen on.
LONGEST_STREAM = 600.0
_NO_BUFFER = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.get("/events")
async def events(
    desk: TheDesk, visitor: TheVisitor, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
) -> StreamingResponse:
    """Stream what comes after entry `after`."""
    return StreamingResponse(_stream(desk, visitor, after), media_type="text/event-stream", headers=_NO_BUFFER)


@router.get("/poll")
async def poll(
    desk: TheDesk,
    visitor: TheVisitor,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    wait: Annotated[float, Query(ge=0, le=25)] = 20,
) -> dict[str, Any]:
    """Return what comes after entry `after`, waiting up to `wait` seconds for the first."""
    ear = desk.bus.subscribe(timeline.topic(visitor.conversation_id))
    try:
        found = await asyncio.to_thread(_news, desk, visitor, after)
        deadline = time.monotonic() + wait
        while not found["entries"] and time.monotonic() < deadline:
            if await ear.wait(deadline - time.monotonic()):
                before = found["state"]
                found = await asyncio.to_thread(_news, desk, visitor, after)
                if found["state"] != before:
                    break
        return found
    finally:
        desk.bus.unsubscribe(ear)


async def _stream(desk: Desk, visitor: Visitor, after: int) -> AsyncIterator[str]:
    ear = desk.bus.subscribe(timeline.topic(visitor.conversation_id))
    state: dict[str, Any] = {}
    ends = time.monotonic() + LONGEST_STREAM
    try:
        yield "retry: 2000\n\n"
        while time.monotonic() < ends:
            news = await asyncio.to_thread(_news, desk, visitor, after)
            for entry in news["entries"]:
                after = entry["seq"]
                yield _event("entry", entry, after)
            if news["state"] != state:
                state = news["state"]
                yield _event("state", state)
            if news["more"]:
                continue
            # After silence the database is read all the same: a signal that was lost costs a moment, no message.
            if not await ear.wait(HEARTBEAT):
                yield ": ping\n\n"
            for signal in ear.passing():
                yield _event("typing", signal)
    finally:
        desk.bus.unsubscribe(ear)


def _news(desk: Desk, visitor: Visitor, after: int) -> dict[str, Any]:
    with desk.database.read() as session:
        found = timeline.entries(session, visitor.conversation_id, after=after, limit=100)
        conversation = threads.get(session, visitor.conversation_id)
        return {
            "entries": timeline_of.shown(session, desk, visitor, found),
            "state": timeline_of.state(session, conversation),
            "more": len(found) == 100,
        }


def _event(kind: str, data: dict[str, Any], seq: int | None = None) -> str:
    number = f"id: {seq}\n" if seq is not None else ""
    return f"{number}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
