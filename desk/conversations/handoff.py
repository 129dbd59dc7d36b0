"""Hand-off: the queue for a person, and who owns a conversation. The truth is here, not in the bot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, case, func, select, tuple_
from sqlalchemy.orm import Session

from desk import clock
from desk.conversations import timeline
from desk.conversations.errors import AlreadyTaken, NotServed, NotYourConversation
from desk.conversations.model import Author, Conversation, Entry, Handoff, HandoffState, Kind, Owner, Rating
from desk.db import UtcDateTime, announce
from desk.happenings import AgentAnswered, HandoffEnded, HandoffQueued, HandoffTaken, tell
from desk.ids import new_id
from desk.texts import say

QUEUE = "queue"
LEAVE_QUEUE = "desk:leave_queue"
RANKS = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
_PRIORITY_BY_REASON = {"complaint": "high", "failure": "high", "policy": "normal"}
_OPEN = (HandoffState.QUEUED, HandoffState.TAKEN)
# What is urgent goes first whatever its lane: escalation raises the rank only.
_ORDER = (case((Handoff.rank == 0, 0), else_=Handoff.lane), Handoff.rank, Handoff.queued_at, Handoff.id)
_TYPES = (Integer, Integer, UtcDateTime, Integer)


@dataclass(frozen=True)
class Agent:
    """The agent who acts, as far as a conversation needs to know."""

    id: int
    name: str


def open_handoff(session: Session, conversation_id: str) -> Handoff | None:
    """Return the hand-off that is queued or taken, if any."""
    query = select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.state.in_(_OPEN))
    return session.scalar(query.order_by(Handoff.id.desc()).limit(1))


def request(
    session: Session,
    conversation_id: str,
    reason: str,
    intent: str | None = None,
    note: str | None = None,
    priority: str | None = None,
) -> Handoff:
    """Put a conversation in the queue for a person; one that is there already stays where it is.

    Args:
        reason: requested, fallback, policy, tries, failure, complaint, risk, finance or merchant.
        intent: what the customer wants, as far as the bot knows.
        note: what the agent should know first.
        priority: urgent, high, normal or low; by reason when not given.
    """
    conversation = timeline.lock(session, conversation_id)
    current = open_handoff(session, conversation_id)
    if current is not None:
        return current
    level = priority or _PRIORITY_BY_REASON.get(reason, "normal")
    handoff = Handoff(
        conversation_id=conversation_id,
        reason=reason,
        priority=level,
        rank=RANKS[level],
        intent=intent or conversation.intent,
        note=note or "",
        queued_at=clock.now(),
    )
    session.add(handoff)
    conversation.owner, conversation.agent_id = Owner.QUEUED, None
    _changed(session, conversation)
    session.flush()
    tell(session, HandoffQueued(conversation.id, handoff.id))
    return handoff


def position(session: Session, handoff: Handoff) -> int:
    """Return the place among those who wait for the same agents, 1 for the next; 0 when it is no longer waiting."""
    if handoff.state != HandoffState.QUEUED:
        return 0
    mine = (0 if handoff.rank == 0 else handoff.lane, handoff.rank, handoff.queued_at, handoff.id)
    waiting = select(func.count()).select_from(Handoff).where(Handoff.state == HandoffState.QUEUED)
    ahead = waiting.where(Handoff.pool == handoff.pool, tuple_(*_ORDER) < tuple_(*mine, types=_TYPES))
    return int(session.scalar(ahead) or 0) + 1


def queue(session: Session) -> list[tuple[Handoff, Conversation]]:
    """Return those who wait for a person, the next one first."""
    query = (
        select(Handoff, Conversation)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .where(Handoff.state == HandoffState.QUEUED)
        .order_by(*_ORDER)
    )
    return [(handoff, conversation) for handoff, conversation in session.execute(query)]


def take(session: Session, conversation_id: str, agent: Agent) -> Conversation:
    """Give a conversation to an agent: from the queue, or from the bot.

    Raises:
        AlreadyTaken: another agent has it.
    """
    conversation = timeline.lock(session, conversation_id)
    if conversation.owner == Owner.AGENT:
        if conversation.agent_id == agent.id:
            return conversation
        raise AlreadyTaken
    joined = "agent_joined" if conversation.owner == Owner.QUEUED else "agent_taken_over"
    handoff = open_handoff(session, conversation_id) or request(session, conversation_id, "taken_over")
    handoff.state, handoff.agent_id, handoff.taken_at = HandoffState.TAKEN, agent.id, clock.now()
    conversation.owner, conversation.agent_id = Owner.AGENT, agent.id
    timeline.append(
        session, conversation, Author.SYSTEM, say(joined, agent=agent.name), kind=Kind.NOTICE, name=agent.name
    )
    _changed(session, conversation)
    tell(session, HandoffTaken(conversation.id, handoff.id, agent.id))
    return conversation


def replace(session: Session, conversation_id: str, agent: Agent) -> int | None:
    """Let an agent go on in a colleague's place; the customer is told who serves him now.

    Returns:
        The colleague's id; None where it was this agent's already.

    Raises:
        NotServed: no agent has it (any more).
    """
    conversation = timeline.lock(session, conversation_id)
    handoff = open_handoff(session, conversation_id)
    if conversation.owner != Owner.AGENT or handoff is None:
        raise NotServed
    before = conversation.agent_id
    if before == agent.id:
        return None
    handoff.agent_id = conversation.agent_id = agent.id
    timeline.append(
        session, conversation, Author.SYSTEM, say("agent_replaced", agent=agent.name), kind=Kind.NOTICE, name=agent.name
    )
    _changed(session, conversation)
    tell(session, HandoffTaken(conversation.id, handoff.id, agent.id))
    return before


def answer(session: Session, conversation_id: str, agent: Agent, text: str, client_id: str) -> Entry:
    """Write an agent's message, once per `client_id`.

    Raises:
        NotYourConversation: the agent has not taken it.
        EmptyMessage, MessageTooLong: nothing was written.
    """
    return _write(session, conversation_id, agent, client_id, timeline.clean(text))


def show(session: Session, conversation_id: str, agent: Agent, picture: Mapping[str, object], client_id: str) -> Entry:
    """Show an agent's picture (id, width and height) to the customer, once per `client_id`.

    Raises:
        NotYourConversation: the agent has not taken it.
    """
    body = {"picture": dict(picture)}
    return _write(session, conversation_id, agent, client_id, "", kind=Kind.PICTURE, body=body)


def give_back(session: Session, conversation_id: str, agent: Agent) -> None:
    """Return a conversation to the bot, which starts afresh.

    Raises:
        NotYourConversation: the agent has not taken it.
    """
    conversation = _owned(session, conversation_id, agent)
    _end(session, conversation, HandoffState.RETURNED)
    to_bot(conversation)
    timeline.append(session, conversation, Author.SYSTEM, say("returned_to_bot"), kind=Kind.NOTICE)
    _changed(session, conversation)


def close(session: Session, conversation_id: str, agent: Agent) -> None:
    """End the agent's part and ask the customer for a rating.

    Raises:
        NotYourConversation: the agent has not taken it.
    """
    conversation = _owned(session, conversation_id, agent)
    handoff = _end(session, conversation, HandoffState.CLOSED)
    conversation.owner, conversation.agent_id = Owner.CLOSED, None
    timeline.append(session, conversation, Author.SYSTEM, say("closed"), kind=Kind.NOTICE)
    if handoff is not None:
        rating = Rating(id=new_id("r"), conversation_id=conversation.id, handoff_id=handoff.id)
        session.add(rating)
        timeline.append(
            session,
            conversation,
            Author.SYSTEM,
            say("ask_rating", agent=agent.name),
            kind=Kind.RATING,
            body={"rating_id": rating.id},
        )
    _changed(session, conversation)


def raise_priority(session: Session, conversation_id: str) -> str | None:
    """Move the open hand-off of a conversation one priority up; return its priority, None when there is none."""
    conversation = timeline.lock(session, conversation_id)
    handoff = open_handoff(session, conversation_id)
    if handoff is None:
        return None
    handoff.rank = max(handoff.rank - 1, 0)
    handoff.priority = next(name for name, rank in RANKS.items() if rank == handoff.rank)
    _changed(session, conversation)
    return handoff.priority


def leave_queue(session: Session, conversation: Conversation) -> bool:
    """Take a waiting customer out of the queue, back to the bot; False when an agent was quicker."""
    if conversation.owner != Owner.QUEUED:
        return False
    _end(session, conversation, HandoffState.CANCELLED)
    to_bot(conversation)
    _changed(session, conversation)
    return True


def to_bot(conversation: Conversation) -> None:
    """Make the bot the owner, with a fresh tracker."""
    conversation.owner, conversation.agent_id = Owner.BOT, None
    conversation.generation += 1


def _write(
    session: Session,
    conversation_id: str,
    agent: Agent,
    client_id: str,
    text: str,
    *,
    kind: Kind = Kind.TEXT,
    body: dict[str, Any] | None = None,
) -> Entry:
    conversation = _owned(session, conversation_id, agent)
    earlier = timeline.written(session, conversation_id, Author.AGENT, client_id)
    if earlier is not None:
        return earlier
    entry = timeline.append(
        session,
        conversation,
        Author.AGENT,
        text,
        kind=kind,
        name=agent.name,
        agent_id=agent.id,
        body=body,
        client_id=client_id,
    )
    tell(session, AgentAnswered(conversation.id, agent.id, entry.seq))
    return entry


def _owned(session: Session, conversation_id: str, agent: Agent) -> Conversation:
    conversation = timeline.lock(session, conversation_id)
    if conversation.owner != Owner.AGENT or conversation.agent_id != agent.id:
        raise NotYourConversation
    return conversation


def _end(session: Session, conversation: Conversation, state: HandoffState) -> Handoff | None:
    handoff = open_handoff(session, conversation.id)
    if handoff is not None:
        handoff.state, handoff.ended_at = state, clock.now()
        tell(session, HandoffEnded(conversation.id, handoff.id, state))
    return handoff


def _changed(session: Session, conversation: Conversation) -> None:
    announce(session, QUEUE, timeline.topic(conversation.id))
