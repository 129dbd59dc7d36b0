"""Clocks against time travel: every class and calendar, pauses, reopening, a desk that was dead, two sweeps at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import of_subject
from desk.conversations import handoff, inbox
from desk.conversations.handoff import Agent
from desk.happenings import ReassignAsked, SlaBreached, SlaWarned
from desk.options.service import _delivered
from desk.sla.following import Following
from desk.sla.model import SlaClock
from desk.sla.sweep import sweep
from desk.sla.targets import Sla
from desk.tickets import search, service
from desk.tickets.model import EventKind, Priority, Ticket
from tests.support.cases import Bench

LIN = Agent(7, "林晓")
ZHOU = Agent(8, "周敏")


class Travel:
    """A desk that can be moved in time; says what its clocks do."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.database = bench, bench.database
        self.told: list[object] = []
        self.now = at("2026-11-20 10:00")

    @contextmanager
    def session(self) -> Iterator[Session]:
        with clock.frozen(self.now), self.database.write() as session:
            yield session

    def to(self, moment: str) -> "Travel":
        self.now = at(moment)
        return self

    def later(self, **length: float) -> "Travel":
        self.now += timedelta(**length)
        return self

    def do(self, what: Callable[..., Any], *given: Any, **more: Any) -> Any:
        with self.session() as session:
            return what(session, *given, **more)

    def sweep(self) -> int:
        with clock.frozen(self.now):
            return sweep(self.database, self.bench.services.policies)

    def says(self) -> None:
        """Let the customer of the guest's conversation write."""
        self.do(inbox.accept, self.bench.guest.conversation_id, uuid4().hex, text="在吗")

    def queue(self, reason: str = "requested") -> str:
        self.do(handoff.request, self.bench.guest.conversation_id, reason)
        return self.bench.guest.conversation_id

    def answer(self, agent: Agent = LIN) -> None:
        self.do(handoff.answer, self.bench.guest.conversation_id, agent, "您好", uuid4().hex)

    def ticket(self, kind: str = "refund", problem: str = "x", **more: Any) -> int:
        more.setdefault("conversation_id", self.bench.guest.conversation_id)
        found: Ticket = self.do(service.open_ticket, kind, "标题", dedupe=f"{problem}:{uuid4().hex}", **more)
        return found.id

    def move(self, ticket_id: int, *statuses: str) -> None:
        for status in statuses:
            with self.session() as session:
                found = search.by_id(session, ticket_id, lock=True)
                assert found is not None
                service.set_status(session, found, status, "agent:7")

    def clocks(self, kind: str | None = None) -> list[SlaClock]:
        with self.database.read() as session:
            query = select(SlaClock).order_by(SlaClock.id)
            found = list(session.scalars(query if kind is None else query.where(SlaClock.kind == kind)))
            session.expunge_all()
            return found

    def clock(self, kind: str) -> SlaClock:
        (found,) = self.clocks(kind)
        return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHOP_ZONE)


def shown(moment: datetime | None) -> str | None:
    return f"{clock.local(moment):%m-%d %H:%M:%S}" if moment else None


@pytest.fixture(scope="module")
def heard(counter: Bench) -> list[object]:
    told: list[object] = []
    Following(counter.services.policies).attach(counter.database.followers)
    for kind in (SlaWarned, SlaBreached, ReassignAsked):
        counter.database.followers.follow(kind, lambda session, it: told.append(it))
    return told


@pytest.fixture
def travel(heard: list[object], bench: Bench) -> Travel:
    made = Travel(bench)
    heard.clear()
    made.told = heard
    return made


TICKETS = [
    # kind, problem, priority, opened, class, {clock: due}
    ("technical", "x", None, "2026-11-20 22:30", "technical", {"solved": "11-20 23:30:00"}),
    ("finance", "payment_fault", "urgent", "2026-11-20 10:00", "payment_fault", {"solved": "11-20 12:00:00"}),
    ("key", "locked", "urgent", "2026-10-01 03:00", "key_fault", {"solved": "10-01 03:05:00"}),
    ("risk", "x", None, "2026-10-01 03:00", "urgent", {"first": "10-01 03:30:00", "solved": "10-02 03:00:00"}),
    ("stock", "x", "urgent", "2026-11-20 23:50", "urgent", {"first": "11-21 00:20:00", "solved": "11-21 23:50:00"}),
    ("refund", "x", None, "2026-09-30 18:00", "normal", {"solved": "10-01 18:00:00"}),
    ("suggestion", "x", None, "2026-11-20 10:00", "suggestion", {}),
]


@pytest.mark.parametrize(("kind", "problem", "priority", "opened", "name", "due"), TICKETS)
def test_what_each_class_of_tickets_is_promised(
    travel: Travel, kind: str, problem: str, priority: str | None, opened: str, name: str, due: dict[str, str]
) -> None:
    travel.to(opened).ticket(kind, problem, priority=Priority(priority) if priority else None)
    assert {each.kind: shown(each.due_at) for each in travel.clocks()} == due
    assert {each.class_name for each in travel.clocks()} <= {name}


@pytest.mark.parametrize(
    ("reason", "queued", "name", "due"),
    [
        ("requested", "2026-11-20 10:00:07", "chat", "11-20 10:00:37"),
        ("requested", "2026-11-20 22:59:45", "chat", "11-21 09:00:15"),
        ("complaint", "2026-10-01 02:00", "chat", "10-01 09:00:30"),
        ("risk", "2026-10-01 02:00", "chat_risk", "10-01 02:00:30"),
        ("merchant", "2026-10-10 20:59:50", "chat_merchant", "10-11 10:00:20"),  # a worked Saturday, then a Sunday
        ("merchant", "2026-10-03 17:59:50", "chat_merchant", "10-04 10:00:20"),  # a holiday's hours
    ],
)
def test_what_each_class_of_conversations_is_promised(
    travel: Travel, reason: str, queued: str, name: str, due: str
) -> None:
    travel.to(queued).queue(reason)
    first = travel.clock("first")
    assert (first.class_name, shown(first.due_at)) == (name, due)


def test_every_delivered_class_is_shown_here() -> None:
    assert {each.name for each in Sla.model_validate(_delivered("sla")).classes} == {
        *(row[4] for row in TICKETS),
        *("chat", "chat_risk", "chat_merchant", "taken_over"),
    }


def test_first_and_next_words_of_a_conversation(travel: Travel) -> None:
    conversation_id = travel.queue()
    travel.later(seconds=10).says()  # still the same wait
    travel.later(seconds=5).do(handoff.take, conversation_id, LIN)
    assert travel.clock("first").ended_at is None  # to take is not to answer
    travel.later(seconds=5).answer()
    assert (shown(travel.clock("first").met_at), travel.clocks("next")) == ("11-20 10:00:20", [])
    for _ in range(2):
        travel.later(seconds=10).says()
    assert shown(travel.clock("next").due_at) == "11-20 10:01:30"
    travel.later(seconds=61).answer()
    late = travel.clock("next")
    assert (shown(late.breached_at), shown(late.met_at), late.step) == ("11-20 10:01:30", "11-20 10:01:41", 0)
    travel.says()
    assert [each.round for each in travel.clocks("next")] == [1, 2]
    travel.do(handoff.close, conversation_id, LIN)
    assert [(each.met_at, each.ended_at) for each in travel.clocks("next")][1] == (None, travel.now)


def test_who_takes_over_from_the_bot_owes_only_what_is_asked_then(travel: Travel) -> None:
    conversation_id = travel.bench.guest.conversation_id
    travel.do(handoff.take, conversation_id, LIN)
    assert travel.clocks() == []
    travel.says()
    assert travel.clock("next").class_name == "taken_over"


def test_who_leaves_the_queue_waits_no_more(travel: Travel) -> None:
    travel.queue()
    with travel.session() as session:
        handoff.leave_queue(session, handoff.timeline.lock(session, travel.bench.guest.conversation_id))
    first = travel.clock("first")
    assert (first.met_at, first.breached_at, first.next_at) == (None, None, None)
    assert travel.later(days=1).sweep() == 0


def test_waiting_for_the_customer_stops_the_clock(travel: Travel) -> None:
    ticket_id = travel.ticket("technical")
    travel.later(minutes=20).move(ticket_id, "waiting")
    assert travel.later(days=2).sweep() == 0
    travel.move(ticket_id, "in_progress")
    solved = travel.clock("solved")
    assert (shown(solved.due_at), shown(solved.warn_at)) == ("11-22 11:00:00", "11-22 10:45:00")
    travel.later(minutes=35).move(ticket_id, "waiting")
    travel.later(hours=5).move(ticket_id, "solved")
    assert (travel.clock("solved").breached_at, shown(travel.clock("solved").met_at)) == (None, "11-22 15:55:00")


def test_a_reopened_ticket_has_what_was_left(travel: Travel) -> None:
    ticket_id = travel.ticket("technical")
    travel.later(minutes=45).move(ticket_id, "solved")
    travel.later(days=3).move(ticket_id, "in_progress")
    assert shown(travel.clock("solved").due_at) == "11-23 11:00:00"
    travel.later(minutes=16).move(ticket_id, "solved")
    solved = travel.clock("solved")  # one row: not counted twice
    assert (shown(solved.breached_at), shown(solved.met_at)) == ("11-23 11:00:00", "11-23 11:01:00")
    travel.move(ticket_id, "in_progress")
    assert shown(travel.clock("solved").breached_at) == "11-23 11:00:00"
    travel.later(minutes=1).move(ticket_id, "closed")
    assert travel.later(days=9).sweep() == 0


def test_solved_is_called_back(travel: Travel) -> None:
    conversation_id = travel.queue()
    travel.do(handoff.take, conversation_id, LIN)
    ticket_id = travel.ticket("technical")
    travel.move(ticket_id, "solved")
    assert shown(travel.clock("callback").due_at) == "11-20 10:05:00"
    travel.later(minutes=4).answer()
    assert shown(travel.clock("callback").met_at) == "11-20 10:04:00"
    travel.move(ticket_id, "in_progress", "solved")
    assert [each.round for each in travel.clocks("callback")] == [1, 2]
    travel.move(ticket_id, "closed")
    assert travel.clocks("callback")[1].met_at == travel.now
    travel.move(travel.ticket("refund", conversation_id=None), "solved")
    assert len(travel.clocks("callback")) == 2  # nobody to call


def test_a_conversation_that_waits_too_long_is_warned_breached_and_escalated(travel: Travel) -> None:
    conversation_id = travel.queue()

    def state() -> tuple[list[str], str, bool]:
        with travel.database.read() as session:
            waiting = handoff.open_handoff(session, conversation_id)
            assert waiting is not None
            names = [type(it).__name__ for it in travel.told]
            return names, waiting.priority, travel.clock("first").supervisor_at is not None

    for seconds, expected in [
        (14, ([], "normal", False)),
        (1, (["SlaWarned"], "normal", False)),
        (14, (["SlaWarned"], "normal", False)),
        (1, (["SlaWarned", "SlaBreached"], "high", False)),
        (59, (["SlaWarned", "SlaBreached"], "high", False)),
        (1, (["SlaWarned", "SlaBreached"], "high", True)),
        (60, (["SlaWarned", "SlaBreached", "ReassignAsked"], "high", True)),
        (9999, (["SlaWarned", "SlaBreached", "ReassignAsked"], "high", True)),
    ]:
        travel.later(seconds=seconds).sweep()
        travel.sweep()
        assert state() == expected, seconds
    first = travel.clock("first")
    assert (first.step, first.next_at) == (3, None)
    with travel.database.read() as session:
        done = [entry.action for entry in of_subject(session, f"handoff:{first.subject_id}")]
    assert done == ["sla.raise", "sla.supervisor", "sla.reassign"]


def test_a_late_ticket_becomes_urgent_and_says_why(travel: Travel) -> None:
    ticket_id = travel.ticket("refund")
    travel.later(hours=24).sweep()
    with travel.database.read() as session:
        found = search.by_id(session, ticket_id)
        assert found is not None
        last = search.history(session, found)[-1]
        assert (found.priority, last.kind, last.text, last.public) == (
            Priority.URGENT,
            EventKind.ESCALATED,
            "“一般工单”解决已超时，自动升为紧急",
            False,
        )
    assert travel.clock("solved").supervisor_at == travel.now


@pytest.mark.parametrize(
    ("hours", "names", "steps"),
    [
        (0.8, ["SlaWarned"], 0),
        (1.2, ["SlaBreached"], 2),  # the warning is overtaken
        (30, ["SlaBreached", "ReassignAsked"], 3),
    ],
)
def test_a_desk_that_was_dead_catches_up(travel: Travel, hours: float, names: list[str], steps: int) -> None:
    travel.ticket("technical")
    travel.later(hours=hours).sweep()
    solved = travel.clock("solved")
    assert ([type(it).__name__ for it in travel.told], solved.step) == (names, steps)
    assert shown(solved.breached_at) == (None if hours < 1 else "11-20 11:00:00")  # when it was due, not found
    assert travel.sweep() == 0


def test_sweeps_at_once_do_each_thing_once(travel: Travel) -> None:
    ids = [travel.ticket("technical") for _ in range(6)]
    travel.later(hours=3)
    with clock.frozen(travel.now), ThreadPoolExecutor(4) as pool:
        policies = travel.bench.services.policies
        done = sum(pool.map(lambda _: sweep(travel.database, policies), range(4)))
    names = [type(it).__name__ for it in travel.told]
    assert (done, names.count("SlaBreached"), names.count("ReassignAsked")) == (24, 6, 6)
    with travel.database.read() as session:
        for ticket_id in ids:
            found = search.by_id(session, ticket_id)
            assert found is not None
            assert [line.kind for line in search.history(session, found)] == ["opened", "escalated"]


def test_an_answer_and_a_sweep_at_once(travel: Travel) -> None:
    conversation_id = travel.queue()
    travel.do(handoff.take, conversation_id, LIN)
    travel.later(seconds=40)

    def one(n: int) -> None:
        if n % 2:
            with travel.database.write() as session:
                handoff.answer(session, conversation_id, LIN, "您好", "one")
        else:
            sweep(travel.database, travel.bench.services.policies)

    with clock.frozen(travel.now), ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(8)))
    first = travel.clock("first")
    assert (shown(first.breached_at), shown(first.met_at)) == ("11-20 10:00:30", "11-20 10:00:40")
    assert [type(it).__name__ for it in travel.told] == ["SlaBreached"]


def test_what_is_undone_leaves_no_clock(travel: Travel) -> None:
    def failing() -> None:
        with travel.session() as session:
            service.open_ticket(session, "refund", "标题", dedupe="x:1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert travel.clocks() == []
