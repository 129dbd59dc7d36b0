"""What the embedded shop changes about accounts, keys, wallets and coupons, and what it refuses."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from desk import clock
from desk.shop.base import (
    AccountState,
    BadAccount,
    CardKey,
    CustomerNotFound,
    KeyNotFound,
    KeyState,
    NotCorrectable,
    NotCreditable,
    NotDeliverable,
    NotRetryable,
    Order,
    OrderNotFound,
    OrderStatus,
    RechargeState,
)
from desk.shop.embedded import catalogue
from desk.shop.embedded.demo import bring_customer
from tests.support.shop_world import BY_HAND, CARD, TOPUP, World

S, K, R = OrderStatus, KeyState, RechargeState
PHONE, QQ, UID, FUEL, MAIL = "phone-50", "qcoin-50", "genshin-648", "petro-500", "steam-balance-300"
LASTING = "youku-1m"  # its keys end


def correct(world: World, order: Order, account: str) -> Order:
    with world.database.write() as session:
        return world.shop.correct_account(session, order.no, account)


@pytest.mark.parametrize(
    ("product", "typed", "stored"),
    [
        (PHONE, "13800138000", "13800138000"),
        (PHONE, " 138-0013 8000 ", "13800138000"),
        (PHONE, "+86 13800138000", "13800138000"),
        (PHONE, "１３８００１３８０００", "13800138000"),
        (PHONE, "1380013800", None),
        (PHONE, "138001380001", None),
        (PHONE, "23800138000", None),
        (PHONE, "", None),
        (PHONE, "一三八", None),
        (PHONE, "13800138000x", None),
        (QQ, "10001", "10001"),
        (QQ, "123456789012", "123456789012"),
        (QQ, "1234", None),
        (QQ, "1234567890123", None),
        (QQ, "0123456", None),
        (UID, "100200300", "100200300"),
        (UID, "UID100", None),
        (FUEL, "9030 1234 5678 9012", "9030123456789012"),
        (FUEL, "1000113200001234567", "1000113200001234567"),
        (FUEL, "90301234567890123", None),
        (MAIL, "player-1@example.com", "player-1@example.com"),
        (MAIL, "player@example", None),
        (MAIL, "player 1@example.com", None),
        (MAIL, "13800138000", None),
    ],
)
def test_accounts_by_product(world: World, product: str, typed: str, stored: str | None) -> None:
    order = world.order(S.PAID_WAIT, product)
    if stored is not None:
        with world.database.read() as session:
            assert world.shop.checked_account(session, order.no, typed) == stored
        assert world.state(order) == order
        assert [correct(world, order, typed).account for _ in range(2)] == [stored] * 2
        return
    with world.database.read() as session, pytest.raises(BadAccount):
        world.shop.checked_account(session, order.no, typed)
    with pytest.raises(BadAccount) as caught:
        correct(world, order, typed)
    form = catalogue.accounts()[catalogue.entry(product).account]
    assert caught.value.details == {"expected": form.expected}
    assert world.state(order) == order


@pytest.mark.parametrize(
    ("product", "status", "correctable"),
    [
        *[(TOPUP, status, True) for status in (S.UNPAID, S.PAID_WAIT, S.FAILED)],
        *[(TOPUP, status, False) for status in (S.PROCESSING, S.DELIVERED, S.COMPLETED, S.REFUNDING, S.REFUNDED)],
        *[(TOPUP, status, False) for status in (S.EXPIRED, S.CANCELED)],
        *[(CARD, status, False) for status in (S.UNPAID, S.PAID_WAIT, S.DELIVERED)],
        (FUEL, S.PROCESSING, False),
    ],
)
def test_when_an_account_can_be_corrected(world: World, product: str, status: OrderStatus, correctable: bool) -> None:
    order = world.order(status, product)
    if correctable:
        fresh = correct(world, order, "13900139000")
        assert (fresh.account, fresh.status, fresh.attempts) == ("13900139000", order.status, order.attempts)
        return
    with pytest.raises(NotCorrectable) as caught:
        correct(world, order, "13900139000")
    assert caught.value.details == {"order_status": status}
    assert world.state(order) == order


def test_a_frozen_order_stands_still(world: World) -> None:
    world.stock(3)
    paid = world.order(S.PAID_WAIT)
    more: dict[str, Any] = {"quantity": 3, "key_state": K.USED, "only_first": True}
    partly, failed = world.order(S.PROCESSING, quantity=4, handed_out=3), world.order(S.FAILED, TOPUP)
    used = world.order(S.DELIVERED, **more)
    with world.database.write() as session:
        for order, locked in ((paid, 0), (partly, 3), (failed, 0), (used, 2)):
            assert [world.shop.freeze_order(session, order.no) for _ in range(2)] == [locked] * 2
        with pytest.raises(OrderNotFound):
            world.shop.freeze_order(session, "DD20260101NONE")
    assert [key.state for key in world.keys(used)] == [K.USED, K.LOCKED, K.LOCKED]
    assert [(world.state(order).frozen, order.frozen) for order in (paid, used)] == [(True, False)] * 2
    before = world.left()
    with world.database.write() as session:
        for order in (paid, partly):
            with pytest.raises(NotDeliverable) as caught:
                world.shop.deliver(session, order.no)
            assert caught.value.details["frozen"] is True
        with pytest.raises(NotDeliverable):
            world.shop.reissue(session, used.no, world.shop.keys_of(session, used.no)[0].id, "faulty")
        with pytest.raises(NotRetryable):
            world.shop.retry_topup(session, failed.no)
        with pytest.raises(NotCorrectable):
            world.shop.correct_account(session, failed.no, "13900139000")
        assert world.shop.request_refund(session, paid.no, "risk").refund_amount == paid.amount
    assert world.left() == before


def test_accounts_are_frozen_and_unfrozen(world: World) -> None:
    world.order(S.DELIVERED)
    with world.database.write() as session:
        before = world.shop.account(session, "u1")
        assert before is not None
        assert (before.state, before.since, before.reason) == (AccountState.ACTIVE, None, "")
        first = world.shop.freeze_account(session, "u1", "customer")
        assert (first.state, first.reason) == (AccountState.FROZEN, "customer")
        assert world.shop.freeze_account(session, "u1", "risk") == first == world.shop.account(session, "u1")
        assert [world.shop.unfreeze_account(session, "u1") for _ in range(2)] == [before] * 2
        assert world.shop.account(session, "nobody") is None
        for act in (lambda: world.shop.freeze_account(session, "nobody", "risk"),
                    lambda: world.shop.unfreeze_account(session, "nobody")):  # fmt: skip
            with pytest.raises(CustomerNotFound):
                act()


def extended(world: World, order: Order, key: CardKey, by: timedelta) -> CardKey:
    with world.database.write() as session:
        return world.shop.extend_key(session, order.no, key.id, by)


@pytest.mark.parametrize("age", [1, 400])
def test_a_key_lasts_longer_once(world: World, age: int) -> None:
    order = world.order(S.DELIVERED, LASTING, paid_at=clock.now() - timedelta(days=age))
    (key,) = world.keys(order)
    assert key.expires_at is not None
    assert key.state is (K.SOLD if age == 1 else K.EXPIRED)
    fresh = extended(world, order, key, timedelta(days=7))
    assert fresh.expires_at is not None
    assert fresh.state is K.SOLD
    from_then = max(key.expires_at, clock.now()) + timedelta(days=7)
    assert abs(fresh.expires_at - from_then) < timedelta(minutes=1)
    assert extended(world, order, key, timedelta(days=7)) == fresh


@pytest.mark.parametrize(
    ("product", "status", "more"),
    [
        (LASTING, S.DELIVERED, {"key_state": K.USED}),
        (LASTING, S.DELIVERED, {"key_state": K.LOCKED}),
        (LASTING, S.DELIVERED, {"reissued": True}),
        (LASTING, S.REFUNDING, {"handed_out": 1}),
        (LASTING, S.DELIVERED, {"frozen": True}),
        (BY_HAND, S.DELIVERED, {"key_state": K.USED}),
        (CARD, S.DELIVERED, {}),
    ],
)
def test_keys_that_cannot_last_longer(world: World, product: str, status: OrderStatus, more: dict[str, Any]) -> None:
    order = world.order(status, product, **more)
    keys = world.keys(order)
    with pytest.raises(NotDeliverable):
        extended(world, order, keys[0], timedelta(days=7))
    assert world.keys(order) == keys


def test_only_keys_of_this_order_and_only_longer(world: World) -> None:
    mine, other = (world.order(S.DELIVERED, LASTING) for _ in range(2))
    (key,) = world.keys(other)
    with pytest.raises(KeyNotFound):
        extended(world, mine, key, timedelta(days=7))
    for by in (timedelta(), timedelta(days=-1)):
        with pytest.raises(ValueError, match="extended by"):
            extended(world, other, key, by)
    assert world.keys(other) == [key]


def test_a_recharge_is_credited_once(world: World) -> None:
    no = world.recharge(Decimal("200.50"), R.PAID, "u_wallet")
    with world.database.write() as session:
        assert world.shop.balance(session, "u_wallet") == Decimal(0)
        (before,) = world.shop.recharges_of(session, "u_wallet")
        assert (before.no, before.state, before.credited_at) == (no, R.PAID, None)
        after = world.shop.credit(session, no.lower())
        assert (after.state, after.amount, after.credited_at is not None) == (R.CREDITED, Decimal("200.50"), True)
        assert world.shop.credit(session, no) == after
        assert world.shop.balance(session, "u_wallet") == Decimal("200.50")


@pytest.mark.parametrize("state", [R.PENDING, R.CLOSED, None])
def test_what_was_not_paid_is_not_credited(world: World, state: RechargeState | None) -> None:
    no = "CZ20260101000000" if state is None else world.recharge(Decimal(100), state, "u_poor")
    with world.database.write() as session:
        with pytest.raises(NotCreditable):
            world.shop.credit(session, no)
        assert world.shop.balance(session, "u_poor") == Decimal(0)


def test_recharges_the_newest_first(world: World) -> None:
    for state in R:
        world.recharge(Decimal(50), state, "u_many")
    with world.database.read() as session:
        found = world.shop.recharges_of(session, "u_many")
        assert [one.placed_at for one in found] == sorted((one.placed_at for one in found), reverse=True)
        assert len(found) == len(R)
        assert len(world.shop.recharges_of(session, "u_many", limit=2)) == 2
        assert world.shop.recharges_of(session, "nobody") == []


def test_coupons_are_given_once_per_mark(world: World) -> None:
    with world.database.write() as session:
        bring_customer(session, "u_coupon")
        late = world.shop.give_coupon(session, "u_coupon", Decimal("5.50"), 30, "delay:DD1")
        soon = world.shop.give_coupon(session, "u_coupon", Decimal(3), 7, "delay:DD2")
        assert world.shop.give_coupon(session, "u_coupon", Decimal(99), 99, "delay:DD1") == late
        assert (late.yuan, late.used) == (Decimal("5.50"), False)
        assert world.shop.coupons_of(session, "u_coupon") == [soon, late]
        anybody = world.shop.give_coupon(session, None, Decimal(3), 7, "guest:DD3")
        assert anybody not in world.shop.coupons_of(session, "u_coupon")
        assert len({late.code, soon.code, anybody.code}) == 3


@pytest.mark.parametrize(
    ("customer", "yuan", "days", "failure"),
    [("nobody", 3, 7, CustomerNotFound), ("u1", 0, 7, ValueError), ("u1", -3, 7, ValueError), ("u1", 3, 0, ValueError)],
)
def test_coupons_that_are_not_given(
    world: World, customer: str, yuan: int, days: int, failure: type[Exception]
) -> None:
    with world.database.write() as session, pytest.raises(failure):
        world.shop.give_coupon(session, customer, Decimal(yuan), days, "refused")
    with world.database.write() as session:
        given = world.shop.give_coupon(session, None, Decimal(3), 7, f"refused {customer} {yuan} {days}")
        assert given.yuan == 3
