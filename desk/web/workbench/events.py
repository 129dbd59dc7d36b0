"""The live stream of a page: says that something changed, never what. The page then asks for what it shows.

Whatever was missed while the stream was away is made up for: each connection begins with all the news.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from desk.conversations import inbox, timeline
from desk.conversations.bus import Subscription
from desk.conversations.handoff import QUEUE
from desk.edge import TheDesk
from desk.routing import presence
from desk.services import Desk
from desk.staff import sessions
from desk.staff.errors import NotSignedIn
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.staff.topics import topic as staff_topic
from desk.tickets.service import TOPIC as TICKETS
from desk.web.workbench.edge import TheToken
from desk.web.workbench.pages import guarded

router = APIRouter(include_in_schema=False)

HEARTBEAT = 15.0
# How long a session that has ended without a word (expired) may still hear that something changed.
CHECK_EVERY = 30.0
# Customers' messages come in droves: lists follow them at this pace, changes of the queue at once ...
LISTS_PAUSE = 2.0
# ... unless so many pages are open that all of them asking at once would keep the desk from its work: lists a second.
LISTS_AT_ONCE = 30.0


@router.get("/desk/events")
async def events(desk: TheDesk, token: TheToken = "", c: str = "") -> StreamingResponse:
    """Stream `queue`, `conversation`, `typing` and `tickets` events; `signed_out` is the last one.

    A browser does not tell its page why a stream was refused, so the end of a session is an event too.

    Args:
        c: the conversation that is open on the page.
    """
    stream = StreamingResponse(_stream(desk, token, c[:64]), media_type="text/event-stream")
    guarded(stream).headers["X-Accel-Buffering"] = "no"
    return stream


async def _stream(desk: Desk, token: str, conversation_id: str) -> AsyncIterator[str]:
    staff = await asyncio.to_thread(_seen, desk, token)
    if staff is None:
        yield _event("signed_out")
        return
    end = staff_topic(staff.id)
    topics = [QUEUE, inbox.WORK, TICKETS, end]
    if conversation_id:
        topics += [timeline.topic(conversation_id), f"typing:{conversation_id}"]
    ear = desk.bus.subscribe(*topics)
    try:
        yield "retry: 2000\n\n" + _event("queue") + _event("tickets") + _event("conversation")
        checked, lists_due, lists_told = time.monotonic(), 0.0, time.monotonic()
        while True:
            now = time.monotonic()
            wait = min(HEARTBEAT, lists_due - now) if lists_due else HEARTBEAT
            heard = await ear.wait(max(wait, 0.0))
            changed = ear.heard()
            if end in changed or time.monotonic() - checked > CHECK_EVERY:
                checked = time.monotonic()
                if await asyncio.to_thread(_seen, desk, token) is None:
                    yield _event("signed_out")
                    return
            now, breath = time.monotonic(), desk.bus.ears(QUEUE) / LISTS_AT_ONCE
            if inbox.WORK in changed and not lists_due:
                lists_due = now + max(LISTS_PAUSE, breath)
            if QUEUE in changed:
                lists_due = max(now, lists_told + breath)
            if lists_due and now >= lists_due:
                lists_due, lists_told = 0.0, now
                yield _event("queue")
            for news in _news(ear, changed, conversation_id):
                yield news
            if not heard and not lists_due:
                yield _event("ping")
    finally:
        desk.bus.unsubscribe(ear)


def _news(ear: Subscription, changed: set[str], conversation_id: str) -> list[str]:
    told = [_event("typing", signal) for signal in ear.passing() if signal.get("from") != "agent"]
    if TICKETS in changed:
        told.append(_event("tickets"))
    if conversation_id and (timeline.topic(conversation_id) in changed or TICKETS in changed):
        told.append(_event("conversation"))
    return told


def _seen(desk: Desk, token: str) -> SignedIn | None:
    try:
        with desk.database.write() as session:
            staff = sessions.touch(session, token)
            if staff.may(Permission.CONVERSE):
                presence.beat(session, staff.id)
            return staff
    except NotSignedIn:
        return None


def _event(kind: str, data: object = None) -> str:
    return f"event: {kind}\ndata: {json.dumps(data or {}, ensure_ascii=False)}\n\n"
