"""Money back from the embedded shop: how much, once, and never together with goods that can still be used."""

from decimal import Decimal
from typing import Any

import pytest

from desk.shop.base import (
    KeyState,
    NotDeliverable,
    NotRefundable,
    Order,
    OrderNotFound,
    OrderStatus,
    PaymentState,
)
from desk.shop.embedded.model_money import ShopPaymentRefund
from desk.shop.embedded.scenario_money import Paid
from tests.support.shop_world import CARD, TOPUP, World

S, K, P = OrderStatus, KeyState, PaymentState
ALL = "all"
_FIRST_OF_TWO_USED = {"quantity": 2, "key_state": K.USED, "only_first": True}


def refund(world: World, order: Order, amount: Decimal | None) -> Order:
    with world.database.write() as session:
        return world.shop.request_refund(session, order.no, "asked", amount)


@pytest.mark.parametrize(
    ("status", "product", "more", "asked", "given", "keys"),
    [
        # For what was not delivered, without a word on the amount: keys stay.
        (S.PAID_WAIT, CARD, {}, None, ALL, []),
        (S.PROCESSING, CARD, {"quantity": 5, "handed_out": 3}, None, "197.60", [K.SOLD] * 3),
        (S.FAILED, TOPUP, {}, None, ALL, []),
        # As much as was not delivered, or less: keys stay.
        (S.PROCESSING, CARD, {"quantity": 5, "handed_out": 3}, "197.60", "197.60", [K.SOLD] * 3),
        (S.PROCESSING, CARD, {"quantity": 5, "handed_out": 3}, "10", "10.00", [K.SOLD] * 3),
        # More: what is not used is locked.
        (S.PROCESSING, CARD, {"quantity": 5, "handed_out": 3}, "197.61", "197.61", [K.LOCKED] * 3),
        (S.DELIVERED, CARD, {}, "98.80", ALL, [K.LOCKED]),
        (S.DELIVERED, CARD, {}, "5.50", "5.50", [K.LOCKED]),
        (S.COMPLETED, CARD, {"key_state": K.USED}, "98.80", ALL, [K.USED]),
        (
            S.DELIVERED,
            CARD,
            {"quantity": 2, "key_state": K.USED, "only_first": True},
            "50",
            "50.00",
            [K.USED, K.LOCKED],
        ),
        (S.DELIVERED, CARD, {"key_state": K.USED, "reissued": True}, "98.80", ALL, [K.USED, K.LOCKED]),
        (S.DELIVERED, CARD, {"key_state": K.EXPIRED, "shelf": True}, "98.80", ALL, [K.EXPIRED]),
        (S.DELIVERED, TOPUP, {}, "49.50", ALL, []),
        # The shop did not notice that the money came, and a person gives it back.
        (S.UNPAID, CARD, {"payments": (Paid(P.SUCCESS),)}, "98.80", ALL, []),
        (S.EXPIRED, CARD, {"payments": (Paid(P.SUCCESS),)}, "98.80", ALL, []),
    ],
)
def test_refunds(
    world: World,
    status: OrderStatus,
    product: str,
    more: dict[str, Any],
    asked: str | None,
    given: str,
    keys: list[KeyState],
) -> None:
    order = world.order(status, product, **more)
    first = refund(world, order, None if asked is None else Decimal(asked))
    assert first.status is S.REFUNDING
    assert first.refund_amount == (order.amount if given == ALL else Decimal(given))
    assert [key.state for key in world.keys(order)] == keys
    assert refund(world, order, Decimal(1)) == refund(world, order, None) == first
    world.stock(1)
    with world.database.write() as session, pytest.raises(NotDeliverable):
        world.shop.deliver(session, order.no)


@pytest.mark.parametrize(
    ("status", "product", "more", "amount"),
    [
        *[(status, CARD, {}, None) for status in (S.UNPAID, S.EXPIRED, S.CANCELED, S.DELIVERED, S.COMPLETED)],
        *[(status, CARD, {}, "1") for status in (S.UNPAID, S.EXPIRED, S.CANCELED)],
        *[(status, CARD, {}, amount) for status in (S.PAID_WAIT, S.DELIVERED) for amount in ("0", "-1", "98.81")],
        (S.UNPAID, CARD, {"payments": (Paid(P.FAILED), Paid(P.PENDING))}, "98.80"),
        (S.UNPAID, CARD, {"payments": (Paid(P.SUCCESS),)}, None),
        (S.PROCESSING, TOPUP, {}, "49.50"),
        (S.PROCESSING, TOPUP, {}, None),
        (S.DELIVERED, TOPUP, {}, None),
    ],
)
def test_refused_refunds_change_nothing(
    world: World, status: OrderStatus, product: str, more: dict[str, Any], amount: str | None
) -> None:
    order = world.order(status, product, **more)
    keys = world.keys(order)
    with pytest.raises(NotRefundable) as caught:
        refund(world, order, None if amount is None else Decimal(amount))
    assert caught.value.details == {"order_status": status}
    assert (world.state(order), world.keys(order)) == (order, keys)


def test_a_surplus_payment_goes_back_once_and_the_order_stays(world: World) -> None:
    order = world.order(S.DELIVERED, payments=(Paid(P.SUCCESS), Paid(P.SUCCESS), Paid(P.FAILED)))
    before = world.count(ShopPaymentRefund) or 0
    with world.database.read() as session:
        _, second, _ = world.shop.payments(session, order.no)
    assert second.trade_no
    for _ in range(2):
        with world.database.write() as session:
            back = world.shop.refund_payment(session, order.no.lower(), second.trade_no, "duplicate_charge")
        assert (back.state, back.surplus, back.trade_no) == (P.REFUNDING, True, second.trade_no)
    assert world.count(ShopPaymentRefund) == before + 1
    assert world.state(order) == order
    assert refund(world, order, order.amount).refund_amount == order.amount


def test_a_surplus_payment_that_is_back_already_is_returned(world: World) -> None:
    order = world.order(S.DELIVERED, payments=(Paid(P.SUCCESS), Paid(P.REFUNDED)))
    with world.database.write() as session:
        _, second = world.shop.payments(session, order.no)
        assert world.shop.refund_payment(session, order.no, second.trade_no or "", "duplicate_charge") == second


def test_only_surplus_payments_of_this_order_go_back(world: World) -> None:
    order = world.order(S.DELIVERED, payments=(Paid(P.SUCCESS), Paid(P.SUCCESS)))
    other = world.order(S.DELIVERED)
    with world.database.write() as session:
        first, second = world.shop.payments(session, order.no)
        for no, trade_no in ((order.no, first.trade_no), (other.no, second.trade_no), (order.no, "no such")):
            with pytest.raises(NotRefundable):
                world.shop.refund_payment(session, no, trade_no or "", "duplicate_charge")
        with pytest.raises(OrderNotFound):
            world.shop.refund_payment(session, "DD20260101NONE", second.trade_no or "", "duplicate_charge")
        assert [one.state for one in world.shop.payments(session, order.no)] == [P.SUCCESS, P.SUCCESS]
