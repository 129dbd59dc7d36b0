"""Segments follow the rules as time goes by; what staff and customers say counts too."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from desk import clock
from desk.conversations import handoff
from desk.customers import people, tags
from desk.customers.identity import parse
from desk.customers.rules import SegmentRules
from desk.happenings import OrdersChanged, tell
from desk.options.service import current, save
from desk.shop.base import OrderStatus, ShopUnavailable
from desk.tickets import service as tickets
from tests.support.cases import Bench
from tests.support.customers import START, Counter

KEY = "shop.u1"


@pytest.fixture
def desk(bench: Bench) -> Iterator[Counter]:
    with clock.frozen(START):
        made = Counter(bench)
        yield made
        made.database.close()


def _rules(desk: Counter, **changes: object) -> None:
    with desk.database.write() as session:
        save(session, current(session, SegmentRules).model_copy(update=changes), seen=0, actor="agent:1")


@pytest.mark.parametrize(
    ("bought_days_ago", "names"),
    [
        ([], ["novice", "life.new"]),
        ([2], ["novice", "trade.private", "life.new"]),
        ([40], ["novice", "trade.private", "life.active"]),
        ([40, 45], ["trade.private", "life.active"]),
        ([91, 95], ["trade.private", "life.dormant"]),
        ([200, 89], ["trade.private", "life.active"]),
    ],
)
def test_life_by_orders(desk: Counter, bought_days_ago: list[int], names: list[str]) -> None:
    desk.comes("v1", "u1")
    for days in bought_days_ago:
        desk.buys("u1", days)
    assert desk.segments(KEY).names == names


def test_the_same_customer_grows_old(desk: Counter) -> None:
    desk.comes("v1", "u1")
    desk.buys("u1", 1)
    found = []
    for days in (0, 60, 120):
        with clock.frozen(START + timedelta(days=days)):
            found.append(desk.segments(KEY).life)
    assert found == ["new", "active", "dormant"]


@pytest.mark.parametrize(
    ("orders", "level", "kind"),
    [
        ([(0, 1)], "", "novice"),
        ([(0, 2), (0, 1)], "silver", ""),
        ([(0, 11)], "gold", "merchant"),
        ([(0, 9), (0, 9), (0, 9), (0, 9), (0, 9), (0, 9)], "vip", "vip"),
        ([(31, 9), (31, 9), (31, 9), (31, 9), (31, 9), (31, 9)], "vip", "vip"),  # of last month: holds until its end
        ([(70, 60), (70, 60)], "", ""),
    ],
)
def test_level_and_kind(desk: Counter, orders: list[tuple[int, int]], level: str, kind: str) -> None:
    desk.comes("v1", "u1")
    for days, quantity in orders:
        desk.buys("u1", days, quantity=quantity)
    found = desk.segments(KEY)
    assert (found.profile.level, found.profile.kind) == (level, kind)


def test_a_level_ends_with_the_next_month(desk: Counter) -> None:
    desk.comes("v1", "u1")
    desk.buys("u1", quantity=9)
    for days, level in ((0, "silver"), (41, "silver"), (42, "")):  # November 20, December 31, January 1
        with clock.frozen(START + timedelta(days=days)):
            assert desk.segments(KEY).profile.level == level


@pytest.mark.parametrize("status", [OrderStatus.UNPAID, OrderStatus.CANCELED, OrderStatus.REFUNDED])
def test_what_was_not_bought_counts_nothing(desk: Counter, status: OrderStatus) -> None:
    desk.buys("u1", status=status)
    found = desk.segments(KEY).profile.figures
    assert (found.orders, found.spend, found.month_spend) == (0, Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("tag", "said", "segment", "wording"),
    [
        ("老年", "", "elderly", "novice"),
        ("＃老年客户", "", "elderly", "novice"),
        ("", "我六十多岁了，这个怎么弄", "elderly", "novice"),
        ("商家", "", "trade.merchant", "merchant"),
        ("小白", "", "novice", ""),
        ("爱催单", "", "", ""),
    ],
)
def test_tags_and_words(desk: Counter, tag: str, said: str, segment: str, wording: str) -> None:
    conversation_id = desk.comes("v1", "u1")
    desk.buys("u1", 40)
    desk.buys("u1", 50)
    if tag:
        desk.do(tags.put, KEY, tag, "agent:3")
    if said:
        desk.writes(conversation_id, said)
    found = desk.segments(KEY)
    usual = ["trade.private", "life.active"]
    assert (segment in found.names) if segment else (found.names == usual)
    assert found.wording == wording


def test_frequent_askers_by_days_and_by_handoffs(desk: Counter) -> None:
    asks, called = desk.comes("v1", "u1"), desk.comes("v2", "u2")
    for days in range(5):
        assert not desk.segments(KEY).frequent
        with clock.frozen(START + timedelta(days=days)):
            desk.writes(asks)
            desk.writes(asks)  # a day counts once
            with desk.database.write() as session:
                handoff.request(session, called, "requested")
                handoff.take(session, called, handoff.Agent(3, "林晓"))
                handoff.close(session, called, handoff.Agent(3, "林晓"))
    with clock.frozen(START + timedelta(days=4)):
        assert (desk.segments(KEY).frequent, desk.segments("shop.u2").frequent) == (True, True)
    with clock.frozen(START + timedelta(days=31)):
        assert (desk.segments(KEY).frequent, desk.segments("shop.u2").frequent) == (False, False)


def test_the_way_that_is_used_most(desk: Counter) -> None:
    conversation_id = desk.comes("v1", "u1")
    desk.writes(conversation_id)
    assert desk.segments(KEY).channel == ""  # once shows nothing
    _rules(desk, ticket_channels={"complaint": "phone"})
    for days in (1, 2, 3):
        with clock.frozen(START + timedelta(days=days)), desk.database.write() as session:
            tickets.open_ticket(session, "complaint", "来电投诉", dedupe=f"d{days}", customer_id="u1")
    assert desk.segments(KEY).channel == "phone"


def test_what_is_left_while_nobody_is_there_is_a_message(desk: Counter) -> None:
    for number in (1, 2):
        with clock.frozen(START + timedelta(days=number)), desk.database.write() as session:
            tickets.open_ticket(session, "key", "留言", dedupe=f"message:{number}", customer_id="u1")
    assert desk.segments(KEY).channel == "message"


def test_rules_are_data(desk: Counter) -> None:
    desk.comes("v1", "u1")
    desk.buys("u1", 40)
    assert desk.segments(KEY).life == "active"
    _rules(desk, active_days=30)
    assert desk.segments(KEY).life == "dormant"


def test_figures_are_kept_for_some_minutes(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation_id = desk.comes("v1", "u1")
    desk.buys("u1", 1)
    desk.writes(conversation_id)  # keeps them

    def orders(minutes: float = 0) -> int:
        with clock.frozen(START + timedelta(minutes=minutes)):
            return desk.segments(KEY).profile.figures.orders

    desk.buys("u1", 1)
    assert (orders(9), orders(10)) == (1, 2)
    with desk.database.write() as session:
        tell(session, OrdersChanged("u1"))
    assert orders() == 2

    def away(*_: object) -> None:
        raise ShopUnavailable

    monkeypatch.setattr(type(desk.bench.shop), "purchases", away)
    desk.writes(conversation_id, "店铺连不上也要能说话")
    assert orders(60) == 1  # what was kept


def test_accounts_are_found_by_phone_and_name_without_the_number_being_kept(desk: Counter) -> None:
    conversation_id = desk.comes("v1", "u1")
    desk.buys("u1", 1)
    with desk.database.write() as session:
        phone = desk.bench.shop.customer(session, "u1").phone  # type: ignore[union-attr]
    desk.writes(conversation_id)
    found = [desk.read(lambda s, w=words: desk.cards.find(s, w, 5)) for words in (phone, phone[-4:], "13000000000")]
    assert found == [[KEY], [KEY], []]
    with desk.database.read() as session:
        assert people.person(session, parse(KEY)).conversation_ids == [conversation_id]
