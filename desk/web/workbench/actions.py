"""What an agent does with a conversation: take, answer, give back, close."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, Response

from desk.audit.service import record
from desk.channels.web.limits import Buckets
from desk.conversations import handoff, notes, threads, timeline
from desk.conversations.errors import NotYourConversation
from desk.conversations.model import Author, Owner
from desk.edge import TheDesk
from desk.errors import BadRequest
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench import composing
from desk.web.workbench.edge import NotAllowed, actor, as_agent, from_our_page, needs
from desk.web.workbench.pages import done, go, guarded
from desk.web.workbench.serving import is_mine, must_be_mine

router = APIRouter(prefix="/desk/c/{conversation_id}", dependencies=[Depends(from_our_page)], include_in_schema=False)

TheAgent = Annotated[SignedIn, Depends(needs(Permission.CONVERSE))]
_TAKES_OVER = needs(Permission.TAKE_OVER)
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,80}")
_TYPING = Buckets(burst=3, per_second=1.0)
REFRESH = "desk:refresh"


class OnlySupervisors(NotAllowed):
    """Taking over what does not wait is for supervisors."""

    message = "智能客服正在接待，只有主管可以接手"


@router.post("/take")
def take(conversation_id: str, request: Request, desk: TheDesk, agent: TheAgent) -> Response:
    """Take a conversation from the queue; supervisors may also take it from the bot.

    Raises:
        AlreadyTaken: a colleague was quicker.
        OnlySupervisors: it is not waiting for a person.
    """
    with desk.database.write() as session:
        before = timeline.lock(session, conversation_id).owner
        if before in (Owner.BOT, Owner.CLOSED) and not agent.may(Permission.TAKE_OVER):
            raise OnlySupervisors
        handoff.take(session, conversation_id, as_agent(agent))
        record(session, actor(agent), "conversation.take", conversation_id, conversation_id, {"from": before})
    return go(request, f"/desk/c/{conversation_id}")


@router.post("/replace")
def replace(
    conversation_id: str, request: Request, desk: TheDesk, chief: Annotated[SignedIn, Depends(_TAKES_OVER)]
) -> Response:
    """Go on in a colleague's place; he and the customer are told.

    Raises:
        NotServed: no colleague has it.
    """
    with desk.database.write() as session:
        before = handoff.replace(session, conversation_id, as_agent(chief))
        if before is not None:
            detail = {"from": f"agent:{before}"}
            record(session, actor(chief), "conversation.replace", conversation_id, conversation_id, detail)
    return go(request, f"/desk/c/{conversation_id}")


@router.post("/answer")
def answer(
    conversation_id: str,
    desk: TheDesk,
    agent: TheAgent,
    text: Annotated[str, Form()] = "",
    client_id: Annotated[str, Form()] = "",
    check: Annotated[str, Form()] = "",
) -> Response:
    """Write to the customer, once per `client_id`. Card keys in the text become references.

    Args:
        check: look at the text first, and do not write what should be looked at again.

    Raises:
        NotYourConversation: take it first.
        EmptyMessage, MessageTooLong: nothing was written.
        LookAgain: nothing was written; sent without `check`, it will be.
        BadRequest: no usable client id.
    """
    clean = _fit(text, client_id)
    with desk.database.write() as session:
        conversation = timeline.lock(session, conversation_id)
        must_be_mine(conversation, agent)
        safe = desk.vault.redact(session, clean, conversation_id, desk.shop.order_no_like)
        if check and timeline.written(session, conversation_id, Author.AGENT, client_id) is None:
            composing.look_at(session, desk, conversation, agent.role, safe)
        entry = handoff.answer(session, conversation_id, as_agent(agent), safe, client_id)
        told = composing.told_of(safe)
        return guarded(JSONResponse({"seq": entry.seq, "id": entry.id, "told": told}))


@router.post("/note")
def note(
    conversation_id: str,
    desk: TheDesk,
    agent: TheAgent,
    text: Annotated[str, Form()] = "",
    client_id: Annotated[str, Form()] = "",
) -> Response:
    """Write what only colleagues read, once per `client_id`; a supervisor whispers in a colleague's conversation.

    Raises:
        NotYourConversation: it is neither theirs nor may they look after the team.
        EmptyMessage, MessageTooLong, BadRequest: as `answer`.
    """
    clean = _fit(text, client_id)
    with desk.database.write() as session:
        conversation = timeline.lock(session, conversation_id)
        if not (is_mine(conversation, agent) or agent.may(Permission.SEE_TEAM)):
            raise NotYourConversation
        safe = desk.vault.redact(session, clean, conversation_id, desk.shop.order_no_like)
        entry = notes.write(session, conversation_id, as_agent(agent), safe, client_id)
        return guarded(JSONResponse({"seq": entry.seq, "id": entry.id}))


@router.post("/return")
def give_back(conversation_id: str, request: Request, desk: TheDesk, agent: TheAgent) -> Response:
    """Return a conversation to the bot.

    Raises:
        NotYourConversation: it is not this agent's.
    """
    with desk.database.write() as session:
        handoff.give_back(session, conversation_id, as_agent(agent))
        record(session, actor(agent), "conversation.return", conversation_id, conversation_id)
    return done(request, f"/desk/c/{conversation_id}", REFRESH, message="已转回智能客服")


@router.post("/close")
def close(conversation_id: str, request: Request, desk: TheDesk, agent: TheAgent) -> Response:
    """End the service; the customer is asked for a rating.

    Raises:
        NotYourConversation: it is not this agent's.
    """
    with desk.database.write() as session:
        handoff.close(session, conversation_id, as_agent(agent))
        record(session, actor(agent), "conversation.close", conversation_id, conversation_id)
    return done(request, f"/desk/c/{conversation_id}", REFRESH, message="会话已结束，已请客户评价")


@router.post("/typing")
def typing(conversation_id: str, desk: TheDesk, agent: TheAgent) -> Response:
    """Tell the customer that the agent is typing.

    Raises:
        NotYourConversation: it is not this agent's.
    """
    _TYPING.take(f"{agent.id}")
    with desk.database.read() as session:
        must_be_mine(threads.get(session, conversation_id), agent)
    desk.bus.publish([timeline.topic(conversation_id)], {"from": "agent", "on": True})
    return guarded(Response(status_code=204))


def _fit(text: str, client_id: str) -> str:
    if not _CLIENT_ID.fullmatch(client_id):
        raise BadRequest
    return timeline.clean(text)
