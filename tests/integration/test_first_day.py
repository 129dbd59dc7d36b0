"""The first working day, end to end: real bot, real actions, real desk. Tables of (says, expects)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from desk import clock
from desk.shop.base import Order, OrderStatus, ProductKind
from desk.shop.embedded.demo import make_order
from tests.support.customer import Customer, texts
from tests.support.stack import Stack

NUMBER = iter(range(10_000))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(tmp_path_factory.mktemp("day")).start()
    try:
        yield running
    finally:
        running.stop()


@dataclass
class Case:
    """A shop's state and what is said in it; {no} stands for the order's number, {tail} for the last digits."""

    name: str
    order: dict[str, Any]
    turns: list[tuple[str, str]]
    signed_in: bool = True
    checks: list[Callable[[Stack, Order], None]] = field(default_factory=list)


def hours_ago(hours: float) -> Any:
    return clock.now() - timedelta(hours=hours)


KEY = ProductKind.CARD_KEY
TOPUP = ProductKind.TOPUP

CASES = [
    Case(
        "unpaid",
        {"status": OrderStatus.UNPAID},
        [("卡密没到 {no}", "未付款|没付款|还没有付款|待付款|未支付")],
    ),
    Case(
        "within the usual time",
        {"status": OrderStatus.PAID_WAIT, "paid_at": hours_ago(0.01)},
        [("卡密还没到，单号{no}", "分钟")],
    ),
    Case(
        "overdue with stock: delivered now",
        {"status": OrderStatus.PAID_WAIT, "paid_at": hours_ago(3)},
        [("卡密没到 {no}", "补发|发给您|发出")],
    ),
    Case(
        "delivered: shown again to its owner",
        {"status": OrderStatus.DELIVERED},
        [("卡密没收到啊 {no}", "已经|已于|发货")],
    ),
    Case("refunded", {"status": OrderStatus.REFUNDED}, [("卡密没到 {no}", "退款")]),
    Case("canceled", {"status": OrderStatus.CANCELED}, [("卡密没到 {no}", "取消")]),
    Case(
        "top-up failed upstream",
        {"kind": TOPUP, "status": OrderStatus.FAILED},
        [("话费充值失败了 {no}", r"\*\*\*")],
    ),
    Case(
        "top-up done",
        {"kind": TOPUP, "status": OrderStatus.COMPLETED},
        [("话费没到账 {no}", r"\*\*\*")],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_a_customer_hears(stack: Stack, case: Case) -> None:
    customer_id = f"day-{next(NUMBER)}"
    with stack.database.write() as session:
        options = {"kind": KEY, **case.order}
        order = make_order(session, stack.vault, customer_id=customer_id, **options)
    customer = Customer(stack.url, customer_id, "测试顾客", secret=stack.shop_secret)
    for says, expects in case.turns:
        heard = texts(customer.say(says.format(no=order.no)))
        assert re.search(expects, heard), heard
    for check in case.checks:
        check(stack, order)
