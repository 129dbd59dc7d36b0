"""The sessions that hold: listed for their owner, and ended."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.db import announce
from desk.staff.model import HalfWay, StaffSession
from desk.staff.topics import topic


@dataclass(frozen=True)
class Open:
    """A session as its owner sees it."""

    handle: str
    browser: str
    address: str
    signed_in: datetime
    last_seen: datetime


def handle_of(digest: str) -> str:
    """Return what names a session without opening it: part of its token's digest."""
    return digest[:16]


def of_agent(session: Session, agent_id: int) -> list[Open]:
    """Return the sessions of an account that hold, the one used last first."""
    query = select(StaffSession).where(StaffSession.agent_id == agent_id, StaffSession.expires_at > clock.now())
    found = session.scalars(query.order_by(StaffSession.last_seen.desc(), StaffSession.digest))
    return [Open(handle_of(row.digest), row.browser, row.address, row.created_at, row.last_seen) for row in found]


def revoke(session: Session, agent_id: int, handle: str, *, actor: str) -> bool:
    """End one session of an account; return whether there was one."""
    rows = session.scalars(select(StaffSession).where(StaffSession.agent_id == agent_id))
    found = next((row for row in rows if handle_of(row.digest) == handle), None)
    if found is None:
        return False
    session.delete(found)
    record(session, actor, "staff.session_end", f"agent:{agent_id}", detail={"browser": found.browser})
    announce(session, topic(agent_id))
    return True


def end_others(session: Session, agent_id: int, *, but: str, actor: str) -> None:
    """End an account's sessions, except for the one with the handle `but`."""
    ended = end_all(session, agent_id, but=but)
    record(session, actor, "staff.session_end", f"agent:{agent_id}", detail={"count": ended})


def end_all(session: Session, agent_id: int, *, but: str = "") -> int:
    """End the sessions of an account, except for the one with the handle `but`; return how many."""
    rows = session.scalars(select(StaffSession).where(StaffSession.agent_id == agent_id)).all()
    ended = [row.digest for row in rows if handle_of(row.digest) != but]
    session.execute(delete(StaffSession).where(StaffSession.digest.in_(ended)))
    session.execute(delete(HalfWay).where(HalfWay.agent_id == agent_id))
    announce(session, topic(agent_id))
    return len(ended)
