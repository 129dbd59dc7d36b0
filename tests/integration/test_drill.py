"""The drill: bot, actions and desk are killed at random points of 100 conversations, and nothing is lost or doubled."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from desk import clock
from desk.conversations.model import Entry, Handoff, InboxMessage
from desk.shop.base import OrderStatus
from desk.shop.embedded.demo import add_stock, make_order
from desk.shop.embedded.model import ShopAssignment, ShopOrder
from tests.support.customer import Customer
from tests.support.stack import Stack

CONVERSATIONS = 100
AT_ONCE = 10
KILLS = 12


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(tmp_path_factory.mktemp("drill")).start()
    try:
        yield running
    finally:
        running.stop()


def test_nothing_is_lost_or_doubled_when_processes_die(stack: Stack) -> None:
    orders = _overdue_orders(stack, CONVERSATIONS)
    acknowledged: list[tuple[str, str]] = []
    over = threading.Event()
    killer = threading.Thread(target=_kill_at_random, args=(stack, over))
    killer.start()
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        for sent in crowd.map(lambda case: _talk(stack, *case), orders):
            acknowledged += sent
    over.set()
    killer.join()
    stack.wait_healthy()
    _wait_until_idle(stack)

    with stack.database.read() as session:
        taken = {row.message_id: row for row in session.scalars(select(InboxMessage))}
        for conversation_token, message_id in acknowledged:
            row = taken[message_id]
            assert row.done_at is not None, conversation_token
            assert row.outcome in {"bot", "person", "failure"}
        assert len(acknowledged) == len(taken) == CONVERSATIONS * 3
        outcomes = Counter(row.outcome for row in taken.values())
        # A turn is answered by the bot's replies, or by the queue: each exactly once (see also the unique index).
        for turn, conversation_id in {(r.turn, r.conversation_id) for r in taken.values() if r.outcome == "bot"}:
            replies = session.scalars(
                select(Entry.client_id).where(
                    Entry.conversation_id == conversation_id,
                    Entry.author == "bot",
                    Entry.client_id.like(f"{turn}.%"),
                )
            ).all()
            assert replies, f"turn {turn} has no answer"
            assert len(replies) == len(set(replies))
        for row in taken.values():
            if row.outcome != "bot":
                waiting = select(func.count()).select_from(Handoff)
                assert session.scalar(waiting.where(Handoff.conversation_id == row.conversation_id)) == 1
    _no_key_went_twice(stack, orders)
    print(f"drill: {dict(outcomes)} after {KILLS} kills at most")
    assert outcomes["bot"] > 0, "the bot never answered: the drill showed nothing"


def _talk(stack: Stack, customer_id: str, order_no: str) -> list[tuple[str, str]]:
    """Say three things, each until it is acknowledged, as the widget does."""
    customer = _patiently(lambda: Customer(stack.url, customer_id, "演练顾客", secret=stack.shop_secret))
    done = []
    for text in ("你好", f"卡密没到，订单号{order_no}", "催一下"):
        message_id = uuid4().hex
        answer = _patiently(
            lambda text=text, message_id=message_id: customer.http.post(  # type: ignore[misc]
                "/messages", json={"client_id": message_id, "text": text}
            )
        )
        assert answer.status_code == 202, answer.text
        done.append((customer_id, message_id))
        time.sleep(random.uniform(0, 1.0))
    return done


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


def _kill_at_random(stack: Stack, over: threading.Event) -> None:
    chance = random.Random(20261121)
    for _ in range(KILLS):
        if over.wait(chance.uniform(0.5, 3.0)):
            return
        stack.kill(chance.choice(["bot", "actions", "desk", "desk"]))


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
    from tests.support.leaks import raw_keys_in

    assert raw_keys_in(stack.database, stack.vault, Path(stack.state)) == []
