"""What somebody who waits can honestly be told: how long it will take, or when people are back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.conversations import handoff, passing
from desk.conversations.handoff import open_handoff
from desk.routing import floor as room
from desk.routing import hours, rosters
from desk.routing.choosing import Need, staffed, wait_seconds
from desk.routing.floor import Floor
from desk.routing.groups import Groups
from desk.routing.model import Assignment, Stage
from desk.staff import cases
from desk.texts import table

_LOOKED_AT = 50  # conversations that ended last
_USUAL = 300.0  # seconds, before there are any
_SOON = 30.0


@dataclass(frozen=True)
class Expected:
    """What to expect: the place (1 is next), minutes to wait (0: any moment), or when people are back.

    `minutes` is None while nobody is there; `back` is None then if they may return any moment.
    """

    place: int
    staffed: bool
    minutes: int | None
    back: datetime | None


def expected(session: Session, conversation_id: str) -> Expected | None:
    """Return what the customer of a waiting conversation can expect; None when it does not wait, or has no group."""
    waits = open_handoff(session, conversation_id)
    row = session.get(Assignment, waits.id) if waits else None
    if waits is None or row is None or row.stage not in (Stage.WAITING, Stage.OFFERED):
        return None
    floor = room.look(session)
    place = handoff.position(session, waits)
    if not is_staffed(floor, row.team, cases.needed((waits.reason, waits.intent))):
        return Expected(place, False, None, back(session, floor.options, row.team))
    pool = floor.pool(row.team)
    seconds = wait_seconds(place, pool, floor.people.values(), handling(session, pool))
    return Expected(place, True, None if seconds is None else _minutes(seconds), None)


def note(session: Session, conversation_id: str) -> str | None:
    """Return in words what a waiting customer can expect beyond the place; None where the place says it all."""
    found = expected(session, conversation_id)
    if found is None:
        return None
    words = table("routing")
    if not found.staffed:
        return words["note.back"].format(back=clock.spoken(found.back)) if found.back else words["note.soon"]
    if not found.minutes:
        return None
    key = "note.wait" if found.place > 1 else "note.wait_next"
    return words[key].format(ahead=found.place - 1, minutes=found.minutes)


def is_staffed(floor: Floor, team: str, permission: str | None = None) -> bool:
    """Return whether anybody is there for a group, and may see what needs a permission."""
    return staffed(Need(tuple(floor.options.helpers(team)), permission=permission), floor.people.values())


def handling(session: Session, teams: list[str]) -> float:
    """Return how many seconds an agent has a conversation of these groups, by those that ended last."""
    query = select(Assignment.taken_at, Assignment.ended_at).where(
        Assignment.team.in_(teams), Assignment.taken_at.is_not(None), Assignment.ended_at.is_not(None)
    )
    newest = session.execute(query.order_by(Assignment.ended_at.desc()).limit(_LOOKED_AT))
    lasted = [(ended - taken).total_seconds() for taken, ended in newest if taken and ended]
    return sum(lasted) / len(lasted) if lasted else _USUAL


def back(session: Session, options: Groups, team: str) -> datetime | None:
    """Return when somebody will be there for a group: by the roster, else by its hours; None: any moment."""
    now, helpers = clock.now(), options.helpers(team)
    planned = [shift for shift in rosters.ahead(session, now) if shift.team in helpers]
    if planned:
        begins = min(shift.starts_at for shift in planned)
        return begins if begins > now else None
    spans = [options.of(key).hours for key in helpers]
    if any(hours.is_open(each, now) for each in spans):
        return None
    return min(filter(None, (hours.next_opening(each, now) for each in spans)), default=None)


def comfort(session: Session, row: Assignment) -> None:
    """Note that the customer has been told, so that the desk does not say it again."""
    row.told_away = True
    passing.get(session, row.handoff_id).comforted = True


def _minutes(seconds: float) -> int:
    return 0 if seconds <= _SOON else max(1, round(seconds / 60))
