"""A history comes in pages without gaps or repeats, even where everything happened at one moment."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event

from desk import clock
from desk.customers import history, people
from desk.customers.identity import parse
from desk.shop.base import ShopUnavailable
from desk.tickets import service as tickets
from tests.support.cases import Bench
from tests.support.customers import START, Counter

KEY = "shop.u1"


@pytest.fixture
def desk(bench: Bench) -> Iterator[Counter]:
    with clock.frozen(START):
        made = Counter(bench)
        made.talk = made.comes("v1", "u1")
        yield made
        made.database.close()


def _page(desk: Counter, **wanted: object) -> history.Page:
    with desk.database.read() as session:
        person = people.person(session, parse(KEY))
        found = history.page(session, desk.bench.shop, person, **wanted)  # type: ignore[arg-type]
        session.expunge_all()
        return found


def _names(found: history.Page) -> list[str]:
    return [f"{item.kind} {getattr(item.row, 'text', None) or getattr(item.row, 'no', '')}" for item in found.items]


def _busy(desk: Counter) -> None:
    for number in range(9):
        desk.note(KEY, f"备注{number}")
        desk.buys("u1", number / 4)
    desk.writes(desk.talk)
    with desk.database.write() as session:
        tickets.open_ticket(session, "complaint", "投诉", dedupe="x", customer_id="u1")


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_are_the_whole(desk: Counter, limit: int) -> None:
    _busy(desk)
    whole = _page(desk, limit=100)
    assert (len(whole.items), whole.older) == (20, "")
    assert [item.at for item in whole.items] == sorted((item.at for item in whole.items), reverse=True)
    seen, before = [], ""
    while True:
        found = _page(desk, limit=limit, before=before)
        seen += _names(found)
        before = found.older
        if not before:
            break
        with clock.frozen(START + timedelta(hours=1)):  # what comes meanwhile moves nothing
            desk.note(KEY, f"中途{len(seen)}")
    assert seen == _names(whole)


@pytest.mark.parametrize("before", ["x", "2026-11-20", "2026-11-20T02:00:00~5", "~", "2026-11-20T02:00:00+00:00~y"])
def test_odd_places_begin_at_the_top(desk: Counter, before: str) -> None:
    _busy(desk)
    assert _names(_page(desk, before=before)) == _names(_page(desk))


def test_without_the_shop_the_rest_is_there(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise ShopUnavailable

    _busy(desk)
    monkeypatch.setattr(type(desk.bench.shop), "orders_of", away)
    found = _page(desk)
    assert (found.shop_down, {item.kind for item in found.items}) == (True, {"note", "contact", "ticket"})


def test_a_merchant_costs_no_more_queries_than_a_newcomer(desk: Counter) -> None:
    counted: list[str] = []
    event.listen(desk.database.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))

    def queries() -> int:
        counted.clear()
        desk.segments(KEY)
        return len(counted)

    desk.buys("u1", 40)
    few = queries()
    for _ in range(12):
        desk.buys("u1", 1)
    assert queries() == few
    desk.writes(desk.talk)  # from now on the figures are kept
    assert queries() < few
    assert few < 30
