"""What routing needs of hand-offs: their place in the queue, from one agent to another, who had them before."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desk.conversations import timeline
from desk.conversations.errors import NotYourConversation
from desk.conversations.handoff import QUEUE, Agent, open_handoff
from desk.conversations.model import Author, Conversation, Handoff, HandoffState, Kind, Owner
from desk.db import announce
from desk.happenings import HandoffTaken, tell
from desk.texts import say


def place(session: Session, handoff_id: int, lane: int, pool: str) -> None:
    """Set where a hand-off waits; its rank stays.

    Args:
        lane: 0 goes first.
        pool: names those who wait for the same agents.
    """
    handoff = session.get_one(Handoff, handoff_id)
    handoff.lane, handoff.pool = lane, pool


def move_pool(session: Session, handoff_ids: list[int], pool: str) -> None:
    """Let hand-offs wait with others from now on: who serves whom has changed."""
    if handoff_ids:
        session.execute(update(Handoff).where(Handoff.id.in_(handoff_ids)).values(pool=pool))


def get(session: Session, handoff_id: int) -> Handoff:
    """Return a hand-off by its number."""
    return session.get_one(Handoff, handoff_id)


def hand_over(session: Session, conversation_id: str, giver: int, receiver: Agent) -> None:
    """Make a colleague the owner of a conversation that `giver` has; the customer is told the new name.

    Raises:
        NotYourConversation: the giver does not have it any more.
    """
    conversation = timeline.lock(session, conversation_id)
    handoff = open_handoff(session, conversation_id)
    if conversation.owner != Owner.AGENT or conversation.agent_id != giver or handoff is None:
        raise NotYourConversation
    conversation.agent_id = handoff.agent_id = receiver.id
    text = say("agent_taken_over", agent=receiver.name)
    timeline.append(session, conversation, Author.SYSTEM, text, kind=Kind.NOTICE, name=receiver.name)
    announce(session, QUEUE)
    tell(session, HandoffTaken(conversation_id, handoff.id, receiver.id))


def loads(session: Session) -> dict[int, int]:
    """Return how many conversations each agent has, by agent id."""
    mine = Conversation.agent_id
    query = select(mine, func.count()).where(Conversation.owner == Owner.AGENT, mine.is_not(None)).group_by(mine)
    return {agent_id: count for agent_id, count in session.execute(query) if agent_id is not None}


def last_agent(session: Session, conversation_id: str, since: datetime) -> int | None:
    """Return who last had this customer, if that has ended since a moment."""
    query = select(Handoff.agent_id).where(
        Handoff.conversation_id == conversation_id, Handoff.agent_id.is_not(None), Handoff.ended_at >= since
    )
    return session.scalar(query.order_by(Handoff.id.desc()).limit(1))


def asked_since(session: Session, conversation_id: str, since: datetime) -> int:
    """Return how often the customer has asked for a person since a moment."""
    query = select(func.count()).select_from(Handoff)
    mine = query.where(Handoff.conversation_id == conversation_id, Handoff.queued_at >= since)
    return int(session.scalar(mine.where(Handoff.state != HandoffState.CANCELLED)) or 0)
