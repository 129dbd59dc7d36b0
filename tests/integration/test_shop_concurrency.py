"""Fifty at once: what changes keys or money happens exactly once, on SQLite and on PostgreSQL."""

from collections import Counter
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy.orm import Session

from desk.shop.base import (
    AlreadyReplaced,
    CardKey,
    KeyState,
    NotDeliverable,
    NotRefundable,
    Order,
    OrderStatus,
    OutOfStock,
)
from desk.shop.embedded.model import ShopTopupAttempt
from desk.shop.embedded.model_money import ShopRefund
from tests.support.shop_world import TOPUP, World

CROWD = 50
S, K = OrderStatus, KeyState


def kinds(answers: Sequence[Any]) -> dict[type, int]:
    return dict(Counter(type(answer) for answer in answers))


@pytest.mark.parametrize(("quantity", "handed_out"), [(1, 0), (3, 0), (5, 3)])
def test_one_order_is_delivered_once(world: World, quantity: int, handed_out: int) -> None:
    order = world.order(S.PROCESSING, quantity=quantity, handed_out=handed_out)
    world.stock(20)
    answers = world.at_once([lambda session: world.shop.deliver(session, order.no)] * CROWD)
    assert {tuple(key.id for key in keys) for keys in answers} == {tuple(k.id for k in world.keys(order))}
    assert len(world.keys(order)) == quantity
    assert world.left() == 20 - (quantity - handed_out)
    assert world.state(order).status is S.DELIVERED


def test_no_key_goes_to_two_orders(world: World) -> None:
    orders = world.orders(CROWD, S.PAID_WAIT)
    world.stock(30)
    answers = world.at_once([lambda s, no=order.no: world.shop.deliver(s, no) for order in orders])
    assert kinds(answers) == {list: 30, OutOfStock: CROWD - 30}
    given = [key.id for keys in answers if isinstance(keys, list) for key in keys]
    assert len(given) == len(set(given)) == 30
    assert world.left() == 0


def test_one_key_is_replaced_once(world: World) -> None:
    order = world.order(S.DELIVERED)
    (old,) = world.keys(order)
    world.stock(20)
    answers = world.at_once([lambda s: world.shop.reissue(s, order.no, old.id, "used_before_sale")] * CROWD)
    assert kinds(answers) == {CardKey: 1, AlreadyReplaced: CROWD - 1}
    (fresh,) = [answer for answer in answers if isinstance(answer, CardKey)]
    assert {a.details["replaced_by"] for a in answers if isinstance(a, AlreadyReplaced)} == {fresh.id}
    assert [(key.id, key.state, key.replaced_by) for key in world.keys(order)] == [
        (old.id, K.LOCKED, fresh.id),
        (fresh.id, K.SOLD, None),
    ]
    assert world.left() == 19


def test_replacements_share_the_stock(world: World) -> None:
    orders = world.orders(CROWD, S.DELIVERED)
    keys = [world.keys(order)[0] for order in orders]
    world.stock(30)
    works = [
        lambda s, no=order.no, key=key.id: world.shop.reissue(s, no, key, "faulty")
        for order, key in zip(orders, keys, strict=True)
    ]
    answers = world.at_once(works)
    assert kinds(answers) == {CardKey: 30, OutOfStock: CROWD - 30}
    assert len({answer.id for answer in answers if isinstance(answer, CardKey)}) == 30


def test_one_refund_per_order(world: World) -> None:
    order = world.order(S.OUT_OF_STOCK_AFTER_PAY)
    answers = world.at_once([lambda s: world.shop.request_refund(s, order.no, "no_stock")] * CROWD)
    assert {(a.status, a.refund_amount, a.refund_requested_at) for a in answers} == {
        (S.REFUNDING, order.amount, world.state(order).refund_requested_at)
    }
    assert world.count(ShopRefund) == 1


def test_one_retry_per_failure(world: World) -> None:
    order = world.order(S.FAILED, TOPUP)
    answers = world.at_once([lambda s: world.shop.retry_topup(s, order.no)] * CROWD)
    assert {(answer.status, answer.attempts, answer.failure) for answer in answers} == {(S.PROCESSING, 2, None)}
    assert world.count(ShopTopupAttempt) == 2


def test_never_both_key_and_money_back(world: World) -> None:
    order = world.order(S.PAID_WAIT)
    world.stock(5)
    works: list[Callable[[Session], Any]] = [
        lambda s: world.shop.deliver(s, order.no),
        lambda s: world.shop.request_refund(s, order.no, "too_slow"),
    ]
    answers = world.at_once(works * (CROWD // 2))
    if world.state(order).status is S.DELIVERED:
        assert kinds(answers) == {list: CROWD // 2, NotRefundable: CROWD // 2}
        assert len(world.keys(order)) == 1
    else:
        assert kinds(answers) == {Order: CROWD // 2, NotDeliverable: CROWD // 2}
        assert world.keys(order) == []


def test_a_key_that_comes_back_is_not_called_out_of_stock(world: World) -> None:
    first, second = world.orders(2, S.PAID_WAIT)
    world.stock(1)
    holding, given = Event(), []

    def hold_and_fail() -> None:
        with world.database.write() as session:
            world.shop.deliver(session, first.no)
            holding.set()
            waiting.join(0.5)  # long enough to run into the lock
            raise RuntimeError("the first buyer's transaction fails")

    def wait_and_take() -> None:
        holding.wait()
        with world.database.write() as session:
            given.extend(world.shop.deliver(session, second.no))

    waiting = Thread(target=wait_and_take)
    waiting.start()
    with pytest.raises(RuntimeError):
        hold_and_fail()
    waiting.join()
    assert [key.order_no for key in given] == [second.no]
    assert world.keys(first) == []
