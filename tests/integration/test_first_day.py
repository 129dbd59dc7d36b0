"""The first working day, end to end: real bot, real actions, real desk. Tables of (says, expects).

Expectations are facts of the case, not a designer's wording. In what is said, {no} is the order's number, {also} the
number of a second order, {key} the secret of the first key, {typo} the same with one character mistyped, {tail} the
contact's last four digits. A line in [brackets] presses the button of that title; <card> picks the order's card.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from desk import clock
from desk.cases.spoken import masked
from desk.conversations.model import Entry
from desk.shop.base import KeyState, Order, OrderStatus
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.demo import add_stock, make_order
from desk.tickets.model import Ticket
from tests.support.customer import Customer, texts
from tests.support.leaks import raw_keys_in
from tests.support.stack import Stack

S = OrderStatus
_numbers = count()


@dataclass
class Case:
    """A shop's state, what is said in it, and what must have happened in the end."""

    name: str
    order: dict[str, Any]
    turns: list[tuple[str, str]]
    signed_in: bool = True
    live_keys: int | None = None
    status: OrderStatus | None = None
    tickets: int | None = None
    owner: str = "bot"
    also: dict[str, Any] | None = None
    never: str = field(default=r"utter_|Traceback|\{|None|⟦")


def ago(**time: float) -> timedelta:
    """Return how long before the test the moment is; the table is read long before it runs."""
    return timedelta(**time)


STEAM = {"product": "steam-100"}
PHONE = {"product": "phone-50"}
USED_BEFORE = {**STEAM, "status": S.DELIVERED, "key_state": KeyState.USED, "used_after": timedelta(days=-2)}

CASES = [
    # ── not received ────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        "bare: three buttons at once, the order as a card",
        {**STEAM, "status": S.PAID_WAIT, "paid_at": ago(hours=3)},
        [("卡密没到", r"(?s)(?=.*{no})(?=.*查订单)(?=.*到账时效)(?=.*转人工)"), ("<card>", "{product}")],
        live_keys=1,
    ),
    Case(
        "unpaid",
        {**STEAM, "status": S.UNPAID, "paid_at": ago(minutes=2)},
        [("卡密没到 {no}", "付款|支付")],
        live_keys=0,
    ),
    Case(
        "within the usual time",
        {**STEAM, "status": S.PAID_WAIT, "paid_at": ago(seconds=5)},
        [("卡密还没到，单号{no}", "分钟")],
        live_keys=0,
    ),
    Case(
        "overdue with stock: delivered now, and only once",
        {**STEAM, "status": S.PAID_WAIT, "paid_at": ago(hours=3)},
        [("卡密没到 {no}", "{product}"), ("卡密没到 {no}", "{key}")],
        live_keys=1,
        status=S.DELIVERED,
    ),
    Case(
        "out of stock: ticket and choice, refund chosen",
        {"product": "win11-pro", "status": S.OUT_OF_STOCK_AFTER_PAY, "paid_at": ago(hours=3)},
        [("卡密没到 {no}", r"T\d{{8}}-\d{{4}}"), ("[申请退款]", "¥")],
        status=S.REFUNDING,
        tickets=2,
    ),
    Case(
        "delivered: shown again to its owner",
        {**STEAM, "status": S.DELIVERED, "paid_at": ago(hours=3)},
        [("卡密没收到啊 {no}", "{key}")],
        live_keys=1,
    ),
    Case(
        "lost key shown again",
        {**STEAM, "status": S.DELIVERED},
        [("卡密不小心删了，再发我一次 {no}", "{key}")],
        live_keys=1,
    ),
    Case("refunded", {**STEAM, "status": S.REFUNDED}, [("卡密没到 {no}", "退")]),
    Case("refund under way", {**STEAM, "status": S.REFUNDING}, [("卡密没到 {no}", "退款")]),
    Case("canceled", {**STEAM, "status": S.CANCELED}, [("卡密没到 {no}", "取消")]),
    Case(
        "three of five",
        {"product": "steam-500", "status": S.PROCESSING, "quantity": 5, "handed_out": 3, "paid_at": ago(hours=4)},
        [("买了5张只到了3张 {no}", r"(?s)3.*2|T\d{{8}}-\d{{4}}")],
        live_keys=3,
    ),
    # ── invalid, used, expired ──────────────────────────────────────────────────────────────────────────────────
    Case(
        "mistyped: which and how",
        {**STEAM, "status": S.DELIVERED},
        [("卡密无效 {no} 卡密：{typo}", r"第\d+组第\d+位")],
        live_keys=1,
    ),
    Case(
        "asked once for order and key, then the steps of the product",
        {**STEAM, "status": S.DELIVERED},
        [("卡密提示无效", "订单号|哪一?[单笔]"), ("{no} {key}", "Steam|兑换")],
        live_keys=1,
    ),
    Case(
        "used after the sale: when",
        {**STEAM, "status": S.DELIVERED, "paid_at": ago(days=2), "key_state": KeyState.USED},
        [("卡密提示已被使用 {no} {key}", r"\d+:\d\d|\d+月\d+日|天")],
        live_keys=1,
    ),
    Case("used before the sale: re-issued", USED_BEFORE, [("卡密已经被别人用了 {no} {key}", "换|补")], live_keys=1),
    Case(
        "re-issued once, then a person",
        {**USED_BEFORE, "reissued": True, "key_state": KeyState.USED},
        [("卡密已被使用 {no} {key}", ".")],
    ),
    Case(
        "expired before the sale: re-issued",
        {**STEAM, "status": S.DELIVERED, "key_state": KeyState.EXPIRED, "shelf": True},
        [("卡密过期了 {no} {key}", "换|补")],
        live_keys=1,
    ),
    # ── top-up ──────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        "pending: account masked, time told",
        {**PHONE, "status": S.PROCESSING, "paid_at": ago(minutes=1)},
        [("话费还没到账 {no}", r"(?s)(?=.*{account})(?=.*分钟)")],
    ),
    Case(
        "failed upstream: sent again",
        {**PHONE, "status": S.FAILED, "paid_at": ago(hours=1), "failure": "运营商返回：号段维护中"},
        [("话费充值失败了 {no}", "{account}")],
        status=S.PROCESSING,
    ),
    Case(
        "done: proof and where to look, then a wrong account",
        {**PHONE, "status": S.DELIVERED, "paid_at": ago(days=1)},
        [("话费没到账 {no}", "{account}"), ("[账号填错了]", "收不回来"), ("[登记]", r"T\d{{8}}-\d{{4}}")],
        tickets=1,
        owner="bot",
    ),
    # ── orders, tickets, urging, changing one's mind ────────────────────────────────────────────────────────────
    Case("order state", {**STEAM, "status": S.DELIVERED}, [("帮我查下订单 {no}", "{product}")]),
    Case("no ticket", {**STEAM, "status": S.DELIVERED}, [("我的工单处理到哪了", "工单")]),
    Case(
        "urging what is open",
        {"product": "win11-pro", "status": S.OUT_OF_STOCK_AFTER_PAY, "paid_at": ago(hours=3)},
        [("卡密没到 {no}", "T"), ("快点啊 催一下", r"T\d{{8}}-\d{{4}}")],
        tickets=1,
    ),
    Case(
        "stopping in the middle",
        {**STEAM, "status": S.DELIVERED},
        [("卡密无效", "订单号|哪一?[单笔]"), ("算了 不弄了", "."), ("谢谢", ".")],
    ),
    Case(
        "another subject in the middle, and back",
        {**STEAM, "status": S.DELIVERED, "paid_at": ago(hours=2)},
        [
            ("卡密无效", "订单号|哪一?[单笔]"),
            ("你是机器人吗", "智能|机器人"),
            ("还有我话费没到账 {also}", "(?s)分钟.*继续"),
            ("[继续]", "卡"),
        ],
        also={**PHONE, "status": S.PROCESSING, "paid_at": ago(minutes=1)},
    ),
    Case(
        "two failures to give a number: a way out",
        {**STEAM, "status": S.DELIVERED},
        [("卡密没到", "订单号|哪一?[单笔]"), ("我不知道订单号", "."), ("真的找不到", "转人工")],
        signed_in=False,
    ),
    Case("a person, at once", {**STEAM, "status": S.DELIVERED}, [("转人工", "第 ?1|排|客服")], owner="queued"),
    # ── ownership ───────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        "anonymous: order number and last four digits",
        {**STEAM, "status": S.DELIVERED, "paid_at": ago(hours=3)},
        [("卡密没到 {no}", "后四位|查询密码"), ("{tail}", "{key}")],
        signed_in=False,
    ),
    Case(
        "anonymous: look-up password",
        {**STEAM, "status": S.DELIVERED, "paid_at": ago(hours=3), "password": "mima2468"},
        [("卡密没到 {no}", "后四位|查询密码"), ("查询密码是mima2468", "{key}")],
        signed_in=False,
    ),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(tmp_path_factory.mktemp("day")).start()
    with running.database.write() as session:
        add_stock(session, running.vault, "steam-100", 40)
    try:
        yield running
    finally:
        running.stop()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_a_customer_hears(stack: Stack, case: Case) -> None:
    customer_id = f"day-{next(_numbers)}"
    order, facts = _prepare(stack, customer_id, case)
    customer = Customer(stack.url, customer_id if case.signed_in else None, "测试顾客", stack.shop_secret)
    for says, expects in case.turns:
        heard = texts(_say(customer, says.format(**facts), order))
        facts = {**facts, **_keys(stack, order)}
        pattern = expects.format(**{name: re.escape(value) for name, value in facts.items()})
        assert re.search(pattern, heard), f"{says!r}: {heard}"
        assert not re.search(case.never, heard), heard
    _check_outcome(stack, case, order, customer)


def test_strangers_learn_nothing(stack: Stack) -> None:
    """An order of somebody else and one that does not exist get the same answers, and few tries."""
    order, _ = _prepare(stack, "day-owner", Case("", {**STEAM, "status": S.DELIVERED}, []))
    heard = []
    for number in (order.no, "DD20261121ZZ9Z9Z"):
        thief = Customer(stack.url)
        lines = [thief.say(f"卡密没到 {number}")]
        for guess in range(1, 9):
            if thief.state()["owner"] != "bot":
                break
            lines.append(thief.say(f"{guess:04}"))
        else:
            raise AssertionError("nobody stopped the guessing")
        heard.append([[entry["text"] for entry in line] for line in lines])
    assert order.product_name not in str(heard)
    assert [len(line) for line in heard[0]] == [len(line) for line in heard[1]]
    assert len(heard[0]) == len(heard[1]) <= 7


def test_card_keys_are_references_for_everybody_else(stack: Stack) -> None:
    order, facts = _prepare(stack, "day-secret", Case("", {**STEAM, "status": S.DELIVERED}, []))
    customer = Customer(stack.url, "day-secret", "测试顾客", stack.shop_secret)
    heard = texts(customer.say(f"这张卡用不了 {facts['key']} 订单{order.no}"))
    assert "⟦" not in heard
    assert facts["key"] in texts(customer.history()), "customers see their own words"
    with stack.database.read() as session:
        stored = "".join(f"{e.text}{e.body}" for e in session.scalars(select(Entry)))
    assert facts["key"] not in stored


def _prepare(stack: Stack, customer_id: str, case: Case) -> tuple[Order, dict[str, str]]:
    with stack.database.write() as session:
        order = make_order(session, stack.vault, customer_id, phone="13800004321", **_now(case.order))
        also = make_order(session, stack.vault, customer_id, **_now(case.also)).no if case.also else ""
    facts = {"no": order.no, "product": order.product_name, "tail": (order.contact or "")[-4:], "also": also}
    facts["account"] = masked(order.account) if order.account else ""
    return order, {**facts, **_keys(stack, order)}


def _now(order: dict[str, Any]) -> dict[str, Any]:
    return {**order, "paid_at": clock.now() - order["paid_at"]} if "paid_at" in order else order


def _keys(stack: Stack, order: Order) -> dict[str, str]:
    with stack.database.read() as session:
        keys = EmbeddedShop(stack.vault).keys_of(session, order.no)
        if not keys:
            return {"key": "没有", "typo": "没有"}
        secret = stack.vault.open_item(session, keys[0].secret_item)
    last = "7" if secret[-1] != "7" else "4"
    return {"key": secret, "typo": secret[:-1] + last}


def _say(customer: Customer, line: str, order: Order) -> list[dict[str, Any]]:
    if line == "<card>":
        return customer.select(order.no)
    return customer.press(line.strip("[]")) if line.startswith("[") else customer.say(line)


def _check_outcome(stack: Stack, case: Case, order: Order, customer: Customer) -> None:
    assert customer.state()["owner"] == case.owner
    with stack.database.read() as session:
        shop = EmbeddedShop(stack.vault)
        if case.live_keys is not None:
            assert len([key for key in shop.keys_of(session, order.no) if key.live]) == case.live_keys
        if case.status is not None:
            found = shop.find_order(session, order.no)
            assert found is not None
            assert found.status == case.status
        if case.tickets is not None:
            tickets = session.scalars(select(Ticket).where(Ticket.order_no == order.no)).all()
            assert len(tickets) == case.tickets


def test_nothing_but_the_vault_holds_a_card_key(stack: Stack) -> None:
    """Comes last: searches what all the conversations above left in databases, logs and files."""
    assert raw_keys_in(stack.database, stack.vault, stack.state) == []
