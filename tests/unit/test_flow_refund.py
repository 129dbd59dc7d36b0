"""退款: the rules of policies.yml by state of order and keys, the questions, and that the money goes back once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from desk.cases import refunds
from desk.cases.access import NotYours
from desk.remedies import approvals
from desk.shop.base import KeyState, OrderStatus
from tests.support.cases import Bench, topup_order

S = OrderStatus
REASON, YES, NO = {"reason": "买错了"}, {"reason": "买错了", "confirm": "yes"}, {"reason": "买错了", "confirm": "no"}
KEY_USED = {"key_state": KeyState.USED}
KEY_LOCKED = {"key_state": KeyState.LOCKED}


@dataclass(frozen=True)
class Row:
    """An order, what is answered first, what a confirmation comes to, and how the order stands then."""

    order: dict[str, Any]
    first: str
    confirmed: str = ""
    then: OrderStatus | None = None
    tickets: list[str] = field(default_factory=list)


ROWS = {
    "unpaid": Row({"status": S.UNPAID, "minutes": 5}, "unpaid"),
    "expired": Row({"status": S.EXPIRED}, "expired"),
    "canceled": Row({"status": S.CANCELED}, "canceled"),
    "on its way back": Row({"status": S.REFUNDING}, "refunding"),
    "given back": Row({"status": S.REFUNDED, "minutes": 5000}, "refunded"),
    "paid, nothing delivered": Row({"minutes": 3}, "reason", "done", S.REFUNDING, ["refund"]),
    "paid, late": Row({"minutes": 60}, "reason_late", "done", S.REFUNDING, ["refund"]),
    "out of stock": Row({"status": S.OUT_OF_STOCK_AFTER_PAY}, "confirm", "done", S.REFUNDING, ["refund"]),
    "key not used, lately": Row({"status": S.DELIVERED}, "reason", "approval", S.DELIVERED, ["refund"]),
    "key not used, long ago": Row({"status": S.DELIVERED, "minutes": 60 * 30}, "refuse_key_unused_late"),
    "key used": Row({"status": S.DELIVERED, **KEY_USED}, "refuse_key_used"),
    "key locked": Row(
        {"status": S.DELIVERED, "minutes": 60 * 30, **KEY_LOCKED}, "reason", "approval", S.DELIVERED, ["refund"]
    ),
    "top-up not sent": Row(topup_order(S.PAID_WAIT, minutes=3), "reason", "done", S.REFUNDING, ["refund"]),
    "top-up on its way": Row(topup_order(S.PROCESSING, minutes=3), "wait"),
    "top-up failed": Row(topup_order(S.FAILED), "confirm", "done", S.REFUNDING, ["refund"]),
    "top-up done": Row(topup_order(S.COMPLETED), "refuse_topup_done"),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_rules(bench: Bench, name: str) -> None:
    row = ROWS[name]
    order = bench.order(**row.order)
    assert bench.call(refunds.answer, order.no, {}).outcome == row.first
    assert bench.tickets() == []
    if row.confirmed:
        assert bench.call(refunds.answer, order.no, REASON).asks == "confirm"
        assert bench.call(refunds.answer, order.no, NO).outcome == "kept"
        assert bench.state(order).status == order.status
        done = bench.call(refunds.answer, order.no, YES)
        assert (done.outcome, bench.state(order).status) == (row.confirmed, row.then)
    assert bench.tickets() == row.tickets


def test_what_is_said_before_a_yes(bench: Bench) -> None:
    order = bench.order(minutes=3)
    asked = bench.call(refunds.answer, order.no, {})
    assert asked.facts["amount"] == f"¥{order.amount}"
    assert asked.facts["refund_days"] == 3
    assert asked.facts["target"] in {"微信", "支付宝", "云闪付（银行卡）", "账户余额", "QQ钱包"}
    assert asked.choices == ("买错了", "重复买了", "不想要了", "等太久了", "用不了", "其他原因")


@pytest.mark.parametrize("details", [{}, YES])
def test_what_became_of_a_late_topup_comes_first(bench: Bench, details: dict[str, str]) -> None:
    order = bench.order(**topup_order(S.PROCESSING, minutes=90))
    found = bench.call(refunds.answer, order.no, details)
    assert (found.name, bench.tickets()) == (("topup", "late"), ["topup_late"])
    assert bench.state(order).status == S.PROCESSING


@pytest.mark.parametrize("word", ["", "是", "yes please", "YES", "no no"])
def test_only_a_plain_yes_moves_money(bench: Bench, word: str) -> None:
    order = bench.order(minutes=3)
    assert bench.call(refunds.answer, order.no, {**REASON, "confirm": word}).outcome == "confirm"
    assert bench.state(order).status == S.PAID_WAIT


def test_a_part_was_delivered(bench: Bench) -> None:
    order = bench.order(S.DELIVERED, quantity=2, handed_out=1)
    done = bench.call(refunds.answer, order.no, YES)
    half = (order.amount / 2).quantize(Decimal("0.01"))
    assert (done.outcome, done.facts["amount"]) == ("done", f"¥{half}")
    assert bench.state(order).refund_amount == half


def test_after_the_approval_the_keys_are_locked_and_the_money_goes(bench: Bench) -> None:
    order = bench.order(S.DELIVERED)
    assert bench.call(refunds.answer, order.no, YES).outcome == "approval"
    assert bench.call(refunds.answer, order.no, YES).outcome == "approval_waiting"
    with bench.database.write() as session:
        (waiting,) = approvals.waiting(session)
        assert waiting.yuan == order.amount
        policies = bench.services.policies
        approvals.decide(session, bench.shop, policies, waiting.id, actor="agent:1", role="supervisor", approve=True)
    assert bench.state(order).status == S.REFUNDING
    assert [key.state for key in bench.keys(order)] == [KeyState.LOCKED]
    assert bench.call(refunds.answer, order.no, YES).outcome == "refunding"


def test_a_refusal_is_told_with_its_reason(bench: Bench) -> None:
    order = bench.order(S.DELIVERED)
    bench.call(refunds.answer, order.no, YES)
    with bench.database.write() as session:
        (waiting,) = approvals.waiting(session)
        approvals.decide(
            session,
            bench.shop,
            bench.services.policies,
            waiting.id,
            actor="agent:1",
            role="supervisor",
            approve=False,
            note="卡密已经被查看过",
        )
    told = bench.call(refunds.answer, order.no, {})
    assert (told.outcome, told.facts["note"]) == ("approval_refused", "卡密已经被查看过")


@pytest.mark.parametrize(
    ("section", "figures", "outcome", "status"),
    [
        ("switches", {"refund": "off"}, "ticket", S.PAID_WAIT),
        ("limits", {"bot": {"once": {"refund": 1, "coupon": 1}, "customer_day": {"refund": 9, "coupon": 9},
                            "day": {"refund": 9, "coupon": 9}}}, "approval", S.PAID_WAIT),
        ("refunds", {"rules": (), "otherwise": "ticket"}, "ticket", S.PAID_WAIT),
        ("refunds", {"rules": (), "otherwise": "refuse"}, "refuse", S.PAID_WAIT),
        ("always_approve", ("refund",), "approval", S.PAID_WAIT),
    ],
)  # fmt: skip
def test_what_the_operator_changes(bench: Bench, section: str, figures: Any, outcome: str, status: OrderStatus) -> None:
    bench.allow(**{section: figures})
    order = bench.order(minutes=3)
    assert bench.call(refunds.answer, order.no, YES).outcome == outcome
    assert bench.state(order).status == status


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        ({"products": ["steam-100"], "decision": "refuse"}, "refuse"),
        ({"products": ["no-such-product"], "decision": "refuse"}, "reason_late"),
        ({"kind": "topup", "decision": "refuse"}, "reason_late"),
        ({"within_hours": 2, "decision": "refuse"}, "refuse"),
        ({"states": ["failed"], "decision": "refuse"}, "reason_late"),
    ],
)
def test_a_rule_of_ones_own_comes_first(bench: Bench, rule: dict[str, Any], outcome: str) -> None:
    rules = bench.services.policy.model_dump()["refunds"]["rules"]
    bench.allow(refunds={"rules": ({"name": "own", **rule}, *rules)})
    order = bench.order(product="steam-100", minutes=60)
    assert bench.call(refunds.answer, order.no, {}).outcome == outcome


def test_fifty_at_once_give_one_refund(bench: Bench) -> None:
    order = bench.order(minutes=3)
    with ThreadPoolExecutor(10) as pool:
        outcomes = [each.outcome for each in pool.map(lambda _: bench.call(refunds.answer, order.no, YES), range(50))]
    assert (outcomes.count("done"), set(outcomes)) == (1, {"done", "refunding"})
    assert bench.audit().count("remedy.refund.do") == 1
    assert bench.tickets() == ["refund"]


def test_nobody_elses(bench: Bench) -> None:
    order = bench.order(customer_id="c_other", minutes=3)
    with pytest.raises(NotYours):
        bench.call(refunds.answer, order.no, YES)
    assert bench.state(order).status == S.PAID_WAIT
