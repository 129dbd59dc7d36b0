"""Payments of the embedded shop: which one counts, which are surplus, channels, paying and canceling."""

from datetime import timedelta
from decimal import Decimal

import pytest

from desk import clock
from desk.shop.base import NotCancellable, Order, OrderNotFound, OrderStatus, PaymentState, RechargeState, ShopError
from desk.shop.embedded import channels, unpaid
from desk.shop.embedded.errors import AccountFrozen, BalanceTooLow, ChannelDown, OrderFrozen
from desk.shop.embedded.scenario_money import Paid
from tests.support.shop_world import CARD, TOPUP, World

S, P, R = OrderStatus, PaymentState, RechargeState
_HOURS = timedelta(hours=24)


def settle(world: World, order: Order, method: str = "alipay") -> bool:
    with world.database.write() as session:
        return unpaid.settle(session, order.no, method)


def states(world: World, order: Order) -> list[tuple[PaymentState, bool]]:
    with world.database.read() as session:
        return [(payment.state, payment.surplus) for payment in world.shop.payments(session, order.no)]


@pytest.mark.parametrize(
    ("status", "wanted", "surplus", "counted"),
    [
        (S.UNPAID, None, [False], 0),
        (S.PAID_WAIT, (P.SUCCESS,), [False], 0),
        (S.UNPAID, (P.FAILED, P.PENDING), [False, False], 1),
        (S.UNPAID, (P.FAILED, P.FAILED), [False, False], 1),
        (S.UNPAID, (P.SUCCESS,), [False], 0),
        (S.DELIVERED, (P.FAILED, P.SUCCESS), [False, False], 1),
        (S.DELIVERED, (P.SUCCESS, P.FAILED), [False, False], 0),
        (S.DELIVERED, (P.SUCCESS, P.SUCCESS), [False, True], 0),
        (S.DELIVERED, (P.SUCCESS, P.REFUNDING), [False, True], 0),
        (S.DELIVERED, (P.SUCCESS, P.REFUNDED, P.SUCCESS), [False, True, True], 0),
        (S.REFUNDED, (P.REFUNDED, P.SUCCESS), [False, True], 0),
        (S.DELIVERED, (), [], None),
    ],
)
def test_which_payment_counts(
    world: World,
    status: OrderStatus,
    wanted: tuple[PaymentState, ...] | None,
    surplus: list[bool],
    counted: int | None,
) -> None:
    made = None if wanted is None else tuple(Paid(state) for state in wanted)
    order = world.order(status, payments=made)
    with world.database.read() as session:
        all_of_them, one = world.shop.payments(session, order.no.lower()), world.shop.payment(session, order.no)
    assert [payment.surplus for payment in all_of_them] == surplus
    assert one == (None if counted is None else all_of_them[counted])
    assert all((payment.failure is not None) == (payment.state is P.FAILED) for payment in all_of_them)
    assert all(payment.amount == order.amount for payment in all_of_them)
    numbers = [payment.trade_no for payment in all_of_them if payment.trade_no]
    assert len(numbers) == len(set(numbers)) == sum(payment.paid_at is not None for payment in all_of_them)


def test_surplus_is_what_came_later_whatever_was_begun_first(world: World) -> None:
    order = world.order(
        S.DELIVERED, payments=(Paid(P.SUCCESS, after=timedelta(minutes=3)), Paid(P.SUCCESS, after=timedelta()))
    )
    assert states(world, order) == [(P.SUCCESS, True), (P.SUCCESS, False)]
    with world.database.read() as session:
        assert world.shop.payments(session, "DD20260101NONE") == []
        assert world.shop.payment(session, "DD20260101NONE") is None


def test_channels_come_from_the_catalogue_and_break_down(world: World) -> None:
    with world.database.write() as session:
        assert [(one.code, one.name, one.down_since) for one in world.shop.channels(session)] == [
            ("wechat", "微信支付", None),
            ("alipay", "支付宝", None),
            ("unionpay", "云闪付", None),
            ("balance", "余额", None),
        ]
        since = clock.now()
        channels.report(session, "alipay", since)
        assert [one.code for one in world.shop.channels(session) if one.down_since == since] == ["alipay"]
        channels.report(session, "alipay", None)
        assert all(one.down_since is None for one in world.shop.channels(session))
        with pytest.raises(KeyError):
            channels.report(session, "bank", None)


def test_a_pending_payment_becomes_the_successful_one(world: World) -> None:
    order = world.order(S.UNPAID, payments=(Paid(P.FAILED), Paid(P.PENDING)), pay_limit=_HOURS)
    assert settle(world, order, "wechat")
    assert states(world, order) == [(P.FAILED, False), (P.SUCCESS, False)]
    assert world.state(order).status is S.PAID_WAIT
    assert not settle(world, order)


@pytest.mark.parametrize("status", [S.EXPIRED, S.CANCELED, S.PAID_WAIT, S.DELIVERED, S.REFUNDED])
def test_what_is_not_unpaid_takes_no_money(world: World, status: OrderStatus) -> None:
    order = world.order(status)
    before = states(world, order)
    assert not settle(world, order)
    assert (states(world, order), world.state(order)) == (before, order)


def test_money_that_came_unnoticed_is_not_taken_again(world: World) -> None:
    order = world.order(S.UNPAID, payments=(Paid(P.SUCCESS),), pay_limit=_HOURS)
    assert not settle(world, order)
    assert states(world, order) == [(P.SUCCESS, False)]


@pytest.mark.parametrize("failure", [AccountFrozen, OrderFrozen, ChannelDown, BalanceTooLow, None])
def test_refused_payments(world: World, failure: type[ShopError] | None) -> None:
    order = world.order(S.UNPAID, pay_limit=_HOURS, frozen=failure is OrderFrozen)
    method = "balance" if failure is BalanceTooLow else "alipay"
    with world.database.write() as session:
        if failure is AccountFrozen:
            world.shop.freeze_account(session, "u1", "risk")
        if failure is ChannelDown:
            channels.report(session, "alipay", clock.now())
    try:
        if failure is None:
            assert settle(world, order, method)
            return
        with pytest.raises(failure):
            settle(world, order, method)
        assert states(world, order) == [(P.PENDING, False)]
        assert world.state(order) == order
    finally:
        with world.database.write() as session:
            world.shop.unfreeze_account(session, "u1")
            channels.report(session, "alipay", None)


def test_paying_from_the_wallet_takes_the_price_out_of_it(world: World) -> None:
    no = world.recharge(Decimal(150), R.PAID)
    first, second = (world.order(S.UNPAID, pay_limit=_HOURS) for _ in range(2))
    with world.database.write() as session:
        before = world.shop.balance(session, "u1")
        world.shop.credit(session, no)
    assert settle(world, first, "balance")
    with pytest.raises(BalanceTooLow):
        settle(world, second, "balance")
    with world.database.read() as session:
        assert world.shop.balance(session, "u1") - before == Decimal(150) - first.amount
        payment = world.shop.payment(session, first.no)
    assert payment is not None
    assert payment.method == "balance"


def test_canceling(world: World) -> None:
    order = world.order(S.UNPAID, pay_limit=_HOURS)
    for _ in range(2):
        with world.database.write() as session:
            assert world.shop.cancel(session, order.no).status is S.CANCELED
    assert states(world, order) == [(P.CLOSED, False)]
    assert not settle(world, order)


@pytest.mark.parametrize(
    ("status", "product", "payments"),
    [
        (S.PAID_WAIT, CARD, None),
        (S.PROCESSING, TOPUP, None),
        (S.DELIVERED, CARD, None),
        (S.REFUNDING, CARD, None),
        (S.UNPAID, CARD, (Paid(P.SUCCESS),)),
    ],
)
def test_what_is_paid_cannot_be_canceled(
    world: World, status: OrderStatus, product: str, payments: tuple[Paid, ...] | None
) -> None:
    order = world.order(status, product, payments=payments)
    with world.database.write() as session:
        with pytest.raises(NotCancellable) as caught:
            world.shop.cancel(session, order.no)
        with pytest.raises(OrderNotFound):
            world.shop.cancel(session, "DD20260101NONE")
    assert caught.value.details == {"order_status": status}
    assert world.state(order) == order


def test_a_lapsed_order_stays_as_it_is(world: World) -> None:
    order = world.order(S.EXPIRED)
    with world.database.write() as session:
        assert world.shop.cancel(session, order.no) == order
