"""Business time: spans, holidays and days worked in exchange; adding and measuring agree to the second."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from desk import clock
from desk.options.service import _delivered
from desk.sla.calendars import Calendar, Calendars, days
from desk.sla.hours import Hours, hours_of
from desk.sla.spans import spans

DELIVERED = Calendars.model_validate(_delivered("calendars"))
NIGHTS = Calendar(title="夜班", week=("20:00-02:00",) * 5 + ("22:00-06:00", ""), holiday="00:00-24:00")


def hours(name: str) -> Hours:
    if name == "nights":
        return Hours(NIGHTS, DELIVERED.off(), DELIVERED.work())
    return hours_of(DELIVERED, name)


def at(text: str) -> datetime:
    """Read a moment on the shop's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHOP_ZONE)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", ()),
        ("09:00-18:00", ((540, 1080),)),
        ("13:30-18:00，9:00~12:00", ((540, 720), (810, 1080))),
        ("20:00-02:00", ((1200, 1560),)),
        ("00:00-24:00", ((0, 1440),)),
        ("9：00—12：00、12:00-13:00", ((540, 720), (720, 780))),
    ],
)
def test_spans_as_people_write_them(text: str, read: tuple[tuple[int, int], ...]) -> None:
    assert spans(text) == read


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("九点到六点", "看不懂"),
        ("09:00", "看不懂"),
        ("09:60-10:00", "不是有效的时间"),
        ("24:00-24:00", "不是有效的时间"),
        ("10:00-10:00", "全天请写"),
        ("09:00-12:00, 11:00-13:00", "不能重叠"),
    ],
)
def test_spans_that_nobody_can_mean(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        spans(text)


@pytest.mark.parametrize(
    ("name", "start", "minutes", "end"),
    [
        ("always", "2026-10-01 03:00", 1440, "2026-10-02 03:00"),
        ("desk", "2026-11-20 22:59:45", 1, "2026-11-21 09:00:45"),  # overnight, to the second
        ("desk", "2026-11-20 03:00", 1, "2026-11-20 09:01"),  # before the opening
        ("desk", "2026-11-20 22:59", 1, "2026-11-20 23:00"),  # ends with the day
        ("office", "2026-11-20 11:30", 60, "2026-11-20 14:00"),  # over lunch
        ("office", "2026-11-20 17:30", 60, "2026-11-23 09:30"),  # over a weekend
        ("office", "2026-09-30 17:30", 60, "2026-10-08 09:30"),  # over the National Day holiday
        ("office", "2026-10-09 17:30", 60, "2026-10-10 09:30"),  # the Saturday is worked in exchange
        ("office", "2026-02-13 17:30", 481, "2026-02-24 09:01"),  # one worked Saturday, then nine days off
        ("office", "2025-04-30 17:59:59", 1, "2025-05-06 09:00:59"),
        ("office", "2025-01-24 17:30", 60, "2025-01-26 09:30"),  # the Sunday is worked in exchange
        ("merchant", "2026-10-03 09:00", 60, "2026-10-03 11:00"),  # a holiday has hours of its own
        ("merchant", "2026-10-10 09:00", 60, "2026-10-10 10:00"),  # a worked Saturday has a weekday's
        ("nights", "2026-11-20 01:00", 120, "2026-11-20 21:00"),  # yesterday's span goes beyond midnight
        ("nights", "2026-11-22 05:30", 60, "2026-11-23 20:30"),
        ("nights", "2026-10-07 23:00", 240, "2026-10-08 23:00"),  # the holiday is open till midnight, no longer
        ("nights", "2026-09-30 23:00", 180, "2026-10-01 02:00"),  # spans that meet count once
        ("no_such", "2026-10-01 12:00", 30, "2026-10-01 12:30"),
    ],
)
def test_when_business_time_has_passed(name: str, start: str, minutes: int, end: str) -> None:
    length = timedelta(minutes=minutes)
    assert clock.local(hours(name).add(at(start), length)) == at(end)
    assert hours(name).between(at(start), at(end)) == length


@pytest.mark.parametrize(
    ("name", "moment", "is_open"),
    [
        ("desk", "2026-11-20 22:59:59", True),
        ("desk", "2026-11-20 23:00", False),
        ("desk", "2026-11-20 09:00", True),
        ("office", "2026-10-10 10:00", True),
        ("office", "2026-10-07 10:00", False),
        ("office", "2026-10-11 10:00", False),
        ("nights", "2026-11-21 01:59", True),
        ("nights", "2026-11-23 01:59", False),
    ],
)
def test_open_or_not(name: str, moment: str, is_open: bool) -> None:
    assert hours(name).open_at(at(moment)) is is_open


_MOMENTS = st.datetimes(datetime(2024, 12, 1), datetime(2027, 2, 1), timezones=st.just(UTC))
_LENGTHS = st.integers(0, 20 * 86400).map(lambda n: timedelta(seconds=n))
_NAMES = st.sampled_from(["always", "desk", "merchant", "office", "nights"])


@settings(max_examples=150, deadline=None)
@given(_NAMES, _MOMENTS, _LENGTHS, _LENGTHS)
def test_adding_and_measuring_agree(name: str, start: datetime, one: timedelta, more: timedelta) -> None:
    there = hours(name)
    first = there.add(start, one)
    assert there.between(start, first) == one
    assert there.add(first, more) == there.add(start, one + more) if more else first >= start
    assert there.add(start, one) <= there.add(start, one + more)
    assert there.add(start, one) <= there.add(start + more, one)


@settings(max_examples=150, deadline=None)
@given(_NAMES, _MOMENTS, _LENGTHS, _LENGTHS)
def test_measuring_splits_anywhere(name: str, start: datetime, one: timedelta, more: timedelta) -> None:
    there, middle, end = hours(name), start + one, start + one + more
    assert there.between(start, middle) + there.between(middle, end) == there.between(start, end) <= end - start
    assert there.add(start, there.between(start, end)) <= end
    assert there.between(end, start) == timedelta() or more == one == timedelta()


def test_each_year_has_as_many_days_off_as_were_published() -> None:
    assert {y: sum(len(days(r)) for r in year.holidays) for y, year in DELIVERED.years.items()} == {
        2025: 28,
        2026: 33,
        2027: 0,
    }
    assert all(day.weekday() >= 5 for day in DELIVERED.work())


@pytest.mark.parametrize(
    ("now", "missing"),
    [("2026-11-22", []), ("2026-12-05", [2027]), ("2027-01-01", [2027]), ("2027-12-20", [2027, 2028])],
)
def test_a_year_without_holidays_is_noticed(now: str, missing: list[int]) -> None:
    assert DELIVERED.unpublished(at(now)) == missing


WEEK = ["09:00-18:00"] * 5 + ["", ""]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"calendars": {}}, "at least 1"),
        ({"calendars": {"desk": {"title": "x", "week": [""] * 7}}}, "至少要有一个营业时段"),
        ({"calendars": {"desk": {"title": "", "week": WEEK}}}, "at least 1"),
        ({"calendars": {"desk": {"title": "x", "week": WEEK[:6]}}}, "week"),
        ({"years": {2026: {"holidays": ["2026-13-01"]}}}, "看不懂"),
        ({"years": {2026: {"holidays": ["2027-01-01"]}}}, "不在 2026 年"),
        ({"years": {2026: {"holidays": ["2026-01-03~2026-01-01"]}}}, "结束要在开始之后"),
        ({"years": {2026: {"holidays": ["2026-01-03"], "workdays": ["2026-01-03"]}}}, "不能既放假又上班"),
    ],
)
def test_calendars_that_cannot_be(change: dict[str, object], says: str) -> None:
    right = {"calendars": {"desk": {"title": "在线", "week": WEEK}}, "years": {2026: {"holidays": ["2026-01-01"]}}}
    Calendars.model_validate(right)
    with pytest.raises(ValidationError, match=says):
        Calendars.model_validate({**right, **change})


def test_a_calendar_that_is_hardly_ever_open_still_answers() -> None:
    rare = Hours(Calendar(title="x", week=("09:00-09:01", *[""] * 6)), frozenset(), frozenset())
    assert rare.add(at("2026-01-01"), timedelta(days=300)) > at("2028-06-01")
