"""Tickets: numbers, one per problem, moves, who sees what."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from desk import clock
from desk.db import Database
from desk.tickets import labels, search, service
from desk.tickets.model import EventKind, Priority, Ticket, TicketStatus
from desk.tickets.numbers import normalised
from tests.support.cases import Bench

S = TicketStatus


@pytest.fixture
def database(bench: Bench) -> Database:
    """One database for the module, empty for each test."""
    return bench.database


def opened(session: Session, dedupe: str = "stock:A", **more: Any) -> Ticket:
    return service.open_ticket(session, "stock", "付款后缺货", dedupe=dedupe, **more)


def test_numbers_count_per_day_of_the_shop(database: Database) -> None:
    late, midnight = datetime(2026, 11, 21, 15, 59, tzinfo=UTC), datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
    with database.write() as session:
        with clock.frozen(late):
            assert [opened(session, f"stock:{n}").number for n in "AB"] == ["T20261121-0001", "T20261121-0002"]
        with clock.frozen(midnight):
            assert opened(session, "stock:C").number == "T20261122-0001"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("T20261121-0042", "T20261121-0042"),
        ("t20261121-0042", "T20261121-0042"),
        ("Ｔ20261121－0042", "T20261121-0042"),
        (" T 20261121 0042", "T20261121-0042"),
        ("20261121-0042", "T20261121-0042"),
        ("什么", None),
        ("T20261121-0042\0", None),
        ("T2026-0042", None),
        ("", None),
    ],
)
def test_numbers_as_customers_write_them(written: str, number: str | None) -> None:
    assert normalised(written) == number


def test_fifty_reports_of_one_problem_are_one_ticket(database: Database) -> None:
    def report(_: int) -> str:
        with database.write() as session:
            return opened(session).number

    with ThreadPoolExecutor(10) as pool:
        numbers = set(pool.map(report, range(50)))
    with database.read() as session:
        assert [ticket.number for ticket in search.for_agents(session)] == list(numbers)
        assert len(search.history(session, search.for_agents(session)[0])) == 1


def test_fifty_problems_have_fifty_numbers_without_gaps(database: Database) -> None:
    def report(n: int) -> str:
        with database.write() as session:
            return opened(session, f"stock:{n}").number

    with ThreadPoolExecutor(10) as pool:
        numbers = sorted(pool.map(report, range(50)))
    assert [int(number[-4:]) for number in numbers] == list(range(1, 51))


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ([S.IN_PROGRESS, S.WAITING, S.IN_PROGRESS, S.SOLVED, S.CLOSED], True),
        ([S.SOLVED, S.IN_PROGRESS], True),
        ([S.CLOSED], True),
        ([S.OPEN], True),
        ([S.CLOSED, S.IN_PROGRESS], False),
        ([S.SOLVED, S.WAITING], False),
        ([S.IN_PROGRESS, S.OPEN], False),
    ],
)
def test_moves(database: Database, path: list[TicketStatus], allowed: bool) -> None:
    with database.write() as session:
        ticket = opened(session)
        for status in path[:-1]:
            service.set_status(session, ticket, status, "agent:3")
        if allowed:
            service.set_status(session, ticket, path[-1], "agent:3", "办好了")
            assert ticket.status == path[-1]
        else:
            with pytest.raises(service.BadMove):
                service.set_status(session, ticket, path[-1], "agent:3")


@pytest.mark.parametrize(
    ("ended", "same", "status"),
    [(S.WAITING, True, S.WAITING), (S.SOLVED, True, S.IN_PROGRESS), (S.CLOSED, False, S.OPEN)],
)
def test_the_same_problem_again(database: Database, ended: TicketStatus, same: bool, status: TicketStatus) -> None:
    with database.write() as session:
        first = opened(session)
        service.set_status(session, first, ended, "agent:3")
        again = opened(session)
        assert (again.number == first.number) is same
        assert again.status == status
        if ended is S.SOLVED:
            assert search.history(session, again)[-1].kind == EventKind.REOPENED


def test_only_its_owner_sees_a_ticket(database: Database) -> None:
    with database.write() as session:
        number = opened(session, customer_id="c1", conversation_id="k1").number
    with database.read() as session:
        seen = {
            asker: search.for_owner(session, number, *asker) is not None
            for asker in [("c1", "k9"), (None, "k1"), ("c2", "k9"), (None, "k9"), (None, None), ("", "")]
        }
    assert seen == {
        ("c1", "k9"): True,
        (None, "k1"): True,
        ("c2", "k9"): False,
        (None, "k9"): False,
        (None, None): False,
        ("", ""): False,
    }


def test_an_anonymous_ticket_goes_over_to_the_customer(database: Database) -> None:
    with database.write() as session:
        number = opened(session, conversation_id="k1").number
        service.adopt(session, "k1", "k2", "c1")
    with database.read() as session:
        assert search.for_owner(session, number, "c1", None) is not None
        assert search.for_owner(session, number, None, "k2") is not None
        assert search.for_owner(session, number, None, "k1") is None


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["b", "a", "c"]),
        ({"statuses": [S.OPEN]}, ["b", "c"]),
        ({"priority": "urgent"}, ["b"]),
        ({"kind": "key"}, ["c"]),
        ({"order_no": "DD2"}, ["b"]),
        ({"customer_id": "c1"}, ["a"]),
        ({"kind": "key", "customer_id": "c1"}, []),
        ({"limit": 1, "offset": 1}, ["a"]),
    ],
)
def test_agents_filter(database: Database, filters: dict[str, Any], found: list[str]) -> None:
    with database.write() as session:
        a = service.open_ticket(session, "stock", "a", dedupe="a", customer_id="c1")
        service.open_ticket(session, "stock", "b", dedupe="b", order_no="DD2", priority=Priority.URGENT)
        service.open_ticket(session, "key", "c", dedupe="c")
        with clock.frozen(clock.local(a.updated_at)):
            service.set_status(session, a, S.WAITING, "agent:3")
        assert [ticket.title for ticket in search.for_agents(session, **filters)] == found


def test_notes_reach_the_customer_only_when_public(database: Database) -> None:
    with database.write() as session:
        ticket = opened(session, note="已登记缺货")
        service.add_note(session, ticket, "供应商说周五", "agent:3")
        assert ticket.note == "已登记缺货"
        service.add_note(session, ticket, "周五前到货", "agent:3", public=True)
        assert ticket.note == "周五前到货"
        service.urge(session, ticket, "bot")
        assert ticket.priority == Priority.URGENT
        told = [(event.kind, event.public) for event in search.history(session, ticket)]
    assert told == [("opened", False), ("note", False), ("note", True), ("urged", True)]


def test_every_kind_state_and_priority_has_its_words() -> None:
    assert labels.kinds()
    for kind in labels.kinds():
        assert labels.kind_text(kind)
        assert labels.department(kind)
        assert labels.usual_priority(kind)
    assert all(labels.status_text(status) for status in TicketStatus)
    assert all(labels.priority_text(priority) for priority in Priority)
