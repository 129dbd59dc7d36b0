"""The drill: bot, actions and desk are killed at random points of 100 conversations, and nothing is lost or doubled."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from desk import clock
from desk.conversations.model import Conversation, Entry, Handoff, InboxMessage, Owner
from desk.shop.base import OrderStatus
from desk.shop.embedded.demo import add_stock, make_order
from desk.shop.embedded.model import ShopAssignment, ShopOrder
from tests.support.customer import Customer
from tests.support.leaks import raw_keys_in
from tests.support.stack import Stack

CONVERSATIONS = 100
AT_ONCE = 10
VICTIMS = ["bot"] * 2 + ["actions"] * 4 + ["desk"] * 4


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(tmp_path_factory.mktemp("drill")).start()
    try:
        yield running
    finally:
        running.stop()


def test_nothing_is_lost_or_doubled_when_processes_die(stack: Stack) -> None:
    orders = _overdue_orders(stack, CONVERSATIONS)
    acknowledged: list[str] = []
    kills: list[str] = []
    over = threading.Event()
    killer = threading.Thread(target=_kill_at_random, args=(stack, over, kills))
    killer.start()
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        for sent in crowd.map(lambda case: _talk(stack, kills, *case), [(n, *case) for n, case in enumerate(orders)]):
            acknowledged += sent
    over.set()
    killer.join()
    stack.wait_healthy()
    _wait_until_idle(stack)

    with stack.database.read() as session:
        taken = {row.message_id: row for row in session.scalars(select(InboxMessage))}
        assert set(acknowledged) <= set(taken)
        assert len(acknowledged) == len(set(acknowledged)) >= CONVERSATIONS * 3
        assert {row.outcome for row in taken.values()} <= {"bot", "person", "failure"}
        assert all(row.done_at is not None for row in taken.values())
        outcomes = Counter(row.outcome for row in taken.values())
        # Answered by the bot, each turn once (the unique index of entries would refuse a second answer) …
        replies = set(session.scalars(select(Entry.client_id).where(Entry.author == "bot")))
        for row in taken.values():
            if row.outcome == "bot" and not row.text.startswith("desk:"):
                assert f"{row.turn}.0" in replies, f"turn {row.turn} has no answer"
        # … or waiting for a person, each customer once.
        waiting = Counter(session.scalars(select(Handoff.conversation_id).where(Handoff.state == "queued")))
        assert set(waiting.values()) <= {1}
        queued = set(session.scalars(select(Conversation.id).where(Conversation.owner == Owner.QUEUED)))
        assert queued == set(waiting)
    _no_key_went_twice(stack, orders)
    print(f"drill: {dict(outcomes)} after killing {dict(Counter(kills))}")
    assert set(kills) == {"bot", "actions", "desk"}, "not every process was killed: the drill showed little"
    assert outcomes["bot"] >= CONVERSATIONS, "the bot hardly ever answered: the drill showed little"


def _talk(stack: Stack, kills: list[str], number: int, customer_id: str, order_no: str) -> list[str]:
    """Say three things, each until it is acknowledged, as the widget does; who is queued may go back to the bot.

    The conversations are spread over the kills: each begins when its share of them has happened.
    """
    deadline = time.monotonic() + 240
    while len(kills) < number * len(VICTIMS) // CONVERSATIONS and time.monotonic() < deadline:
        time.sleep(0.1)
    customer = _patiently(lambda: Customer(stack.url, customer_id, "演练顾客", secret=stack.shop_secret))
    done = []
    for text in ("你好", f"卡密没到，订单号{order_no}", "催一下"):
        done.append(_send(customer, text=text))
        time.sleep(random.uniform(0, 2.0))
        if (
            _patiently(lambda: customer.http.get("/poll", params={"after": 0, "wait": 0})).json()["state"]["owner"]
            == "queued"
        ):
            history = _patiently(lambda: customer.http.get("/history")).json()["entries"]
            buttons = [button for entry in history for button in entry["buttons"]]
            leave = [button["id"] for button in buttons if button["title"].startswith("不等了")]
            if leave and random.random() < 0.7:
                done.append(_send(customer, button=leave[-1]))
    return done


def _send(customer: Customer, **message: str) -> str:
    """Post one message under one id until the desk takes it; return the id."""
    message_id = uuid4().hex
    body = {"client_id": message_id, **message}
    answer = _patiently(lambda: customer.http.post("/messages", json=body))
    assert answer.status_code == 202, answer.text
    return message_id


def _patiently(attempt):  # type: ignore[no-untyped-def]
    """Try until the desk answers: it may just be down."""
    deadline = time.monotonic() + 60
    while True:
        try:
            answer = attempt()
            if not isinstance(answer, httpx.Response) or answer.status_code < 429:
                return answer
        except httpx.HTTPError:
            pass
        assert time.monotonic() < deadline, "the desk did not come back"
        time.sleep(0.3)


def _kill_at_random(stack: Stack, over: threading.Event, kills: list[str]) -> None:
    """Kill one process after the other at random moments; now and then before the last one is back."""
    chance = random.Random(20261121)
    victims = VICTIMS.copy()
    chance.shuffle(victims)
    for victim in victims:
        deadline = time.monotonic() + chance.choice([1, 60, 60, 60])
        while time.monotonic() < deadline and not over.is_set() and not stack.healthy():
            time.sleep(0.2)
        if over.wait(chance.uniform(0.2, 4.0)):
            return
        stack.kill(victim)
        kills.append(victim)


def _overdue_orders(stack: Stack, count: int) -> list[tuple[str, str]]:
    """Make customers whose paid orders are overdue though keys are in stock: the desk delivers on asking."""
    made = []
    with stack.database.write() as session:
        add_stock(session, stack.vault, "steam-100", count)
        for number in range(count):
            customer_id = f"drill-{number}"
            order = make_order(
                session,
                stack.vault,
                customer_id,
                "steam-100",
                status=OrderStatus.PAID_WAIT,
                paid_at=clock.now() - timedelta(hours=2),
            )
            made.append((customer_id, order.no))
    return made


def _wait_until_idle(stack: Stack) -> None:
    deadline = time.monotonic() + 90
    while True:
        with stack.database.read() as session:
            query = select(func.count()).select_from(InboxMessage).where(InboxMessage.done_at.is_(None))
            if not session.scalar(query):
                return
        assert time.monotonic() < deadline, "messages were left lying"
        time.sleep(0.5)


def _no_key_went_twice(stack: Stack, orders: list[tuple[str, str]]) -> None:
    """Each order got what was bought, no more; a key's second owner would break the table's primary key."""
    numbers = [no for _, no in orders]
    with stack.database.read() as session:
        given = Counter(session.scalars(select(ShopAssignment.order_no).where(ShopAssignment.order_no.in_(numbers))))
        bought = session.execute(select(ShopOrder.no, ShopOrder.quantity).where(ShopOrder.no.in_(numbers)))
        wanted = {row.no: row.quantity for row in bought}
    assert {no: n for no, n in given.items() if n > wanted[no]} == {}
    assert given, "nothing was delivered: the drill showed nothing"


def test_nothing_but_the_vault_holds_a_card_key(stack: Stack) -> None:
    """Runs after the drill, on what it left in databases, logs and files."""
    assert raw_keys_in(stack.database, stack.vault, stack.state) == []
