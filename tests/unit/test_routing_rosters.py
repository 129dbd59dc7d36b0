"""Rosters, the hours that nobody covers, and how many agents the past weeks would have needed."""

from datetime import datetime, timedelta

import pytest

from desk.errors import DeskError
from desk.options.service import current
from desk.routing import forecast, presence, rosters, teams
from desk.routing.errors import BadCapacity, BadShift, NoColleague, NoGroup, NoShift, ShiftClash
from desk.routing.groups import Groups
from desk.routing.model import Presence
from desk.staff.roles import Role
from tests.support.floor import MONDAY, Clock, Floor

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def plan(floor: Floor, login: str, begins: datetime, hours: float, team: str = "first") -> int:
    agent_id = floor.agents[login].id
    return floor.do(rosters.plan, agent_id, team, begins, begins + hours * HOUR, actor="agent:1").id


def gaps(floor: Floor, days: int) -> list[tuple[str, str, str]]:
    with floor.database.read() as session:
        found = rosters.gaps(session, current(session, Groups), days)
    zone = MONDAY.tzinfo
    shown = "%d %H:%M"
    return [(g.team, f"{g.begins.astimezone(zone):{shown}}", f"{g.ends.astimezone(zone):{shown}}") for g in found]


def test_hours_that_nobody_covers(floor: Floor, at: Clock) -> None:
    for login in ("lin", "zhou"):
        floor.agent(login)
    assert gaps(floor, 1) == [("first", "23 10:00", "23 23:00"), ("first", "24 09:00", "24 10:00")]
    plan(floor, "lin", MONDAY - HOUR, 8)  # 09:00-17:00
    assert gaps(floor, 1)[0] == ("first", "23 17:00", "23 23:00")
    plan(floor, "zhou", MONDAY + 7 * HOUR, 5.5)  # 17:00-22:30: the last hour is not whole
    plan(floor, "zhou", MONDAY + DAY - HOUR, 8, team="risk")  # another group's
    assert gaps(floor, 1) == [("first", "23 22:00", "23 23:00"), ("first", "24 09:00", "24 10:00")]


def test_shifts_that_follow_upon_each_other_leave_no_gap(floor: Floor, at: Clock) -> None:
    for login in ("lin", "zhou"):
        floor.agent(login)
    plan(floor, "lin", MONDAY - HOUR, 5.5)
    plan(floor, "zhou", MONDAY + 4.5 * HOUR, 8.5)
    assert gaps(floor, 1) == [("first", "24 09:00", "24 10:00")]


@pytest.mark.parametrize(
    ("begins", "hours", "team", "error"),
    [
        (MONDAY + HOUR, 0, "first", BadShift),
        (MONDAY + HOUR, -2, "first", BadShift),
        (MONDAY + HOUR, 16.1, "first", BadShift),
        (MONDAY - 9 * HOUR, 8, "first", BadShift),  # over
        (MONDAY + 100 * DAY, 8, "first", BadShift),
        (MONDAY + HOUR, 8, "nobody", NoGroup),
        (MONDAY + 3 * HOUR, 8, "first", ShiftClash),
    ],
)
def test_shifts_that_cannot_be(
    floor: Floor, at: Clock, begins: datetime, hours: float, team: str, error: type[DeskError]
) -> None:
    floor.agent("lin")
    if error is ShiftClash:
        plan(floor, "lin", MONDAY, 4)
    with pytest.raises(error):
        plan(floor, "lin", begins, hours, team)


def test_a_shift_is_taken_off_once(floor: Floor, at: Clock) -> None:
    floor.agent("lin")
    number = plan(floor, "lin", MONDAY, 4)
    floor.do(rosters.cancel, number, actor="agent:1")
    with pytest.raises(NoShift):
        floor.do(rosters.cancel, number, actor="agent:1")
    assert floor.audit()[-2:] == ["routing.shift", "routing.shift_off"]


def test_the_forecast_is_the_mean_of_four_weeks(floor: Floor, at: Clock) -> None:
    floor.agent("lin")
    floor.set(capacity=2)
    for week in (4, 3, 2, 1):
        for number in range(6 if week == 1 else 2):
            at.go(MONDAY - week * 7 * DAY + timedelta(minutes=5 * number))
            talk = floor.customer(f"c{week}.{number}")
            floor.take(talk, "lin")
            at.later(3600)
            floor.close(talk, "lin")
    at.go(MONDAY - 5 * 7 * DAY)
    floor.customer("too long ago")
    at.go(MONDAY)
    with floor.database.read() as session:
        found = forecast.week(session, current(session, Groups))
        nobodys = forecast.week(session, current(session, Groups), "risk")
    # The first of them came exactly four weeks ago: 12 customers in 4 weeks, an hour each, two at a time.
    assert {hour: (load.customers, load.agents) for hour, load in found.items()} == {(1, 10): (3.0, 2)}
    assert nobodys == {}


@pytest.mark.parametrize(
    ("groups", "main", "capacity", "error"),
    [
        (["first", "nobody"], None, None, NoGroup),
        (["first"], "risk", None, NoGroup),
        (["first"], None, 0, BadCapacity),
        (["first"], None, 51, BadCapacity),
    ],
)
def test_groups_that_cannot_be_set(
    floor: Floor, at: Clock, groups: list[str], main: str | None, capacity: int | None, error: type[DeskError]
) -> None:
    lin = floor.agent("lin")
    with pytest.raises(error):
        floor.do(teams.assign, lin.id, groups, main, capacity, actor="agent:1")
    with pytest.raises(NoColleague):
        floor.do(teams.assign, 99999, [], None, None, actor="agent:1")


@pytest.mark.parametrize(
    ("gone", "state"), [(timedelta(minutes=29), Presence.AWAY), (timedelta(minutes=31), Presence.ONLINE)]
)
def test_yesterdays_pause_is_over(floor: Floor, at: Clock, gone: timedelta, state: Presence) -> None:
    lin = floor.agent("lin")
    floor.says("lin", Presence.AWAY)
    at.later(gone.total_seconds())
    assert floor.do(presence.beat, lin.id) == state


def test_who_is_put_into_groups_serves_these_only(floor: Floor, at: Clock) -> None:
    floor.agent("lin", "first", "second", main="second")
    floor.agent("zhou")
    floor.agent("boss", role=Role.SUPERVISOR)
    with floor.database.read() as session:
        served = teams.served(session, current(session, Groups))
    shown = {each.member.login: (len(each.groups), each.main, each.offered) for each in served.values()}
    assert shown == {"lin": (2, "second", True), "zhou": (6, None, True), "boss": (6, None, False)}
