"""Who is there: what agents say of themselves, and whether a page of theirs is open."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.conversations.handoff import QUEUE
from desk.db import announce
from desk.routing.groups import Groups
from desk.routing.model import Assignment, Duty, Presence, Stage
from desk.routing.teams import NEVER, duty

# Whoever comes back after this long begins anew: yesterday's pause is over.
_ANEW = timedelta(minutes=30)


def beat(session: Session, agent_id: int) -> Presence:
    """Note that a page of the agent is open; return what he says of himself."""
    row, now = duty(session, agent_id), clock.now()
    if now - row.seen_at > _ANEW:
        row.state, row.since, row.missed = Presence.ONLINE, now, 0
        announce(session, QUEUE)
    row.seen_at = now
    return Presence(row.state)


def switch(session: Session, agent_id: int, state: Presence, *, actor: str) -> None:
    """Set what an agent says of himself; an offer to somebody who goes away passes on at once."""
    if state != Presence.ONLINE:
        _pass_on(session, agent_id)
    row = duty(session, agent_id)
    row.seen_at, row.missed = clock.now(), 0
    put(session, row, state, actor)


def leave(session: Session, agent_id: int) -> None:
    """Note that an agent has signed out everywhere: he counts as offline at once."""
    _pass_on(session, agent_id)
    row = duty(session, agent_id)
    if row.seen_at > NEVER:
        row.seen_at = NEVER
        announce(session, QUEUE)


def put(session: Session, row: Duty, state: Presence, actor: str) -> None:
    """Write down where an agent is now; offers that stand run out by themselves."""
    if row.state == state:
        return
    before, row.state, row.since = row.state, state, clock.now()
    record(session, actor, "routing.presence", f"agent:{row.agent_id}", detail={"before": before, "after": state})
    announce(session, QUEUE)


def said(session: Session, agent_id: int) -> Presence:
    """Return what an agent says of himself; somebody new is online."""
    row = session.get(Duty, agent_id)
    return Presence(row.state) if row else Presence.ONLINE


def duties(session: Session) -> dict[int, Duty]:
    """Return everybody's row, by agent."""
    return {row.agent_id: row for row in session.scalars(select(Duty))}


def is_there(row: Duty | None, options: Groups, now: datetime) -> bool:
    """Return whether a page of the agent is open, or was a moment ago."""
    return row is not None and now - row.seen_at <= timedelta(seconds=options.gone_seconds)


def _pass_on(session: Session, agent_id: int) -> None:
    """Let the offers to an agent go to others; called before his own row is locked, as everywhere."""
    offers = update(Assignment).where(Assignment.offered_to == agent_id, Assignment.stage == Stage.OFFERED)
    session.execute(offers.values(stage=Stage.WAITING, offered_to=None, due_at=clock.now()))
