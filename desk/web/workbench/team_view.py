"""The team as supervisors see it: who is there, how busy the groups are, the plan and what it lacks."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desk import clock
from desk.routing import floor as room
from desk.routing import forecast, hours, rosters, seen, teams
from desk.routing.floor import Floor, Shown
from desk.routing.groups import Group
from desk.routing.model import Assignment
from desk.staff.service import names_of
from desk.tickets import search
from desk.web.workbench.pages import label

_ORDER: list[Shown] = ["online", "busy", "away", "offline"]


@dataclass(frozen=True)
class Colleague:
    """One who talks with customers. `groups` are empty when he serves all."""

    id: int
    name: str
    role: str
    state: Shown
    since: datetime | None
    load: int
    capacity: int
    own_capacity: int | None
    groups: list[str]
    main: str
    offered: bool


@dataclass(frozen=True)
class Team:
    """One group now. `longest`: since when its first customer waits; `tickets`: how many are to be worked on."""

    group: Group
    there: int
    waiting: int
    longest: datetime | None
    tickets: int
    hours: str
    overflow: str


@dataclass(frozen=True)
class Planned:
    """One shift on the roster."""

    id: int
    who: str
    team: str
    when: str


def colleagues(floor: Floor) -> list[Colleague]:
    """Return everybody who talks with customers, those who are there first."""
    every = len(floor.options.groups)
    found = []
    for number, member in floor.members.items():
        each, row = floor.people[number], floor.duties.get(number)
        found.append(
            Colleague(
                id=number,
                name=member.name,
                role=label(f"role.{member.role}"),
                state=floor.shown(number),
                since=row.since if row else None,
                load=each.load,
                capacity=each.capacity,
                own_capacity=row.capacity if row else None,
                groups=[key for key in floor.options.team_keys() if key in each.groups and len(each.groups) < every],
                main=each.main or "",
                offered=each.offered,
            )
        )
    return sorted(found, key=lambda each: (_ORDER.index(each.state), each.id))


def groups_there(floor: Floor) -> list[tuple[str, str, int]]:
    """Return the groups: key, name, and how many of theirs are online."""
    return [(group.key, group.name, _there(floor, group.key)) for group in floor.options.groups]


def now(session: Session) -> tuple[list[Colleague], list[Team]]:
    """Return who is there, and how the groups stand."""
    floor, rows = room.look(session), list(seen.waiting(session).values())
    tickets: Counter[str] = Counter()
    for kind, count in search.unfinished_by_kind(session).items():
        tickets[floor.options.for_ticket(kind).key] += count
    return colleagues(floor), [_team(floor, group, rows, tickets[group.key]) for group in floor.options.groups]


def roster(session: Session) -> list[Planned]:
    """Return the shifts of the next days."""
    shifts, names = rosters.ahead(session, clock.now()), seen.group_names(session)
    who = names_of(session, {shift.agent_id for shift in shifts})
    return [
        Planned(
            shift.id,
            who.get(shift.agent_id, ""),
            names.get(shift.team, shift.team),
            spoken_span(shift.starts_at, shift.ends_at),
        )
        for shift in shifts
    ]


def gaps(session: Session, floor: Floor) -> list[tuple[str, str]]:
    """Return the hours that nobody covers: group and when."""
    found = rosters.gaps(session, floor.options)
    return [(floor.options.of(gap.team).name, spoken_span(gap.begins, gap.ends)) for gap in found]


def expected(session: Session, floor: Floor) -> list[tuple[str, list[forecast.Load | None]]]:
    """Return the forecast as a table: a line for each weekday, a column for each hour; empty without any history."""
    loads = forecast.week(session, floor.options)
    if not loads:
        return []
    return [(f"周{name}", [loads.get((day, hour)) for hour in range(24)]) for day, name in enumerate(hours.WEEKDAYS, 1)]


def stewards(session: Session) -> list[tuple[str, str]]:
    """Return who looks after whom: customer and agent's name."""
    found = teams.stewards(session)
    names = names_of(session, set(found.values()))
    return [(customer, names.get(agent_id, "")) for customer, agent_id in found.items()]


def spoken_span(begins: datetime, ends: datetime) -> str:
    """Return a time of a day as the plan shows it: 11月23日 周一 09:00–17:00."""
    first, last = clock.local(begins), clock.local(ends)
    day = f"{first.month}月{first.day}日 周{hours.WEEKDAYS[first.weekday()]}"
    midnight = last.hour == last.minute == 0 and (last.date() - first.date()).days == 1
    tail = "" if last.date() == first.date() or midnight else f"{last.month}月{last.day}日 "
    return f"{day} {first:%H:%M}–{tail}{'24:00' if midnight else f'{last:%H:%M}'}"


def _team(floor: Floor, group: Group, rows: list[Assignment], tickets: int) -> Team:
    mine = [row for row in rows if floor.options.of(row.team).key == group.key]
    return Team(
        group=group,
        there=_there(floor, group.key),
        waiting=len(mine),
        longest=min((row.queued_at for row in mine), default=None),
        tickets=tickets,
        hours=hours.spoken(group.hours),
        overflow=floor.options.of(group.overflow).name if group.overflow else "",
    )


def _there(floor: Floor, key: str) -> int:
    return sum(each.ready and each.offered and key in each.groups for each in floor.people.values())
