"""Conversations as agents see them in lists: who waits, who is mine, what happened lately. Reading only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from desk.conversations import handoff
from desk.conversations.model import Author, Conversation, Entry, Handoff, Kind, Owner, Rating

LONGEST_LIST = 100


@dataclass(frozen=True)
class Row:
    """A line of a list.

    `last` is the newest entry that is no colleague's note, `customer` the customer's newest one, `handoff` the newest
    hand-off.
    """

    conversation: Conversation
    handoff: Handoff | None
    last: Entry | None
    customer: Entry | None


def waiting(session: Session, without: Collection[int] = ()) -> list[Row]:
    """Return who waits for a person, the next one first.

    Args:
        without: hand-offs that are not wanted.
    """
    found = [conversation for waits, conversation in handoff.queue(session) if waits.id not in without]
    return _rows(session, found[:LONGEST_LIST])


def of_agent(session: Session, agent_id: int) -> list[Row]:
    """Return the agent's conversations, the one with the newest word first."""
    query = select(Conversation).where(Conversation.owner == Owner.AGENT, Conversation.agent_id == agent_id)
    return _listed(session, query, LONGEST_LIST)


def of_others(session: Session, agent_id: int, limit: int = 30) -> list[Row]:
    """Return the conversations of this agent's colleagues."""
    query = select(Conversation).where(Conversation.owner == Owner.AGENT, Conversation.agent_id != agent_id)
    return _listed(session, query, limit)


def recent(session: Session, limit: int = 20) -> list[Row]:
    """Return the newest conversations that the bot has, or that have ended."""
    query = select(Conversation).where(Conversation.owner.in_((Owner.BOT, Owner.CLOSED)), Conversation.last_seq > 0)
    return _listed(session, query, limit)


def of_customer(session: Session, customer_id: str) -> list[Row]:
    """Return a customer's conversations, on whatever channel, the newest first."""
    return _listed(session, select(Conversation).where(Conversation.customer_id == customer_id), LONGEST_LIST)


def last_handoff(session: Session, conversation_id: str) -> Handoff | None:
    """Return the conversation's newest hand-off, open or not."""
    query = select(Handoff).where(Handoff.conversation_id == conversation_id)
    return session.scalar(query.order_by(Handoff.id.desc()).limit(1))


def count_handoffs(session: Session, conversation_ids: Collection[str], since: datetime) -> int:
    """Return how often these conversations went to a person since a moment."""
    query = select(func.count()).where(Handoff.conversation_id.in_(conversation_ids), Handoff.queued_at >= since)
    return session.scalar(query) or 0


def handoffs_of(
    session: Session, conversation_ids: Collection[str], limit: int, until: datetime | None = None
) -> list[Handoff]:
    """Return the hand-offs of these conversations, the newest first; only those queued at `until` or before."""
    query = select(Handoff).where(Handoff.conversation_id.in_(conversation_ids))
    if until is not None:
        query = query.where(Handoff.queued_at <= until)
    return list(session.scalars(query.order_by(Handoff.queued_at.desc(), Handoff.id.desc()).limit(limit)))


def ratings_of(
    session: Session, conversation_ids: Collection[str], limit: int, until: datetime | None = None
) -> list[tuple[datetime, Rating]]:
    """Return the ratings of these conversations and when they were given, the newest first, none after `until`."""
    query = select(Rating).where(Rating.conversation_id.in_(conversation_ids), Rating.rated_at.is_not(None))
    if until is not None:
        query = query.where(Rating.rated_at <= until)
    found = session.scalars(query.order_by(Rating.rated_at.desc(), Rating.id).limit(limit))
    return [(rating.rated_at, rating) for rating in found if rating.rated_at is not None]


def understanding(session: Session, conversation_id: str) -> dict[str, Any] | None:
    """Return what the bot understood last (`intent`, `confidence`), or None."""
    query = select(Entry.body).where(Entry.conversation_id == conversation_id, Entry.author == Author.CUSTOMER)
    for body in session.scalars(query.order_by(Entry.seq.desc()).limit(20)):
        if body.get("nlu"):
            return dict(body["nlu"])
    return None


def comments(session: Session, rating_ids: list[str]) -> dict[str, str]:
    """Return what customers wrote beside their stars, by rating id."""
    if not rating_ids:
        return {}
    found = session.scalars(select(Rating).where(Rating.id.in_(rating_ids)))
    return {rating.id: rating.comment for rating in found if rating.comment}


def _listed(session: Session, query: Select[Conversation], limit: int) -> list[Row]:
    newest_first = query.order_by(Conversation.updated_at.desc(), Conversation.id)
    return _rows(session, list(session.scalars(newest_first.limit(limit))))


def _rows(session: Session, conversations: list[Conversation]) -> list[Row]:
    ids = [conversation.id for conversation in conversations]
    if not ids:
        return []
    newest = and_(Entry.conversation_id == Conversation.id, Entry.seq == Conversation.last_seq)
    last = {
        entry.conversation_id: entry
        for entry in session.scalars(select(Entry).join(Conversation, newest).where(Conversation.id.in_(ids)))
    }
    last |= _public(session, [key for key, entry in last.items() if entry.kind == Kind.NOTE])
    spoken = (
        select(Entry.conversation_id.label("id"), func.max(Entry.seq).label("seq"))
        .where(Entry.conversation_id.in_(ids), Entry.author == Author.CUSTOMER)
        .group_by(Entry.conversation_id)
        .subquery()
    )
    at = and_(Entry.conversation_id == spoken.c.id, Entry.seq == spoken.c.seq)
    customer = {entry.conversation_id: entry for entry in session.scalars(select(Entry).join(spoken, at))}
    newest_ids = select(func.max(Handoff.id)).where(Handoff.conversation_id.in_(ids))
    handoffs = {
        row.conversation_id: row
        for row in session.scalars(select(Handoff).where(Handoff.id.in_(newest_ids.group_by(Handoff.conversation_id))))
    }
    return [Row(item, handoffs.get(item.id), last.get(item.id), customer.get(item.id)) for item in conversations]


def _public(session: Session, ids: list[str]) -> dict[str, Entry]:
    """Return the newest entries that are no colleagues' notes: a note answers nobody."""
    if not ids:
        return {}
    newest = (
        select(Entry.conversation_id.label("id"), func.max(Entry.seq).label("seq"))
        .where(Entry.conversation_id.in_(ids), Entry.kind != Kind.NOTE)
        .group_by(Entry.conversation_id)
        .subquery()
    )
    at = and_(Entry.conversation_id == newest.c.id, Entry.seq == newest.c.seq)
    return {entry.conversation_id: entry for entry in session.scalars(select(Entry).join(newest, at))}
