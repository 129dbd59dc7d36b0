"""Beginning a guide, sending its steps one after the other, and taking the customer's word for each.

Everything happens under the conversation's lock: a double click, or two presses, count once.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.conversations import timeline
from desk.conversations.errors import NotYourConversation
from desk.conversations.handoff import Agent
from desk.conversations.model import Author, Conversation, Owner
from desk.db import announce
from desk.errors import BadRequest, NotFound
from desk.guidance.model import Guide, Mark, Step
from desk.happenings import AgentAnswered, tell
from desk.texts import table

PREFIX = "desk:step:"
MOST_STEPS = 20


class NoSteps(BadRequest):
    """There is nothing to lead through."""

    code, message = "no_steps", "这条没有可以分步发送的步骤"


class NoGuide(NotFound):
    """No guide of this number goes on in the conversation."""

    code, message = "no_guide", "这次分步指导已经结束，请重新开始"


def current(session: Session, conversation_id: str) -> Guide | None:
    """Return the guide that goes on in a conversation, if there is one."""
    query = select(Guide).where(Guide.conversation_id == conversation_id, Guide.ended_at.is_(None))
    return session.scalar(query.order_by(Guide.id.desc()).limit(1))


def begin(session: Session, conversation_id: str, agent: Agent, title: str, steps: Sequence[str]) -> Guide:
    """Begin a guide and send its first step; one that goes on is ended. The same one again goes on as it is.

    Raises:
        NotYourConversation: the agent has not taken it.
        NoSteps: there are none.
    """
    conversation = _mine(session, conversation_id, agent)
    texts = [text.strip() for text in steps if text.strip()][:MOST_STEPS]
    if not texts:
        raise NoSteps
    going = current(session, conversation_id)
    if going is not None:
        if going.title == title[:200] and [step.text for step in going.all] == texts:
            return going
        _end(session, going, agent)
    guide = Guide(
        conversation_id=conversation_id,
        title=title[:200],
        actor=_actor(agent),
        steps=[asdict(Step(text)) for text in texts],
    )
    session.add(guide)
    session.flush()
    record(session, guide.actor, "guide.begin", conversation_id, conversation_id, {"guide": guide.id})
    _send(session, conversation, guide, agent, 1)
    return guide


def send(session: Session, conversation_id: str, agent: Agent, guide_id: int, place: int, sent: int) -> Guide:
    """Send a step to the customer, the next one or one again.

    Args:
        place: which step, 1 for the first.
        sent: how often the page saw it sent; a click on an outdated page does nothing.

    Raises:
        NotYourConversation: the agent has not taken it.
        NoGuide: it is over, or has no such step.
    """
    conversation = _mine(session, conversation_id, agent)
    guide = _going(session, conversation_id, guide_id)
    if not 1 <= place <= min(guide.next, len(guide.steps)):
        raise NoGuide
    if guide.all[place - 1].sent == sent:
        _send(session, conversation, guide, agent, place)
    return guide


def end(session: Session, conversation_id: str, agent: Agent, guide_id: int) -> None:
    """End a guide; ended before, nothing happens.

    Raises:
        NotYourConversation: the agent has not taken it.
    """
    _mine(session, conversation_id, agent)
    guide = session.get(Guide, guide_id)
    if guide is not None and guide.conversation_id == conversation_id and guide.ended_at is None:
        _end(session, guide, agent)


def answered(session: Session, conversation: Conversation, payload: str) -> bool | None:
    """Take the customer's word for a step.

    Returns:
        Whether the guide still goes on; None where the button is not one of ours.
    """
    number, _, rest = payload.removeprefix(PREFIX).partition(":")
    place, _, mark = rest.partition(":")
    guide = session.get(Guide, int(number)) if number.isdigit() else None
    if guide is None or guide.conversation_id != conversation.id or not place.isdigit() or mark not in set(Mark):
        return None
    if guide.ended_at is not None:
        return False
    _put(guide, int(place), replace(guide.all[int(place) - 1], mark=mark))
    announce(session, timeline.topic(conversation.id))
    return conversation.owner == Owner.AGENT


def _send(session: Session, conversation: Conversation, guide: Guide, agent: Agent, place: int) -> None:
    step = guide.all[place - 1]
    words = table("guidance")
    wanted = [
        {"title": words[mark], "payload": f"{PREFIX}{guide.id}:{place}:{mark}"} for mark in (Mark.DONE, Mark.FAILED)
    ]
    entry = timeline.append(
        session,
        conversation,
        Author.AGENT,
        words["step"].format(place=place, count=len(guide.steps), text=step.text),
        name=agent.name,
        agent_id=agent.id,
        body={"buttons": timeline.make_buttons(session, conversation.id, wanted)},
    )
    _put(guide, place, replace(step, sent=step.sent + 1, mark=""))
    tell(session, AgentAnswered(conversation.id, agent.id, entry.seq))


def _put(guide: Guide, place: int, step: Step) -> None:
    guide.steps = [asdict(step) if n == place else each for n, each in enumerate(guide.steps, 1)]


def _end(session: Session, guide: Guide, agent: Agent) -> None:
    guide.ended_at = clock.now()
    done = sum(step.mark == Mark.DONE for step in guide.all)
    record(
        session,
        _actor(agent),
        "guide.end",
        guide.conversation_id,
        guide.conversation_id,
        {"guide": guide.id, "done": done, "steps": len(guide.steps)},
    )


def _going(session: Session, conversation_id: str, guide_id: int) -> Guide:
    guide = session.get(Guide, guide_id)
    if guide is None or guide.conversation_id != conversation_id or guide.ended_at is not None:
        raise NoGuide
    return guide


def _mine(session: Session, conversation_id: str, agent: Agent) -> Conversation:
    conversation = timeline.lock(session, conversation_id)
    if conversation.owner != Owner.AGENT or conversation.agent_id != agent.id:
        raise NotYourConversation
    return conversation


def _actor(agent: Agent) -> str:
    return f"agent:{agent.id}"
