"""卡密没到: state of the order -> answer, facts, keys shown, tickets, audit."""

from decimal import Decimal

import pytest

from desk.cases import arrival
from desk.cases.spoken import money
from desk.shop.base import OrderStatus
from desk.shop.embedded import demo
from tests.support.arrivals import Row, check, named
from tests.support.cases import Bench

S = OrderStatus


# What the usual product costs, and half of it.
PRICE, HALF = (money(demo.entry("steam-100").price / part) for part in (1, 2))


CARD_KEYS = {
    "unpaid": Row({"status": S.UNPAID, "minutes": 10}, "unpaid", {"time_left": "20 分钟"}),
    "unpaid but lapsed": Row({"status": S.UNPAID, "minutes": 31}, "expired"),
    "expired": Row({"status": S.EXPIRED}, "expired"),
    "within the usual time": Row({"minutes": 1, "stock": 9}, "within_usual", {"usual_minutes": 5, "eta_minutes": 4}),
    "late, in stock": Row(
        {"minutes": 6, "stock": 1}, "delivered_now", {"count": 1}, keys=1, audit=("key.deliver",), then=S.DELIVERED
    ),
    "late while processing": Row(
        {"status": S.PROCESSING, "stock": 1}, "delivered_now", keys=1, audit=("key.deliver",), then=S.DELIVERED
    ),
    "late, several keys": Row(
        {"quantity": 3, "stock": 3}, "delivered_now", {"count": 3}, keys=3, audit=("key.deliver",), then=S.DELIVERED
    ),
    "late, out of stock": Row(
        {},
        "out_of_stock",
        {"amount": PRICE},
        tickets=("stock",),
        audit=("ticket.open",),
        then=S.OUT_OF_STOCK_AFTER_PAY,
        choices=("wait", "refund"),
    ),
    "late, too few for all": Row(
        {"quantity": 3, "stock": 2},
        "out_of_stock",
        tickets=("stock",),
        audit=("ticket.open",),
        then=S.OUT_OF_STOCK_AFTER_PAY,
        choices=("wait", "refund"),
    ),
    "out of stock before, still so": Row(
        {"status": S.OUT_OF_STOCK_AFTER_PAY},
        "out_of_stock",
        tickets=("stock",),
        audit=("ticket.open",),
        choices=("wait", "refund"),
    ),
    "out of stock before, now there": Row(
        {"status": S.OUT_OF_STOCK_AFTER_PAY, "stock": 1},
        "delivered_now",
        keys=1,
        audit=("key.deliver",),
        then=S.DELIVERED,
    ),
    "three of five delivered, no more there": Row(
        {"status": S.DELIVERED, "quantity": 5, "handed_out": 3},
        "partial",
        {"got": 3, "missing": 2},
        keys=3,
        tickets=("partial",),
        audit=("ticket.open",),
        then=S.OUT_OF_STOCK_AFTER_PAY,
        choices=("wait", "refund"),
    ),
    "three of five delivered, the rest there": Row(
        {"status": S.DELIVERED, "quantity": 5, "handed_out": 3, "stock": 2},
        "delivered_now",
        {"count": 2},
        keys=2,
        audit=("key.deliver",),
    ),
    "delivered": Row({"status": S.DELIVERED}, "delivered_again", {"count": 1}, keys=1),
    "completed, several": Row({"status": S.COMPLETED, "quantity": 4}, "delivered_again", {"count": 4}, keys=4),
    "delivered, one replaced": Row(
        {"status": S.DELIVERED, "quantity": 2, "reissued": True}, "delivered_again", {"count": 2}, keys=2
    ),
    "shown as delivered, never had a key": Row(
        {"status": S.DELIVERED, "handed_out": 0},
        "out_of_stock",
        tickets=("stock",),
        audit=("ticket.open",),
        then=S.OUT_OF_STOCK_AFTER_PAY,
        choices=("wait", "refund"),
    ),
    "failed": Row({"status": S.FAILED}, "failed", tickets=("failed",), audit=("ticket.open",)),
    "refunding": Row({"status": S.REFUNDING}, "refunding", {"amount": PRICE, "refund_days": 3}),
    "refunded in part": Row(
        {"status": S.REFUNDED, "minutes": 3000, "refund_of": Decimal("0.5")}, "refunded", {"amount": HALF}
    ),
    "canceled": Row({"status": S.CANCELED}, "canceled"),
}


@pytest.mark.parametrize("row", named(CARD_KEYS))
def test_card_keys(bench: Bench, row: Row) -> None:
    check(bench, row, "not_received")


def test_goods_delivered_by_hand_get_a_ticket_when_late(bench: Bench) -> None:
    with bench.database.read() as session:
        product = next(p for p in bench.shop.products(session) if p.fulfilment == "manual" and p.kind == "card_key")
    early = bench.order(product=product.id, minutes=product.usual_minutes)
    late = bench.order(product=product.id, minutes=2 * product.usual_minutes)
    assert bench.call(arrival.answer, early.no).outcome == "within_usual"
    assert bench.call(arrival.answer, late.no).outcome == "manual_late"
    assert bench.tickets() == ["manual_late"]


def test_late_goods_settle_the_stock_ticket(bench: Bench) -> None:
    order = bench.order()
    bench.call(arrival.answer, order.no)
    bench.add_stock(order)
    assert bench.call(arrival.answer, order.no).outcome == "delivered_now"
    assert bench.ticket().status == "closed"
