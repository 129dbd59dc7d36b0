"""余额没到账: the newest payment into the wallet decides; what is late is credited once."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from desk import clock
from desk.cases import balances
from desk.cases.outcomes import Outcome
from desk.conversations import handoff
from desk.shop.base import RechargeState
from tests.support.cases import OWNER, Bench
from tests.support.money import OFF, at_once, balance, notes, recharge, remedies

R = RechargeState
TOLD = {"details": "今天 14:05 充了 200，微信"}


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with clock.frozen(clock.now()):
        yield


def ask(bench: Bench, details: dict[str, str] | None = None) -> Outcome:
    return bench.call(balances.answer, details or {})


@pytest.mark.parametrize(
    ("recharges", "outcome", "facts"),
    [
        ([], "missing", {}),
        ([("200", R.PAID, 20)], "credited_now", {"amount": "¥200.00", "balance": "¥200.00"}),
        ([("200", R.PAID, 5)], "credited_now", {}),
        ([("200", R.PAID, 4)], "soon", {"amount": "¥200.00", "minutes": 1}),
        ([("200", R.PAID, 1)], "soon", {"minutes": 4}),
        ([("200", R.PENDING, 20)], "pending", {"amount": "¥200.00", "method": "微信"}),
        ([("200", R.CLOSED, 20)], "closed", {"amount": "¥200.00"}),
        ([("200", R.CREDITED, 20)], "credited", {"balance": "¥200.00"}),
        ([("50", R.CREDITED, 20), ("200", R.PAID, 90)], "credited_now", {"amount": "¥200.00", "balance": "¥250.00"}),
        ([("50", R.PAID, 20), ("200", R.PAID, 90)], "credited_now", {"amount": "¥250.00", "balance": "¥250.00"}),
        ([("50", R.PENDING, 1), ("200", R.CREDITED, 900)], "pending", {"amount": "¥50.00"}),
    ],
)
def test_what_is_said(
    bench: Bench, recharges: list[tuple[str, R, float]], outcome: str, facts: dict[str, str | int]
) -> None:
    for amount, state, minutes in recharges:
        recharge(bench, amount, state, minutes, method="wechat")
    answer = ask(bench)
    assert answer.name == ("balance", outcome)
    assert facts.items() <= answer.facts.items()
    assert answer.asks == ("details" if outcome == "missing" else "")
    assert bench.tickets() == []


def test_moments_are_said(bench: Bench) -> None:
    recharge(bench, "200", R.CREDITED, 20)
    assert ask(bench).facts["credited_at"] == clock.spoken(clock.now() - timedelta(minutes=20, seconds=-20))


@pytest.mark.parametrize(
    ("words", "minutes", "outcome"),
    [
        ("5 分钟", 4, "soon"),
        ("1 小时", 50, "soon"),
        ("1 小时", 61, "credited_now"),
        ("一会儿", 0.1, "credited_now"),
    ],
)
def test_how_long_it_may_take_is_what_customers_are_told(
    bench: Bench, words: str, minutes: float, outcome: str
) -> None:
    bench.allow(facts={"balance_minutes": words})
    recharge(bench, "200", R.PAID, minutes)
    assert ask(bench).outcome == outcome


def test_what_is_late_is_credited_once(bench: Bench) -> None:
    no = recharge(bench, "200", R.PAID)
    assert [ask(bench).outcome for _ in range(3)] == ["credited_now", "credited", "missing"]
    assert remedies(bench) == [("credit_balance", "done", "200.00")]
    assert balance(bench) == Decimal(200)
    assert no
    assert bench.tickets() == []


def test_twenty_at_once_credit_it_once(bench: Bench) -> None:
    recharge(bench, "200", R.PAID)
    outcomes = at_once(bench, balances.answer, {})
    assert outcomes["credited_now"] == 1
    assert (len(remedies(bench)), balance(bench)) == (1, Decimal(200))


def test_switched_off_it_is_a_ticket(bench: Bench) -> None:
    bench.allow(switches=OFF)
    recharge(bench, "200", R.PAID)
    answers = [ask(bench) for _ in range(2)]
    assert [answer.outcome for answer in answers] == ["ticket"] * 2
    assert answers[0].facts["within"] == "24 小时"
    assert (bench.tickets(), bench.ticket().kind) == (["balance_late"], "finance")
    assert (remedies(bench), balance(bench)) == ([], Decimal(0))


@pytest.mark.parametrize(
    ("state", "outcomes"),
    [
        (R.PENDING, ["pending", "missing", "filed", "filed"]),
        (R.CLOSED, ["closed", "missing", "filed", "filed"]),
        (R.CREDITED, ["credited", "missing", "filed", "filed"]),
        (None, ["missing", "missing", "filed", "filed"]),
    ],
)
def test_who_means_another_one_is_asked_once_and_gets_a_person(
    bench: Bench, state: R | None, outcomes: list[str]
) -> None:
    if state:
        recharge(bench, "200", state)
    answers = [ask(bench, details) for details in ({}, {}, TOLD, {})]
    assert [answer.outcome for answer in answers] == outcomes
    assert [answer.handoff for answer in answers] == [False, False, True, True]
    assert (bench.tickets(), bench.ticket().kind) == (["balance"], "finance")
    assert notes(bench) == ["客户说：今天 14:05 充了 200，微信"]
    with bench.database.read() as session:
        waiting = handoff.open_handoff(session, bench.owner.conversation_id)
        assert waiting is not None
        assert (waiting.reason, waiting.intent) == ("finance", "balance_not_credited")


def test_a_guest_tells_it_or_signs_in(bench: Bench) -> None:
    recharge(bench, "200", R.PAID)
    asked, told = (bench.call(balances.answer, details, asker=bench.guest) for details in ({}, TOLD))
    assert (asked.outcome, asked.asks) == ("guest", "details")
    assert (told.outcome, told.handoff) == ("filed", True)
    assert bench.ticket().customer_id is None
    assert (remedies(bench), balance(bench)) == ([], Decimal(0))
    assert ask(bench, TOLD).outcome == "credited_now"


def test_twenty_at_once_file_it_once(bench: Bench) -> None:
    assert at_once(bench, balances.answer, TOLD) == {"filed": 20}
    assert (bench.tickets(), len(notes(bench))) == (["balance"], 1)


def test_of_others_nothing_is_credited(bench: Bench) -> None:
    recharge(bench, "200", R.PAID, customer_id="c_other")
    assert ask(bench).outcome == "missing"
    assert (remedies(bench), balance(bench, "c_other"), OWNER) == ([], Decimal(0), bench.owner.customer_id)
