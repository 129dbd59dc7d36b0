"""多扣了钱: surplus payments go back once after a yes; twin orders by the rules of refunds; the rest is looked into."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from desk import clock
from desk.cases import duplicates
from desk.cases.access import NotYours
from desk.cases.outcomes import Outcome
from desk.conversations import handoff
from desk.shop.base import KeyState, Order, OrderStatus, PaymentState
from desk.shop.embedded.scenario_money import Paid
from tests.support.cases import OWNER, Bench
from tests.support.money import CAME, OFF, at_once, decide, failed, notes, remedies

S, P = OrderStatus, PaymentState
TWICE = (CAME, Paid(P.SUCCESS, "alipay"))
YES, NO = {"confirm": "yes"}, {"confirm": "no"}
SECOND = {"details": "昨晚八点 98.8"}


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with clock.frozen(clock.now()):
        yield


def ask(bench: Bench, order: Order, details: dict[str, str] | None = None) -> Outcome:
    return bench.call(duplicates.answer, order.no, details or {})


def surplus(bench: Bench, order: Order) -> list[PaymentState]:
    with bench.database.read() as session:
        return [one.state for one in bench.shop.payments(session, order.no) if one.surplus]


@pytest.mark.parametrize(
    ("order", "details", "name", "asks"),
    [
        ({"payments": TWICE}, {}, ("duplicate", "confirm"), "confirm"),
        ({"payments": TWICE}, {"confirm": "maybe"}, ("duplicate", "confirm"), "confirm"),
        ({"payments": TWICE}, NO, ("duplicate", "kept"), ""),
        ({"payments": TWICE}, YES, ("duplicate", "done"), ""),
        ({"payments": (CAME, CAME, CAME)}, YES, ("duplicate", "approval"), ""),
        ({"payments": (CAME, Paid(P.REFUNDING, "alipay"))}, YES, ("duplicate", "refunding"), ""),
        ({"payments": (CAME, Paid(P.REFUNDED, "alipay"))}, YES, ("duplicate", "refunded"), ""),
        ({"payments": (CAME, failed("余额不足"))}, {}, ("duplicate", "one_seen"), "details"),
        ({"payments": (CAME,)}, {"details": "  "}, ("duplicate", "one_seen"), "details"),
        ({"payments": (CAME,)}, SECOND, ("duplicate", "filed"), ""),
        ({"payments": ()}, {}, ("duplicate", "none_seen"), "details"),
        ({"status": S.UNPAID, "minutes": 10}, {}, ("duplicate", "none_seen"), "details"),
        ({"status": S.EXPIRED}, {}, ("duplicate", "none_seen"), "details"),
        ({"status": S.EXPIRED}, SECOND, ("duplicate", "filed"), ""),
        ({"status": S.REFUNDED, "minutes": 3000}, {}, ("duplicate", "one_seen"), "details"),
        ({"status": S.UNPAID, "minutes": 10, "payments": (CAME,)}, {}, ("payment", "fault_open"), ""),
        ({"status": S.UNPAID, "minutes": 10, "payments": TWICE}, {}, ("duplicate", "confirm"), "confirm"),
        ({"status": S.EXPIRED, "payments": TWICE}, {}, ("payment", "fault_waiting"), ""),
    ],
)
def test_what_is_said(
    bench: Bench, order: dict[str, Any], details: dict[str, str], name: tuple[str, str], asks: str
) -> None:
    bench.allow(limits={**bench.services.policy.limits.model_dump(), "bot": _bot(once=98.8, day=150)})
    made = bench.order(**({"status": S.DELIVERED} | order))
    answer = ask(bench, made, details)
    assert (answer.name, answer.asks) == (name if name[1] != "approval" else ("duplicate", "done"), asks)
    if name[1] == "approval":  # the second of two is over the day's limit
        assert [more.name for more in answer.also] == [name]


def _bot(*, once: float, day: float) -> dict[str, Any]:
    sums = {"refund": day, "coupon": 15, "reissue": 3}
    return {"once": {"refund": once, "coupon": 10}, "customer_day": sums, "day": sums}


def test_both_payments_are_shown(bench: Bench) -> None:
    made = bench.order(S.DELIVERED, payments=TWICE)
    with bench.database.read() as session:
        tails = [str(one.trade_no)[-4:] for one in bench.shop.payments(session, made.no)]
    first, second = (clock.spoken(clock.now() - timedelta(minutes=60, seconds=-after)) for after in (0, 40))
    facts = ask(bench, made).facts
    assert facts["lines"] == (
        f"1. {first} 微信 ¥98.80（单号尾号 {tails[0]}）\n2. {second} 支付宝 ¥98.80（单号尾号 {tails[1]}）"
    )
    assert (facts["amount"], facts["target"], facts["refund_days"]) == ("¥98.80", "支付宝", 3)
    assert remedies(bench) == []


def test_after_a_yes_it_has_gone_back(bench: Bench) -> None:
    made = bench.order(S.DELIVERED, payments=TWICE)
    answers = [ask(bench, made, YES).outcome, ask(bench, made, YES).outcome, ask(bench, made).outcome]
    assert answers == ["done", "refunding", "refunding"]
    assert remedies(bench) == [("refund_payment", "done", "98.80")]
    assert surplus(bench, made) == [P.REFUNDING]
    assert bench.state(made).status is S.DELIVERED
    assert (bench.tickets(), bench.ticket().kind) == (["surplus"], "refund")
    assert ask(bench, made).facts["since"] == clock.spoken(clock.now())


def test_twenty_at_once_give_it_back_once(bench: Bench) -> None:
    made = bench.order(S.DELIVERED, payments=TWICE)
    assert at_once(bench, duplicates.answer, made.no, YES) == {"done": 1, "refunding": 19}
    assert remedies(bench) == [("refund_payment", "done", "98.80")]
    assert bench.tickets() == ["surplus"]


def test_switched_off_it_is_a_ticket(bench: Bench) -> None:
    bench.allow(switches=OFF)
    made = bench.order(S.DELIVERED, payments=TWICE)
    assert [ask(bench, made, YES).outcome for _ in range(2)] == ["ticket"] * 2
    assert (remedies(bench), bench.tickets(), surplus(bench, made)) == ([], ["surplus"], [P.SUCCESS])


@pytest.mark.parametrize(("approve", "outcome"), [(True, "refunding"), (False, "approval_refused")])
def test_over_the_limit_a_supervisor_decides(bench: Bench, approve: bool, outcome: str) -> None:
    made = bench.order(S.DELIVERED, payments=TWICE, quantity=3)
    assert [ask(bench, made, YES).outcome for _ in range(2)] == ["approval", "approval_waiting"]
    assert surplus(bench, made) == [P.SUCCESS]
    decide(bench, approve=approve, note="只扣了一次")
    assert ask(bench, made).outcome == outcome
    assert surplus(bench, made) == [P.REFUNDING if approve else P.SUCCESS]


@pytest.mark.parametrize(
    ("twin", "outcome"),
    [
        ({"minutes": 50}, "twins"),
        ({"minutes": 90}, "twins"),
        ({"minutes": 91}, "one_seen"),
        ({"minutes": 50, "product": "steam-50"}, "one_seen"),
        ({"minutes": 50, "customer_id": "c_other"}, "one_seen"),
        ({"minutes": 50, "status": S.UNPAID}, "one_seen"),
        ({"minutes": 50, "status": S.EXPIRED}, "one_seen"),
        ({"minutes": 50, "status": S.REFUNDING}, "refunding"),
    ],
)
def test_bought_twice(bench: Bench, twin: dict[str, Any], outcome: str) -> None:
    made = bench.order(S.DELIVERED)
    other = bench.order(**twin)
    answer = ask(bench, made)
    assert answer.outcome == outcome
    if outcome == "twins":
        earlier, later = sorted((made, other), key=lambda one: str(one.paid_at))
        assert answer.asks == "which"
        assert answer.choices == (earlier.no, later.no, "两单都要")
        assert [card["order_no"] for card in answer.cards] == [earlier.no, later.no]
    if outcome == "refunding":
        assert answer.facts["order_no"] == other.no


@pytest.mark.parametrize(
    ("which", "details", "name"),
    [
        ("other", {}, ("refund", "confirm")),
        ("other", YES, ("refund", "done")),
        ("other", NO, ("refund", "kept")),
        ("made", {}, ("refund", "refuse_key_used")),
        ("两单都要", {}, ("duplicate", "both_kept")),
        ("DD20261121ZZZZ", {}, ("duplicate", "twins")),
        ("随便", YES, ("duplicate", "twins")),
    ],
)
def test_which_of_two_goes_back(bench: Bench, which: str, details: dict[str, str], name: tuple[str, str]) -> None:
    made = bench.order(S.DELIVERED, key_state=KeyState.USED)
    other = bench.order(S.PAID_WAIT, minutes=55)
    number = {"made": made.no, "other": other.no}.get(which, which)
    answers = [ask(bench, made, {"which": number, **details}) for _ in range(2)]
    assert answers[0].name == name
    assert len(remedies(bench)) == (name[1] == "done")
    assert answers[1].name == (("order", "refunding") if name[1] == "done" else name)
    if which in ("made", "other"):
        assert answers[0].facts["order_no"] == number


def test_of_a_twin_that_waits_for_approval_its_state_is_said(bench: Bench) -> None:
    made, other = bench.order(S.DELIVERED), bench.order(S.DELIVERED, minutes=55)
    assert ask(bench, made, {"which": other.no, **YES}).outcome == "approval"
    assert ask(bench, made).name == ("refund", "approval_waiting")


def test_who_insists_gets_a_person(bench: Bench) -> None:
    made = bench.order(S.DELIVERED)
    said = [ask(bench, made, details) for details in ({}, SECOND, SECOND, {})]
    assert [answer.outcome for answer in said] == ["one_seen", "filed", "filed", "handed"]
    assert [answer.handoff for answer in said] == [False, False, False, True]
    assert (bench.tickets(), bench.ticket().kind) == (["charge_check"], "finance")
    assert notes(bench) == ["客户说：昨晚八点 98.8"]
    with bench.database.read() as session:
        waiting = handoff.open_handoff(session, bench.owner.conversation_id)
        assert waiting is not None
        assert (waiting.reason, waiting.intent) == ("finance", "duplicate_charge")


def test_twenty_at_once_file_it_once(bench: Bench) -> None:
    made = bench.order(S.DELIVERED)
    assert at_once(bench, duplicates.answer, made.no, SECOND) == {"filed": 20}
    assert (bench.tickets(), notes(bench)) == (["charge_check"], ["客户说：昨晚八点 98.8"])


def test_keys_in_the_words_are_masked(bench: Bench) -> None:
    made = bench.order(S.DELIVERED)
    secret = bench.raw(bench.keys(made)[0])
    (pasted,) = bench.paste(f"多扣 98.8，卡密 {secret}")
    ask(bench, made, {"details": pasted})
    assert "98.8" in notes(bench)[0]
    assert secret not in notes(bench)[0]
    assert "⟦" not in notes(bench)[0]


@pytest.mark.parametrize("details", [{}, YES, SECOND])
@pytest.mark.parametrize("payments", [TWICE, (CAME,)])
def test_of_others_nothing_is_said(bench: Bench, payments: tuple[Paid, ...], details: dict[str, str]) -> None:
    made = bench.order(S.DELIVERED, payments=payments, customer_id=OWNER)
    with pytest.raises(NotYours):
        bench.call(duplicates.answer, made.no, details, asker=bench.guest)
    assert (remedies(bench), bench.tickets()) == ([], [])
