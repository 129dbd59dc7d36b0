"""Tables of orders and what asking 没到账 about them must lead to."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from desk.cases import arrival
from desk.shop.base import OrderStatus
from tests.support.cases import Bench

S = OrderStatus


@dataclass(frozen=True)
class Row:
    """An order, and what asking about it must lead to; the state after it, unless it stays as it is."""

    order: dict[str, Any]
    outcome: str
    facts: dict[str, Any] = field(default_factory=dict)
    keys: int = 0
    tickets: tuple[str, ...] = ()
    audit: tuple[str, ...] = ()
    then: OrderStatus | None = None
    choices: tuple[str, ...] = ()


def named(rows: dict[str, Row]) -> list[Any]:
    return [pytest.param(row, id=name) for name, row in rows.items()]


def check(bench: Bench, row: Row, topic: str) -> None:
    order = bench.order(**row.order)
    outcome = bench.call(arrival.answer, order.no)
    assert outcome.name == (topic, row.outcome)
    assert {name: outcome.facts[name] for name in row.facts} == row.facts
    assert outcome.choices == row.choices
    assert not outcome.handoff
    live = [bench.raw(key) for key in bench.keys(order) if key.live]
    shown = bench.shown(outcome)
    assert len(shown) == row.keys
    assert set(shown) <= set(live)
    assert tuple(bench.tickets()) == row.tickets
    # Coupons for the delay have a table of their own: tests/unit/test_flow_compensation.py.
    assert tuple(action for action in bench.audit() if action != "remedy.coupon.do") == row.audit
    assert bench.state(order).status is (row.then or row.order.get("status", S.PAID_WAIT))
