"""Targets: how they are written, and that a promise of policies.yml stands only there."""

import pytest
from pydantic import ValidationError

from desk import clock
from desk.options.service import _delivered
from desk.policies.model import Policy
from desk.policies.reading import read
from desk.settings import ROOT
from desk.sla.calendars import Calendars
from desk.sla.rules import Rules
from desk.sla.targets import Kind, Sla, SlaClass, seconds

POLICY = read(ROOT / "policies.yml")
SLA = Sla.model_validate(_delivered("sla"))
CALENDARS = Calendars.model_validate(_delivered("calendars"))


def with_fact(**facts: str) -> Policy:
    return POLICY.model_copy(update={"facts": {**POLICY.facts, **facts}})


@pytest.mark.parametrize(
    ("target", "length"),
    [
        ("30秒", 30),
        ("5 分钟", 300),
        ("24小时", 86400),
        ("1天内", 86400),
        ("0秒", None),
        ("times.technical", POLICY.times.technical * 60),
        ("facts.first_reply", 30),
        ("facts.shop", None),
        ("facts.no_such", None),
    ],
)
def test_how_long_a_target_is(target: str, length: int | None) -> None:
    assert seconds(target, POLICY) == length


def test_a_promise_that_is_changed_in_the_policy_is_changed_here() -> None:
    chat = SLA.of_handoff("requested", "normal")
    assert chat is not None
    assert seconds(chat.first or "", with_fact(first_reply="20 秒")) == 20


def test_what_has_no_time_is_said() -> None:
    faults = Rules(SLA, CALENDARS, with_fact(first_reply="很快")).faults(clock.now().replace(year=2026, month=6))
    assert {fault.partition("”")[0] for fault in faults} == {
        "“账号与资金安全会话",
        "“商户会话",
        "“普通会话",
    }


def test_what_is_delivered_names_the_policy_wherever_it_promises_something() -> None:
    own = {(each.name, kind) for each in SLA.classes for kind in Kind if (each.target(kind) or ".").find(".") < 0}
    assert {kind for _, kind in own} == {Kind.NEXT}  # the one thing that policies.yml does not promise
    used = {name for each in SLA.classes for name in (each.calendar, each.solved_calendar)}
    assert used <= set(CALENDARS.calendars)


@pytest.mark.parametrize(
    "change",
    [
        {"solved": "很快"},
        {"solved": "times.nothing"},
        {"warn_percent": 100},
        {"subject": "order"},
        {"name": "Big"},
        {"steps": [{"after": 60, "do": "raise"}, {"after": 0, "do": "raise"}]},
        {"steps": [{"after": 0, "do": "fire"}]},
        {"lunch": 1},
    ],
)
def test_classes_that_cannot_be(change: dict[str, object]) -> None:
    right = {"name": "x", "title": "x", "subject": "ticket", "calendar": "desk", "solved": "5分钟"}
    SlaClass.model_validate(right)
    with pytest.raises(ValidationError):
        SlaClass.model_validate({**right, **change})
    with pytest.raises(ValidationError, match="类别重名"):
        Sla.model_validate({"classes": [right, right]})
