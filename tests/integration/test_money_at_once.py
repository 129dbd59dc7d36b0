"""Fifty at once, on SQLite and on PostgreSQL: coupons, wallets, refunds of surplus payments, freezing, extending."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.base import (
    KeyState,
    NotCancellable,
    NotCorrectable,
    NotDeliverable,
    NotRefundable,
    Order,
    OrderStatus,
    PaymentState,
    RechargeState,
)
from desk.shop.embedded import topups, unpaid
from desk.shop.embedded.delivery import lock_order
from desk.shop.embedded.demo import bring_customer
from desk.shop.embedded.errors import AccountFrozen, BalanceTooLow
from desk.shop.embedded.model_money import (
    ShopCoupon,
    ShopPayment,
    ShopPaymentRefund,
    ShopRefund,
    ShopWalletEntry,
)
from desk.shop.embedded.scenario_money import Paid
from tests.support.shop_world import TOPUP, World

CROWD = 50
S, K, P, R = OrderStatus, KeyState, PaymentState, RechargeState
Work = Callable[[Session], Any]
_HOURS = timedelta(hours=24)


def balance(world: World, customer_id: str = "u1") -> Decimal:
    with world.database.read() as session:
        return world.shop.balance(session, customer_id)


def surplus(world: World, **more: Any) -> tuple[Order, str]:
    """Make an order that was paid twice; return it and the number of the second payment."""
    order = world.order(S.DELIVERED, payments=(Paid(P.SUCCESS), Paid(P.SUCCESS)), **more)
    with world.database.read() as session:
        return order, world.shop.payments(session, order.no)[1].trade_no or ""


def test_one_coupon_per_mark(world: World) -> None:
    with world.database.write() as session:
        bring_customer(session, "u1")
    give: list[Work] = [lambda s: world.shop.give_coupon(s, "u1", Decimal(5), 30, "delay:DD1")] * CROWD
    assert len(set(world.at_once(give))) == 1
    assert world.count(ShopCoupon) == 1
    different = [lambda s, n=n: world.shop.give_coupon(s, "u1", Decimal(5), 30, f"delay:{n}") for n in range(CROWD)]
    assert len(set(world.at_once(different))) == CROWD


def test_one_recharge_is_credited_once(world: World) -> None:
    no = world.recharge(Decimal(200), R.PAID)
    answers = world.at_once([lambda s: world.shop.credit(s, no)] * CROWD)
    assert {(answer.state, answer.credited_at is not None) for answer in answers} == {(R.CREDITED, True)}
    assert (balance(world), world.count(ShopWalletEntry)) == (Decimal(200), 1)


def test_a_wallet_never_pays_more_than_it_holds(world: World) -> None:
    no = world.recharge(Decimal(250), R.PAID)
    with world.database.write() as session:
        world.shop.credit(session, no)
    orders = world.orders(CROWD, S.UNPAID, pay_limit=_HOURS)  # ¥98.80 each
    answers = world.at_once([lambda s, no=one.no: unpaid.settle(s, no, "balance") for one in orders])
    assert [answer for answer in answers if answer is True] == [True, True]
    assert sum(isinstance(answer, BalanceTooLow) for answer in answers) == CROWD - 2
    assert balance(world) == Decimal(250) - 2 * orders[0].amount
    assert sum(world.state(order).status is S.PAID_WAIT for order in orders) == 2


def test_one_order_is_paid_once_from_the_wallet(world: World) -> None:
    no = world.recharge(Decimal(5000), R.PAID)
    with world.database.write() as session:
        world.shop.credit(session, no)
    order = world.order(S.UNPAID, pay_limit=_HOURS)
    answers = world.at_once([lambda s: unpaid.settle(s, order.no, "balance")] * CROWD)
    assert sorted(answers) == [False] * (CROWD - 1) + [True]
    assert balance(world) == 5000 - order.amount


def test_a_surplus_payment_goes_back_once(world: World) -> None:
    order, trade_no = surplus(world)
    answers = world.at_once([lambda s: world.shop.refund_payment(s, order.no, trade_no, "twice")] * CROWD)
    assert {(answer.state, answer.trade_no) for answer in answers} == {(P.REFUNDING, trade_no)}
    assert world.count(ShopPaymentRefund) == 1


@pytest.mark.parametrize("amount", [None, Decimal("20")])
def test_one_refund_per_order_whatever_the_amounts(world: World, amount: Decimal | None) -> None:
    order = world.order(S.OUT_OF_STOCK_AFTER_PAY)
    works: list[Work] = [
        lambda s: world.shop.request_refund(s, order.no, "asked", amount),
        lambda s: world.shop.request_refund(s, order.no, "asked", Decimal("30")),
    ]
    answers = world.at_once(works * (CROWD // 2))
    (given,) = {answer.refund_amount for answer in answers}
    assert given in {amount or order.amount, Decimal("30")}
    assert world.count(ShopRefund) == 1


def test_never_both_usable_key_and_money_back(world: World) -> None:
    order = world.order(S.DELIVERED)
    (key,) = world.keys(order)
    world.stock(5)
    works: list[Work] = [
        lambda s: world.shop.reissue(s, order.no, key.id, "faulty"),
        lambda s: world.shop.request_refund(s, order.no, "asked", order.amount),
    ]
    world.at_once(works * (CROWD // 2))
    assert world.state(order).status is S.REFUNDING
    assert K.SOLD not in {key.state for key in world.keys(order)}


def test_freezing_wins_or_comes_after_delivery(world: World) -> None:
    order = world.order(S.PAID_WAIT)
    world.stock(5)
    works: list[Work] = [
        lambda s: world.shop.deliver(s, order.no),
        lambda s: world.shop.freeze_order(s, order.no),
    ]
    answers = world.at_once(works * (CROWD // 2))
    keys = world.keys(order)
    assert [key.state for key in keys] in ([], [K.LOCKED])
    assert world.left() == 5 - len(keys)
    assert all(isinstance(answer, list | int | NotDeliverable) for answer in answers)


def test_a_key_is_extended_once(world: World) -> None:
    order = world.order(S.DELIVERED, "youku-1m")
    (key,) = world.keys(order)
    answers = world.at_once([lambda s: world.shop.extend_key(s, order.no, key.id, timedelta(days=7))] * CROWD)
    assert key.expires_at is not None
    assert {answer.expires_at for answer in answers} == {key.expires_at + timedelta(days=7)}


def test_an_order_is_paid_or_canceled(world: World) -> None:
    order = world.order(S.UNPAID, pay_limit=_HOURS)
    works: list[Work] = [
        lambda s: world.shop.cancel(s, order.no),
        lambda s: unpaid.settle(s, order.no, "wechat"),
    ]
    answers = world.at_once(works * (CROWD // 2))
    with world.database.read() as session:
        (payment,) = world.shop.payments(session, order.no)
    if world.state(order).status is S.CANCELED:
        assert payment.state is P.CLOSED
        assert True not in answers
    else:
        assert (world.state(order).status, payment.state) == (S.PAID_WAIT, P.SUCCESS)
        assert sum(isinstance(answer, NotCancellable) for answer in answers) == CROWD // 2
        assert answers.count(True) == 1


def test_the_account_is_not_changed_once_it_was_sent(world: World) -> None:
    order = world.order(S.PAID_WAIT, TOPUP, account="13800138000")

    def send(session: Session) -> str | None:
        locked = lock_order(session, order.no)
        if locked.status == S.PAID_WAIT:
            topups.send_upstream(session, locked)
            return locked.account
        return None

    works: list[Work] = [send, lambda s: world.shop.correct_account(s, order.no, "13900139000")]
    answers = world.at_once(works * (CROWD // 2))
    (sent,) = [answer for answer in answers if isinstance(answer, str)]
    assert world.state(order).account == sent
    assert {type(answer) for answer in answers} <= {str, type(None), Order, NotCorrectable}


def test_freezing_an_account_while_its_orders_are_paid(world: World) -> None:
    orders = world.orders(CROWD // 2, S.UNPAID, pay_limit=_HOURS)
    pay: list[Work] = [lambda s, no=one.no: unpaid.settle(s, no, "wechat") for one in orders]
    freeze: list[Work] = [lambda s: world.shop.freeze_account(s, "u1", "risk")] * (CROWD // 2)
    answers = world.at_once([*pay, *freeze])
    paid = [world.state(order).status is S.PAID_WAIT for order in orders]
    assert paid == [answer is True for answer in answers[: len(orders)]]
    assert all(answer is True or isinstance(answer, AccountFrozen) for answer in answers[: len(orders)])
    assert len({answer.since for answer in answers[len(orders) :]}) == 1


class _Killed(Exception):
    """The process ends before the commit."""


def _then_die(world: World, act: Work) -> None:
    with world.database.write() as session:
        act(session)
        raise _Killed


def test_a_transaction_that_dies_leaves_nothing(world: World) -> None:
    """What a kill between two steps comes to: each act is one transaction."""
    order, trade_no = surplus(world)
    waiting, unpaid_one = world.order(S.PAID_WAIT, TOPUP), world.order(S.UNPAID, pay_limit=_HOURS)
    no = world.recharge(Decimal(200), R.PAID)
    (key,) = world.keys(order)
    acts: list[Work] = [
        lambda s: world.shop.credit(s, no),
        lambda s: world.shop.refund_payment(s, order.no, trade_no, "twice"),
        lambda s: world.shop.request_refund(s, order.no, "asked", order.amount),
        lambda s: world.shop.give_coupon(s, "u1", Decimal(5), 30, "dies"),
        lambda s: world.shop.freeze_order(s, order.no),
        lambda s: world.shop.freeze_account(s, "u1", "risk"),
        lambda s: world.shop.correct_account(s, waiting.no, "13900139000"),
        lambda s: world.shop.cancel(s, unpaid_one.no),
    ]
    for act in acts:
        with pytest.raises(_Killed):
            _then_die(world, act)
    assert [world.state(one) for one in (order, waiting, unpaid_one)] == [order, waiting, unpaid_one]
    assert world.keys(order) == [key]
    assert [world.count(table) for table in (ShopWalletEntry, ShopPaymentRefund, ShopRefund, ShopCoupon)] == [0] * 4
    for act in acts[:2]:
        with world.database.write() as session:
            act(session)
    assert balance(world) == 200


def test_unique_constraints_are_the_last_word(world: World) -> None:
    order, trade_no = surplus(world)
    with world.database.write() as session:
        world.shop.refund_payment(session, order.no, trade_no, "twice")
        world.shop.give_coupon(session, "u1", Decimal(5), 30, "mark")
        session.add(ShopWalletEntry(customer_id="u1", amount=Decimal(1), mark="recharge:CZ1", at=clock.now()))
    again: dict[str, Any] = {"order_no": order.no, "amount": order.amount, "reason": "again"}
    doubles = [
        ShopPaymentRefund(trade_no=trade_no, requested_at=clock.now(), **again),
        ShopPayment(order_no=order.no, method="alipay", amount=Decimal(1), state=P.SUCCESS, trade_no=trade_no),
        ShopCoupon(code="X", kind="fixed", value=Decimal(5), uses_left=1, expires_at=clock.now(), mark="mark"),
        ShopWalletEntry(customer_id="u1", amount=Decimal(1), mark="recharge:CZ1", at=clock.now()),
    ]
    for row in doubles:
        with pytest.raises(IntegrityError), world.database.write() as session:
            session.add(row)
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ShopPaymentRefund)) == 1


def test_a_first_payment_is_never_surplus(world: World) -> None:
    order, trade_no = surplus(world)
    with world.database.read() as session:
        first = world.shop.payments(session, order.no)[0].trade_no or ""
    works: list[Work] = [
        lambda s: world.shop.refund_payment(s, order.no, first, "twice"),
        lambda s: world.shop.refund_payment(s, order.no, trade_no, "twice"),
    ]
    answers = world.at_once(works * (CROWD // 2))
    assert sum(isinstance(answer, NotRefundable) for answer in answers) == CROWD // 2
