"""Waiting or money back, showing keys again, delivery times."""

from typing import Any

import pytest

from desk.cases import arrival, delivery, resend
from desk.cases.access import NotYours
from desk.cases.spoken import money
from desk.shop.base import OrderStatus
from desk.shop.embedded import demo
from tests.support.cases import Bench, topup_order

S = OrderStatus


# What the usual product costs, and half of it.
PRICE, HALF = (money(demo.entry("steam-100").price / part) for part in (1, 2))


@pytest.mark.parametrize(
    ("order", "choice", "outcome", "facts", "then"),
    [
        ({}, "wait", "waiting", {}, S.OUT_OF_STOCK_AFTER_PAY),
        ({}, "refund", "refund_requested", {"amount": PRICE}, S.REFUNDING),
        ({"quantity": 2, "handed_out": 1}, "refund", "refund_requested", {"amount": PRICE}, S.REFUNDING),
        ({"quantity": 2, "handed_out": 1}, "wait", "waiting", {}, S.OUT_OF_STOCK_AFTER_PAY),
        ({"status": S.DELIVERED}, "refund", "not_applicable", {}, S.DELIVERED),
        ({"status": S.PAID_WAIT, "minutes": 1}, "wait", "not_applicable", {}, S.PAID_WAIT),
        ({"status": S.REFUNDED}, "refund", "not_applicable", {}, S.REFUNDED),
        ({"status": S.REFUNDING}, "wait", "not_applicable", {}, S.REFUNDING),
        (topup_order(S.COMPLETED), "refund", "not_applicable", {}, S.COMPLETED),
    ],
)
def test_stock_choice(
    bench: Bench, order: dict[str, Any], choice: str, outcome: str, facts: dict[str, str], then: OrderStatus
) -> None:
    made = bench.order(**({"status": S.OUT_OF_STOCK_AFTER_PAY} | order))
    bench.call(arrival.answer, made.no)
    before = len(bench.tickets())
    answers = [bench.call(delivery.stock_choice, made.no, choice) for _ in range(2)]
    assert [answer.name for answer in answers] == [("stock_choice", outcome)] * 2
    assert facts.items() <= answers[0].facts.items()
    assert answers[0].facts == answers[1].facts
    assert bench.state(made).status is then
    assert bench.audit().count("remedy.refund.do") == (outcome == "refund_requested")
    if outcome == "refund_requested":
        assert bench.tickets() == ["closed"] * before + ["refund"]


@pytest.mark.parametrize(
    ("order", "name", "audit"),
    [
        ({"status": S.DELIVERED, "quantity": 2}, ("not_received", "delivered_again"), ["key.show"]),
        ({"status": S.UNPAID, "minutes": 1}, ("not_received", "unpaid"), []),
        ({"stock": 1}, ("not_received", "delivered_now"), ["key.deliver", "remedy.coupon.do"]),
        (topup_order(S.COMPLETED), ("topup", "done"), []),
    ],
)
def test_resend(bench: Bench, order: dict[str, Any], name: tuple[str, str], audit: list[str]) -> None:
    made = bench.order(**order)
    assert bench.call(resend.answer, made.no.lower()).name == name
    assert bench.audit() == audit


def test_delivery_time(bench: Bench) -> None:
    order = bench.order()
    assert bench.call(delivery.time).outcome == "general"
    assert bench.call(delivery.time, order.no).facts == {"product": order.product_name, "usual_minutes": 5}
    with pytest.raises(NotYours):
        bench.call(delivery.time, order.no, asker=bench.guest)
