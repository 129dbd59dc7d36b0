"""Killed between any two writes, and asked again: one refund, one coupon, one fresh key, never none or two."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from desk.cases import arrival, card_key, refunds
from desk.shop.base import KeyState, Order, OrderStatus
from tests.support.cases import OWNER, Bench

S = OrderStatus
YES = {"reason": "买错了", "confirm": "yes"}


_WRITES = ("INSERT", "UPDATE", "DELETE")


class Killed(BaseException):
    """The process dies here; nobody catches it."""


def coupons(bench: Bench) -> list[str]:
    with bench.database.read() as session:
        return [str(coupon.yuan) for coupon in bench.shop.coupons_of(session, OWNER)]


def refund(bench: Bench, order: Order) -> Any:
    return bench.call(refunds.answer, order.no, YES)


def reissue(bench: Bench, order: Order) -> Any:
    return bench.call(card_key.answer, order.no, [], "used")


def deliver(bench: Bench, order: Order) -> Any:
    return bench.call(arrival.answer, order.no)


def refunded(bench: Bench, order: Order) -> tuple[Any, ...]:
    now = bench.state(order)
    return now.status, now.refund_amount, bench.audit().count("remedy.refund.do"), bench.tickets()


def replaced(bench: Bench, order: Order) -> tuple[Any, ...]:
    keys = bench.keys(order)
    return len(keys), sum(key.live for key in keys), bench.audit().count("key.reissue")


def delivered(bench: Bench, order: Order) -> tuple[Any, ...]:
    return len(bench.keys(order)), coupons(bench), bench.audit().count("remedy.coupon.do")


@pytest.mark.parametrize(
    ("made", "act", "found", "right"),
    [
        ({"minutes": 3}, refund, refunded, (S.REFUNDING, None, 1, ["refund"])),
        (
            {"status": S.DELIVERED, "key_state": KeyState.USED, "used_before": True, "stock": 5},
            reissue,
            replaced,
            (2, 1, 1),
        ),
        ({"minutes": 90, "stock": 5}, deliver, delivered, (1, ["3.00"], 1)),
    ],
    ids=["refund", "reissue", "deliver late"],
)
def test_killed_anywhere(
    bench: Bench,
    made: dict[str, Any],
    act: Callable[[Bench, Order], Any],
    found: Callable[[Bench, Order], tuple[Any, ...]],
    right: tuple[Any, ...],
) -> None:
    places, at = 0, 0
    while True:
        bench.wipe()
        order = make(bench, dict(made))
        seen = 0

        def count(connection: Any, cursor: Any, statement: str, *_: Any, stop: int = at) -> None:
            nonlocal seen
            seen += statement.startswith(_WRITES)  # between two reads nothing changes
            if statement.startswith(_WRITES) and seen == stop:
                raise Killed

        event.listen(bench.database.engine, "before_cursor_execute", count)
        try:
            act(bench, order)
            killed = False
        except Killed:
            killed = True
        finally:
            event.remove(bench.database.engine, "before_cursor_execute", count)
        if at == 0:
            places = seen  # how many writes an undisturbed run has
        act(bench, order)  # the turn is repeated
        wanted = tuple(order.amount if part is None else part for part in right)
        assert found(bench, order) == wanted, f"killed before write {at} of {places}"
        assert killed == (at > 0)
        at += 1
        if at > places:
            break
    assert places > 5


def make(bench: Bench, made: dict[str, Any]) -> Order:
    if made.pop("used_before", False):
        made["used_after"] = timedelta(hours=-3)
    return bench.order(**made)
