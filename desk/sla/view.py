"""Clocks as pages show them: how long is left, what is late or nearly so, how often promises were kept. Only reads."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from desk import clock as time
from desk.sla.model import SlaClock
from desk.sla.targets import Subject
from desk.texts import table

_MOST = 100
_MOST_TICKETS = 1000
_OPEN = SlaClock.ended_at.is_(None)
_RUNNING = and_(_OPEN, SlaClock.paused_at.is_(None))


@dataclass(frozen=True)
class Due:
    """A promise that runs. `state` is fine, warn, over or paused; `what` names it for staff."""

    clock_id: int
    kind: str
    what: str
    due_at: datetime
    warn_at: datetime
    state: str


def due_of(session: Session, subject: Subject, ids: Collection[int]) -> dict[int, Due]:
    """Return the most pressing promise of each of these hand-offs or tickets that has one."""
    if not ids:
        return {}
    query = select(SlaClock).where(SlaClock.subject == subject, SlaClock.subject_id.in_(ids), _OPEN)
    found: dict[int, Due] = {}
    # What is paused comes last: its time is not running out.
    for each in session.scalars(query.order_by(SlaClock.paused_at.is_not(None), SlaClock.due_at)):
        found.setdefault(each.subject_id, due(each))
    return found


def due(clock: SlaClock) -> Due:
    """Return how a clock stands now."""
    now = time.now()
    state = "over" if now >= clock.due_at else "warn" if now >= clock.warn_at else "fine"
    return Due(
        clock_id=clock.id,
        kind=clock.kind,
        what=table("sla")[f"kind.{clock.kind}"],
        due_at=clock.due_at,
        warn_at=clock.warn_at,
        state="paused" if clock.paused_at is not None else state,
    )


def overdue_tickets(session: Session) -> list[int]:
    """Return the tickets that have a promise which is overdue, the longest overdue first."""
    late = (_RUNNING, SlaClock.due_at <= time.now(), SlaClock.subject == Subject.TICKET)
    query = select(SlaClock.subject_id).where(*late).group_by(SlaClock.subject_id)
    return list(session.scalars(query.order_by(func.min(SlaClock.due_at)).limit(_MOST_TICKETS)))


def pressing(session: Session) -> list[SlaClock]:
    """Return what is overdue or nearly so, and what a supervisor was asked to look after; the most overdue first."""
    wanted = or_(SlaClock.warn_at <= time.now(), SlaClock.supervisor_at.is_not(None))
    return list(session.scalars(select(SlaClock).where(_RUNNING, wanted).order_by(SlaClock.due_at).limit(_MOST)))


def asked(session: Session) -> int:
    """Return how many overdue matters wait for a supervisor to look after them."""
    query = select(func.count()).where(_RUNNING, SlaClock.supervisor_at.is_not(None), SlaClock.watcher_id.is_(None))
    return session.scalar(query) or 0


@dataclass(frozen=True)
class Kept:
    """How many promises of a class and kind were kept and broken."""

    met: int
    late: int

    @property
    def rate(self) -> str:
        """The share that was kept, as 95.0%; nothing where there was none."""
        return f"{self.met / (self.met + self.late):.1%}" if self.met + self.late else ""


def kept_since(session: Session, since: datetime) -> dict[tuple[str, str], Kept]:
    """Return, by class and kind, what became of the promises that began since then; those still open in time are none.

    A promise that became pointless in time (the customer left) is not counted.
    """
    late = SlaClock.breached_at.is_not(None)
    met = and_(SlaClock.met_at.is_not(None), SlaClock.breached_at.is_(None))
    query = (
        select(SlaClock.class_name, SlaClock.kind, _count(met), _count(late))
        .where(SlaClock.started_at >= since, or_(late, met))
        .group_by(SlaClock.class_name, SlaClock.kind)
    )
    return {(name, kind): Kept(met, late) for name, kind, met, late in session.execute(query)}


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
