"""The coupon for a delay: how late, whose order, once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from desk import clock
from desk.cases import access, arrival, compensation, urge
from desk.cases.outcomes import Outcome
from desk.cases.spoken import money
from desk.remedies.model import Remedy
from desk.shop.base import KeyState, OrderStatus, Payment, PaymentState, Unsupported
from desk.shop.embedded.adapter import EmbeddedShop
from tests.support.cases import OWNER, Bench, card_order, topup_order

S = OrderStatus
BUSY = "运营商返回：号段维护中"


def late(bench: Bench, no: str) -> Outcome | None:
    with bench.database.write() as session:
        owned = access.require(session, bench.services, bench.owner, no)
        return compensation.late(session, bench.services, owned)


def coupons(bench: Bench) -> list[str]:
    with bench.database.read() as session:
        return [money(coupon.yuan) for coupon in bench.shop.coupons_of(session, OWNER)]


@pytest.mark.parametrize(
    ("order", "coupon"),
    [
        ({"minutes": 4}, None),
        ({"minutes": 29}, None),
        ({"minutes": 31}, "¥3.00"),
        ({"minutes": 119}, "¥3.00"),
        ({"minutes": 121}, "¥5.00"),
        ({"minutes": 1450}, "¥10.00"),
        (topup_order(S.PROCESSING, minutes=55), None),  # within what a top-up may take
        (topup_order(S.PROCESSING, minutes=61), "¥3.00"),
        ({"status": S.OUT_OF_STOCK_AFTER_PAY, "minutes": 200}, "¥5.00"),
        ({"status": S.UNPAID, "minutes": 200}, None),
        ({"status": S.CANCELED, "minutes": 200}, None),
        ({"status": S.REFUNDING, "minutes": 200}, None),
        ({"status": S.REFUNDED, "minutes": 200}, None),
    ],
)
def test_how_late_earns_which(bench: Bench, order: dict[str, Any], coupon: str | None) -> None:
    made = bench.order(**order)
    said = late(bench, made.no)
    assert (said.facts["amount"] if said else None) == coupon
    assert coupons(bench) == ([coupon] if coupon else [])
    if said:
        assert said.facts["valid_days"] == 30
        assert late(bench, made.no) is None  # once
        assert len(coupons(bench)) == 1


@pytest.mark.parametrize(
    ("order", "name"),
    [
        ({"minutes": 90, "stock": 1}, ("not_received", "delivered_now")),
        ({"minutes": 90}, ("not_received", "out_of_stock")),
        ({"status": S.DELIVERED, "quantity": 2, "handed_out": 1, "minutes": 90}, ("not_received", "partial")),
        ({"status": S.FAILED, "minutes": 90}, ("not_received", "failed")),
        (topup_order(S.PROCESSING, minutes=90), ("topup", "late")),
        (topup_order(S.FAILED, failure=BUSY, minutes=90), ("topup", "retried")),
    ],
)
def test_it_comes_with_the_answer(bench: Bench, order: dict[str, Any], name: tuple[str, str]) -> None:
    made = bench.order(**order)
    first, second = (bench.call(arrival.answer, made.no) for _ in range(2))
    assert first.name == name
    assert [each.name for each in first.also] == [("coupon", "given")]
    assert second.also == ()
    assert coupons(bench) == ["¥3.00"]


@pytest.mark.parametrize("order", [card_order(KeyState.SOLD, minutes=90), {"minutes": 2}, topup_order(S.COMPLETED)])
def test_what_came_in_time_earns_nothing(bench: Bench, order: dict[str, Any]) -> None:
    assert bench.call(arrival.answer, bench.order(**order).no).also == ()
    assert coupons(bench) == []


def test_a_payment_that_the_shop_did_not_notice_counts(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    order = bench.order(S.EXPIRED, minutes=90)
    paid = Payment(order.no, "alipay", order.amount, PaymentState.SUCCESS, paid_at=order.placed_at)
    monkeypatch.setattr(EmbeddedShop, "payment", lambda *_: paid)
    assert clock.now() > order.placed_at
    assert [each.name for each in bench.call(arrival.answer, order.no).also] == [("coupon", "given")]


def test_a_push_gives_it_too(bench: Bench) -> None:
    order = bench.order(minutes=25)
    bench.call(arrival.answer, order.no)
    assert coupons(bench) == []
    with clock.frozen(order.placed_at + (clock.now() - order.placed_at) * 3):
        assert [each.name for each in bench.call(urge.answer).also] == [("coupon", "given")]
        assert bench.call(urge.answer).also == ()


def test_guests_get_none(bench: Bench) -> None:
    order = bench.order(customer_id=None, phone="13912345678", minutes=200, stock=1)
    bench.call(access.claim, order.no, "5678", asker=bench.guest)
    said = bench.call(arrival.answer, order.no, asker=bench.guest)
    assert (said.outcome, said.also) == ("delivered_now", ())


def test_switched_off_unable_or_over_the_limit_gives_none(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    sums = {"refund": 500, "coupon": 15}
    limits = {"once": {"refund": 200, "coupon": 2}, "customer_day": sums, "day": sums}
    bench.allow(limits={"bot": limits})
    order = bench.order(minutes=90)
    assert late(bench, order.no) is None
    with bench.database.read() as session:
        assert session.scalars(select(Remedy.state)).all() == ["waiting"]
    bench.wipe()
    bench.allow(switches={"coupon": "off"})
    assert late(bench, bench.order(minutes=90).no) is None
    bench.wipe()

    def unsupported(*_: object) -> None:
        raise Unsupported

    monkeypatch.setattr(EmbeddedShop, "give_coupon", unsupported)
    assert late(bench, bench.order(minutes=90).no) is None
    assert coupons(bench) == []
    assert bench.audit() == []


def test_twenty_at_once_give_one(bench: Bench) -> None:
    order = bench.order(minutes=90, stock=1)
    with ThreadPoolExecutor(10) as pool:
        said = list(pool.map(lambda _: bench.call(arrival.answer, order.no), range(20)))
    assert sum(len(each.also) for each in said) == 1
    assert coupons(bench) == ["¥3.00"]
