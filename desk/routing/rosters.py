"""The roster: who is to serve which group when, and the hours for which nobody is planned."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.options.service import current
from desk.routing import teams
from desk.routing.errors import BadShift, NoGroup, NoShift, ShiftClash
from desk.routing.groups import Groups
from desk.routing.hours import is_open
from desk.routing.model import Shift
from desk.serial import hold

DAYS = 14  # that a plan is looked at ahead
_LONGEST = timedelta(hours=16)
_FARTHEST = timedelta(days=92)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Gap:
    """Hours in a row in which a group that must be covered has nobody."""

    team: str
    begins: datetime
    ends: datetime


def ahead(session: Session, moment: datetime, days: int = DAYS) -> list[Shift]:
    """Return the shifts that end after a moment and begin within some days of it, in their order."""
    query = select(Shift).where(Shift.ends_at > moment, Shift.starts_at < moment + timedelta(days=days))
    return list(session.scalars(query.order_by(Shift.starts_at, Shift.id)))


def plan(session: Session, agent_id: int, team: str, begins: datetime, ends: datetime, *, actor: str) -> Shift:
    """Put an agent on the roster.

    Raises:
        NoColleague, NoGroup: there is no such agent or group.
        BadShift: it does not end after it begins, is longer than 16 hours, is over, or begins in more than 3 months.
        ShiftClash: the agent is on the roster then.
    """
    teams.colleague(session, agent_id)
    if team not in current(session, Groups).team_keys():
        raise NoGroup
    if not (begins < ends <= begins + _LONGEST and clock.now() < ends and begins < clock.now() + _FARTHEST):
        raise BadShift
    hold(session, f"roster:{agent_id}")
    clash = select(Shift.id).where(Shift.agent_id == agent_id, Shift.starts_at < ends, Shift.ends_at > begins)
    if session.scalar(clash.limit(1)) is not None:
        raise ShiftClash
    shift = Shift(agent_id=agent_id, team=team, starts_at=begins, ends_at=ends)
    session.add(shift)
    session.flush()
    record(session, actor, "routing.shift", f"agent:{agent_id}", detail=_detail(shift))
    return shift


def cancel(session: Session, shift_id: int, *, actor: str) -> None:
    """Take a shift off the roster.

    Raises:
        NoShift: it is not there any more.
    """
    shift = session.get(Shift, shift_id, with_for_update=True)
    if shift is None:
        raise NoShift
    session.delete(shift)
    record(session, actor, "routing.shift_off", f"agent:{shift.agent_id}", detail=_detail(shift))


def gaps(session: Session, options: Groups, days: int = DAYS) -> list[Gap]:
    """Return the hours of the next days in which a group that must be covered is open and nobody is planned."""
    now = clock.now()
    first = now.replace(minute=0, second=0, microsecond=0)
    shifts = ahead(session, now, days)
    found: list[Gap] = []
    for group in (group for group in options.groups if group.covered):
        planned = [(shift.starts_at, shift.ends_at) for shift in shifts if shift.team == group.key]
        for number in range(days * 24):
            begins = first + number * _HOUR
            if not is_open(group.hours, begins) or _filled(planned, max(begins, now), begins + _HOUR):
                continue
            if found and found[-1].team == group.key and found[-1].ends == begins:
                found[-1] = Gap(group.key, found[-1].begins, begins + _HOUR)
            else:
                found.append(Gap(group.key, begins, begins + _HOUR))
    return found


def _filled(planned: list[tuple[datetime, datetime]], begins: datetime, ends: datetime) -> bool:
    """Return whether shifts, which may follow upon each other, leave no minute of an hour out."""
    at = begins
    for starts, stops in sorted(planned):
        if starts <= at < stops:
            at = stops
    return at >= ends


def _detail(shift: Shift) -> dict[str, str | int | bool | None]:
    return {"group": shift.team, "from": shift.starts_at.isoformat(), "to": shift.ends_at.isoformat()}
