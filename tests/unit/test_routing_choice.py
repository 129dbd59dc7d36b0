"""Who is chosen, who waits where, what goes to whom: the rules as tables, without a database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from desk.routing.choosing import Candidate, Need, best, staffed, wait_seconds
from desk.routing.groups import Groups
from desk.routing.hours import Span, is_open, next_opening, parsed, spoken
from desk.routing.lanes import Known, Lane, lane_of
from desk.settings import ROOT

DELIVERED = ROOT / "desk" / "options" / "defaults" / "groups.yml"
OPTIONS = Groups.model_validate(yaml.safe_load(Path(DELIVERED).read_text("utf-8")))
FIRST = frozenset({"first"})
EARLY, LATE = datetime(2026, 11, 23, 1, tzinfo=UTC), datetime(2026, 11, 23, 2, tzinfo=UTC)


def who(number: int, **more: Any) -> Candidate:
    return Candidate(**{"id": number, "groups": FIRST, "given_at": EARLY} | more)


@pytest.mark.parametrize(
    ("people", "need", "chosen"),
    [
        ([], {}, None),
        ([who(1)], {}, 1),
        ([who(1, ready=False)], {}, None),
        ([who(1, load=5)], {}, None),
        ([who(1, load=5), who(2, load=4)], {}, 2),
        ([who(1, load=1, asked=True), who(2, load=4)], {}, 2),
        ([who(1, asked=True)], {"last_agent": 1}, None),
        ([who(1, load=7, capacity=8), who(2, load=5)], {}, 1),
        ([who(1, offered=False)], {}, None),
        ([who(1, groups=frozenset({"risk"}))], {}, None),
        # the last agent before all others, as long as he has room
        ([who(1), who(2, load=4)], {"last_agent": 2}, 2),
        ([who(1), who(2, load=5)], {"last_agent": 2}, 1),
        ([who(1), who(2, ready=False)], {"last_agent": 2}, 1),
        # then who is named: the steward first, then whoever calms people
        ([who(1), who(2, load=3)], {"named": (2,)}, 2),
        ([who(1), who(2), who(3)], {"named": (3, 2)}, 3),
        ([who(1), who(2), who(3)], {"named": (3,), "last_agent": 2}, 2),
        # then the least loaded, then whose own group it is, then the longest idle
        ([who(1, load=2), who(2, load=1)], {}, 2),
        ([who(1, main="risk"), who(2, main="first")], {}, 2),
        ([who(1, given_at=LATE), who(2, given_at=EARLY)], {}, 2),
        ([who(1, given_at=EARLY), who(2, given_at=None)], {}, 2),
        ([who(1), who(2)], {}, 1),
        # who let it pass is not asked again in this round
        ([who(1), who(2)], {"passed": frozenset({1})}, 2),
        ([who(1)], {"passed": frozenset({1})}, None),
        # another group helps out when nobody of the own one is free
        ([who(1, groups=frozenset({"second"})), who(2, load=4)], {"helpers": ("first", "second")}, 2),
        ([who(1, groups=frozenset({"second"})), who(2, load=5)], {"helpers": ("first", "second")}, 1),
        ([who(1, groups=frozenset({"second"})), who(2, ready=False)], {"helpers": ("first", "second")}, 1),
    ],
)
def test_who_is_chosen(people: list[Candidate], need: dict[str, Any], chosen: int | None) -> None:
    found = best(Need(**{"helpers": ("first",)} | need), people)
    assert (found.id if found else None) == chosen


@pytest.mark.parametrize(
    ("known", "lane"),
    [
        (Known("requested", "normal"), Lane.NORMAL),
        (Known("requested", "urgent"), Lane.FIRST),
        (Known("risk", "urgent", vip=True), Lane.FIRST),
        (Known("complaint", "high"), Lane.FIRST),
        (Known("merchant", "high", vip=True), Lane.GREEN),
        (Known("requested", "normal", vip=True, asked=9), Lane.VIP),
        (Known("requested", "normal", asked=3), Lane.FREQUENT),
        (Known("requested", "normal", asked=2), Lane.NORMAL),
        (Known("failure", "high"), Lane.NORMAL),
    ],
)
def test_the_lane_of_a_hand_off(known: Known, lane: Lane) -> None:
    assert lane_of(OPTIONS, known) == lane


@pytest.mark.parametrize(
    ("reason", "intent", "group"),
    [
        ("requested", "card_key_invalid", "first"),
        ("fallback", None, "first"),
        ("something new", None, "first"),
        ("complaint", "card_key_invalid", "second"),
        ("merchant", "merchant_bulk_order", "merchant"),
        ("merchant", "merchant_api", "technical"),
        ("requested", "merchant_api", "technical"),
        ("finance", "balance_not_credited", "finance"),
        ("risk", "account_stolen", "risk"),
    ],
)
def test_whose_a_hand_off_is(reason: str, intent: str | None, group: str) -> None:
    assert OPTIONS.for_handoff(reason, intent).key == group


@pytest.mark.parametrize(
    ("kind", "group"),
    [("delivery", "first"), ("refund", "finance"), ("risk", "risk"), ("complaint", "second"), ("new", "first")],
)
def test_whose_a_ticket_is(kind: str, group: str) -> None:
    assert OPTIONS.for_ticket(kind).key == group


@pytest.mark.parametrize(("group", "asked"), [("first", ["first"]), ("risk", ["risk", "second", "first"])])
def test_who_helps_out(group: str, asked: list[str]) -> None:
    assert OPTIONS.helpers(group) == asked


def test_groups_that_help_each_other_are_asked_once() -> None:
    body = OPTIONS.model_dump()
    body["groups"][0]["overflow"] = "second"
    assert Groups.model_validate(body).helpers("first") == ["first", "second"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": "second"}, "组名重复：second"),
        ({"overflow": "nobody"}, "接替组 nobody 不存在"),
        ({"overflow": "first"}, "就是它自己"),
        ({"reasons": ["risk"]}, "原因只能归一个组：risk"),
        ({"hours": [{"days": [1], "begins": "23:00", "ends": "09:00"}]}, "跨零点请分成两段"),
        ({"hours": [{"days": [1], "begins": "9点", "ends": "10:00"}]}, "时间请写成 09:00 这样"),
        ({"hours": [{"days": [1], "begins": "09:00", "ends": "24:01"}]}, "最晚 24:00"),
    ],
)
def test_what_is_wrong_with_groups_is_said_in_chinese(change: dict[str, Any], says: str) -> None:
    body = OPTIONS.model_dump()
    body["groups"][0].update(change)
    with pytest.raises(ValidationError, match=says):
        Groups.model_validate(body)


WORKDAYS = (Span(days=(1, 2, 3, 4, 5), begins="09:00", ends="18:00"),)
TWICE = (Span(days=(1,), begins="09:00", ends="12:00"), Span(days=(1,), begins="13:30", ends="24:00"))


@pytest.mark.parametrize(
    ("spans", "moment", "opened", "opens"),
    [
        ((), "2026-11-23T03:00", True, None),
        (WORKDAYS, "2026-11-23T09:00", True, "2026-11-24T09:00"),
        (WORKDAYS, "2026-11-23T18:00", False, "2026-11-24T09:00"),
        (WORKDAYS, "2026-11-23T08:59", False, "2026-11-23T09:00"),
        (WORKDAYS, "2026-11-27T20:00", False, "2026-11-30T09:00"),
        (TWICE, "2026-11-23T12:30", False, "2026-11-23T13:30"),
        (TWICE, "2026-11-23T23:59", True, "2026-11-30T09:00"),
        (TWICE, "2026-11-24T00:00", False, "2026-11-30T09:00"),
    ],
)
def test_opening_hours(spans: tuple[Span, ...], moment: str, opened: bool, opens: str | None) -> None:
    there = datetime.fromisoformat(f"{moment}:00+08:00")
    wanted = datetime.fromisoformat(f"{opens}:00+08:00") if opens else None
    assert (is_open(spans, there), next_opening(spans, there)) == (opened, wanted)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("全天", "全天"),
        ("每天 9:00-23:00", "每天 09:00–23:00"),
        ("周一至周五 09:00–18:00；周六、周日 10:00–18:00", "周一至周五 09:00–18:00；周六、周日 10:00–18:00"),
        ("周三 08:00至12:00;周三 13:00~17:30", "周三 08:00–12:00；周三 13:00–17:30"),
    ],
)
def test_hours_as_operators_write_them(written: str, read: str) -> None:
    assert spoken([Span.model_validate(each) for each in parsed(written)]) == read


@pytest.mark.parametrize("written", ["", "9-18", "周八 09:00–18:00", "每天", "每天 09:00–18:00，周六", "周五至周一"])
def test_hours_that_nobody_understands(written: str) -> None:
    with pytest.raises(ValueError, match="看不懂"):
        parsed(written)


@pytest.mark.parametrize(
    ("place", "people", "seconds"),
    [
        (1, [], None),
        (1, [who(1, ready=False)], None),
        (1, [who(1)], 0),
        (5, [who(1)], 0),
        (6, [who(1)], 300),
        (1, [who(1, load=5)], 60),  # five conversations side by side end every 60 s
        (3, [who(1, load=5)], 180),
        (2, [who(1, load=5), who(2, load=5)], 60),
        (2, [who(1, load=4)], 75),
        (1, [who(1, groups=frozenset({"risk"}))], None),
    ],
)
def test_the_expected_wait(place: int, people: list[Candidate], seconds: float | None) -> None:
    assert wait_seconds(place, ["first"], people, 300) == seconds


@pytest.mark.parametrize(
    ("more", "yes"),
    [({}, True), ({"there": False}, False), ({"offered": False}, True), ({"groups": frozenset({"risk"})}, False)],
)
def test_whether_anybody_is_there(more: dict[str, Any], yes: bool) -> None:
    assert staffed(Need(("first",)), [who(1, **more)]) is yes


def test_nobody_is_asked_who_may_not_see_the_case() -> None:
    need, plain, risk = (
        Need(("first",), permission="risk_cases"),
        who(1),
        who(2, cases=frozenset({"risk_cases"}), load=3),
    )
    assert (best(need, [plain]), staffed(need, [plain])) == (None, False)
    assert (best(need, [plain, risk]), staffed(need, [plain, risk])) == (risk, True)


def test_an_opening_is_never_in_the_past() -> None:
    moment = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
    for hours in range(24 * 7):
        at = moment + timedelta(hours=hours)
        opens = next_opening(WORKDAYS, at)
        assert opens is not None
        assert at < opens <= at + timedelta(days=4)
