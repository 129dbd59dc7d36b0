"""Starting, pausing and stopping clocks. The caller holds the lock of the conversation or ticket."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from desk import clock as time
from desk.happenings import SlaBreached, tell
from desk.sla.model import SlaClock
from desk.sla.rules import Rules
from desk.sla.targets import Kind, SlaClass, Subject, seconds


@dataclass(frozen=True)
class About:
    """What a clock is about; `conversation_id` where there is one."""

    subject: Subject
    id: int
    conversation_id: str | None


def start(session: Session, rules: Rules, about: About, promised: SlaClass, kind: Kind, at: datetime) -> None:
    """Start a clock at `at`, if the class promises this; one that runs already goes on as it is."""
    target = promised.target(kind)
    length = seconds(target, rules.policy) if target else None
    if length is None or running(session, about, kind) is not None:
        return
    calendar = promised.calendar_of(kind)
    hours, whole = rules.hours(calendar), timedelta(seconds=length)
    made = SlaClock(
        subject=about.subject,
        subject_id=about.id,
        kind=kind,
        round=_rounds(session, about, kind) + 1,
        conversation_id=about.conversation_id,
        class_name=promised.name,
        calendar=calendar,
        target=float(length),
        started_at=at,
        due_at=hours.add(at, whole),
        warn_at=hours.add(at, whole * promised.warn_percent / 100),
        step=0,
    )
    made.next_at = next_at(made, rules)
    session.add(made)
    session.flush()


def running(session: Session, about: About, kind: Kind) -> SlaClock | None:
    """Return the clock of a kind that has not ended, locked."""
    return next((each for each in open_of(session, about) if each.kind == kind), None)


def open_of(session: Session, about: About) -> list[SlaClock]:
    """Return the clocks that have not ended, locked."""
    return _locked(session, _of(about).where(SlaClock.ended_at.is_(None)))


def callbacks(session: Session, conversation_id: str) -> list[SlaClock]:
    """Return the open clocks of tickets that wait for a word in a conversation, locked."""
    query = select(SlaClock).where(
        SlaClock.conversation_id == conversation_id, SlaClock.kind == Kind.CALLBACK, SlaClock.ended_at.is_(None)
    )
    return _locked(session, query)


def meet(session: Session, rules: Rules, clock: SlaClock) -> None:
    """Stop a clock: what was promised has been done, in time or not."""
    _stop(session, rules, clock)
    clock.met_at = clock.ended_at


def drop(session: Session, rules: Rules, clock: SlaClock) -> None:
    """Stop a clock whose promise has become pointless; a breach until now stays one."""
    _stop(session, rules, clock)


def pause(session: Session, rules: Rules, clock: SlaClock) -> None:
    """Let no time pass until `resume`."""
    if clock.paused_at is None:
        _note_breach(session, clock)
        clock.remaining = _left(rules, clock)
        clock.paused_at, clock.next_at = time.now(), None


def resume(rules: Rules, clock: SlaClock) -> None:
    """Let time pass again; what was left is left."""
    if clock.paused_at is not None:
        _run(rules, clock)


def reopen(session: Session, rules: Rules, about: About, kind: Kind) -> None:
    """Let the last clock of a kind, which had been met, go on with what was left then."""
    found = session.scalar(_of(about).where(SlaClock.kind == kind).order_by(SlaClock.round.desc()).limit(1))
    if found is not None and found.met_at is not None:
        found.met_at = found.ended_at = None
        _run(rules, found)


def next_at(clock: SlaClock, rules: Rules) -> datetime | None:
    """Return when there is something to do about a clock that runs."""
    if clock.breached_at is None:
        return clock.warn_at if clock.warned_at is None and clock.warn_at < clock.due_at else clock.due_at
    promised = rules.sla.named(clock.class_name)
    if promised is None or clock.step >= len(promised.steps):
        return None
    after = timedelta(seconds=promised.steps[clock.step].after)
    return rules.hours(clock.calendar).add(clock.due_at, after)


def breach(session: Session, clock: SlaClock) -> None:
    """Note that the promise was broken when it was due."""
    clock.breached_at = clock.due_at
    tell(session, SlaBreached(clock.id, clock.subject, clock.subject_id, clock.kind, clock.class_name))


def _stop(session: Session, rules: Rules, clock: SlaClock) -> None:
    _note_breach(session, clock)
    if clock.paused_at is None:
        clock.remaining = _left(rules, clock)
    clock.ended_at, clock.paused_at, clock.next_at = time.now(), None, None


def _note_breach(session: Session, clock: SlaClock) -> None:
    # The sweep may not have come by, or the desk may have been down.
    if clock.paused_at is None and clock.breached_at is None and time.now() > clock.due_at:
        breach(session, clock)


def _left(rules: Rules, clock: SlaClock) -> float:
    return rules.hours(clock.calendar).between(time.now(), clock.due_at).total_seconds()


def _run(rules: Rules, clock: SlaClock) -> None:
    now, hours = time.now(), rules.hours(clock.calendar)
    left = timedelta(seconds=clock.remaining or 0)
    quiet = max(left - hours.between(clock.warn_at, clock.due_at), timedelta())
    clock.due_at, clock.warn_at = hours.add(now, left), hours.add(now, quiet)
    clock.paused_at = clock.remaining = None
    clock.next_at = next_at(clock, rules)


def _locked(session: Session, query: Select[SlaClock]) -> list[SlaClock]:
    ordered = query.order_by(SlaClock.id).with_for_update()
    return list(session.scalars(ordered.execution_options(populate_existing=True)))


def _rounds(session: Session, about: About, kind: Kind) -> int:
    return session.scalar(select(func.max(SlaClock.round)).where(*_is(about), SlaClock.kind == kind)) or 0


def _of(about: About) -> Select[SlaClock]:
    return select(SlaClock).where(*_is(about))


def _is(about: About) -> tuple[ColumnElement[bool], ...]:
    return SlaClock.subject == about.subject, SlaClock.subject_id == about.id
