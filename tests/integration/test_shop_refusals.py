"""What the shop refuses, and that a refusal changes nothing; the constraints behind it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.base import (
    AlreadyReplaced,
    KeyNotFound,
    KeyState,
    NotDeliverable,
    NotRefundable,
    NotRetryable,
    OrderNotFound,
    OrderStatus,
    OutOfStock,
)
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.demo import make_order
from desk.shop.embedded.model import ShopAssignment, ShopCardKey
from tests.support.shop_world import BY_HAND, CARD, TOPUP, World

S, K = OrderStatus, KeyState


def test_out_of_stock_changes_only_the_state(world: World) -> None:
    order = world.order(S.PAID_WAIT, quantity=3)
    world.stock(2)
    with world.database.write() as session, pytest.raises(OutOfStock) as caught:
        world.shop.deliver(session, order.no)
    assert caught.value.details == {"needed": 3, "available": 2}
    assert (world.state(order).status, world.keys(order), world.left()) == (S.OUT_OF_STOCK_AFTER_PAY, [], 2)
    world.stock(1)
    with world.database.write() as session:
        assert len(world.shop.deliver(session, order.no)) == 3


def test_a_failed_reissue_leaves_the_key(world: World) -> None:
    order = world.order(S.DELIVERED, reissued=True, key_state=K.USED)
    old, fresh = world.keys(order)
    with world.database.write() as session:
        with pytest.raises(AlreadyReplaced):
            world.shop.reissue(session, order.no, old.id, "again")
        with pytest.raises(OutOfStock):
            world.shop.reissue(session, order.no, fresh.id, "faulty")
    assert world.keys(order) == [old, fresh]


def test_the_key_of_another_order_is_not_replaced(world: World) -> None:
    mine, other = world.orders(2, S.DELIVERED)
    world.stock(1)
    with world.database.write() as session:
        for key_id in (world.keys(other)[0].id, 10**6):
            with pytest.raises(KeyNotFound):
                world.shop.reissue(session, mine.no, key_id, "faulty")


Act = Callable[[EmbeddedShop, Session, str], Any]
DELIVER: Act = lambda shop, session, no: shop.deliver(session, no)  # noqa: E731
REFUND: Act = lambda shop, session, no: shop.request_refund(session, no, "asked")  # noqa: E731
RETRY: Act = lambda shop, session, no: shop.retry_topup(session, no)  # noqa: E731
REISSUE: Act = lambda shop, s, no: shop.reissue(s, no, shop.keys_of(s, no)[0].id, "asked")  # noqa: E731

REFUSED = [
    *[(DELIVER, CARD, s, NotDeliverable) for s in (S.UNPAID, S.EXPIRED, S.REFUNDING, S.REFUNDED, S.CANCELED)],
    (DELIVER, TOPUP, S.PAID_WAIT, NotDeliverable),
    (DELIVER, BY_HAND, S.PROCESSING, NotDeliverable),
    *[(REFUND, CARD, s, NotRefundable) for s in (S.UNPAID, S.EXPIRED, S.CANCELED, S.DELIVERED, S.COMPLETED)],
    *[(REFUND, TOPUP, s, NotRefundable) for s in (S.UNPAID, S.PROCESSING, S.DELIVERED)],
    *[(RETRY, TOPUP, s, NotRetryable) for s in (S.UNPAID, S.PAID_WAIT, S.DELIVERED, S.REFUNDING)],
    (RETRY, CARD, S.PROCESSING, NotRetryable),
]


def test_refusals(world: World) -> None:
    world.stock(3)
    for act, product, status, failure in REFUSED:
        order = world.order(status, product)
        with world.database.write() as session, pytest.raises(failure):
            act(world.shop, session, order.no)
        assert world.state(order) == order
    with world.database.write() as session:
        for act in (DELIVER, REFUND, RETRY):
            with pytest.raises(OrderNotFound):
                act(world.shop, session, "DD20260101NONE")
        order = make_order(session, world.vault, "u1", CARD, S.REFUNDING, handed_out=1)
        with pytest.raises(NotDeliverable):
            REISSUE(world.shop, session, order.no)


def test_what_was_not_delivered_is_paid_back(world: World) -> None:
    order = world.order(S.PROCESSING, quantity=5, handed_out=3)
    with world.database.write() as session:
        asked = world.shop.request_refund(session, order.no, "no_stock")
    assert asked.refund_amount == (order.amount * 2 / 5).quantize(Decimal("0.01"))


def test_unique_constraints_are_the_last_word(world: World) -> None:
    first, second = world.orders(2, S.DELIVERED)
    world.stock(1)
    (old,), (other,) = world.keys(first), world.keys(second)
    with world.database.write() as session:
        fresh = world.shop.reissue(session, first.no, old.id, "faulty")
    world.stock(1)
    with world.database.read() as session:
        spare = session.scalars(select(ShopCardKey.id).where(ShopCardKey.state == K.UNSOLD)).one()
    doubles: list[dict[str, Any]] = [
        {"key_id": old.id, "order_no": second.no, "slot": None, "replaces": None},  # a key to a second order
        {"key_id": spare, "order_no": first.no, "slot": 1, "replaces": None},  # a second key into a slot
        {"key_id": spare, "order_no": first.no, "slot": None, "replaces": old.id},  # a second replacement
    ]
    for row in doubles:
        with pytest.raises(IntegrityError), world.database.write() as session:
            session.add(ShopAssignment(**row, reason="double", at=clock.now()))
    assert [key.id for key in world.keys(first) + world.keys(second)] == [old.id, fresh.id, other.id]
