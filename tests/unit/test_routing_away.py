"""Nobody there: what the customer is told, and what becomes of a message that is left."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import matters
from desk.cases.waiting import Desk as Waiting
from desk.conversations import handoff, inbox, threads, turns
from desk.conversations.meanwhile import InTurn
from desk.conversations.model import Button, Conversation, Owner
from desk.routing import people, rosters, waiting
from desk.routing.away import LEAVE_MESSAGE, Messages, Nobody
from desk.routing.model import Presence
from desk.staff.roles import Role
from desk.tickets import search
from desk.tickets.model import Ticket
from tests.support.floor import MONDAY, Clock, Floor

NIGHT = datetime.fromisoformat("2026-11-23T23:30:00+08:00")


def hears(floor: Floor, talk: str, mark: str, text: str | None = None, button: str | None = None) -> None:
    """Let the customer write or press, and the desk deal with it."""
    meanwhile = InTurn(Messages(floor.bench.services), Waiting(floor.bench.services), Nobody())
    with floor.database.write() as session:
        pressed = None
        if button:
            mine = select(Button.id).where(Button.conversation_id == talk, Button.payload == button)
            pressed = session.scalars(mine.limit(1)).one()
        inbox.accept(session, talk, mark, text=text, button=pressed)
    with floor.database.write() as session:
        assert turns.begin(session, talk, meanwhile)[1] == []


def tickets(floor: Floor) -> list[Ticket]:
    with floor.database.read() as session:
        found = list(session.scalars(select(Ticket).order_by(Ticket.id)))
        session.expunge_all()
    return found


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (NIGHT, "最早明天 09:00回来"),
        (MONDAY.replace(hour=7), "最早今天 09:00回来"),
        (MONDAY, "这会儿都走开了"),
    ],
)
def test_who_waits_while_nobody_is_there_is_told_once(floor: Floor, at: Clock, moment: datetime, says: str) -> None:
    at.go(moment)
    talk = floor.customer("c1")
    for _ in range(4):
        at.later(2)
        floor.sweep()
    told = floor.said(talk)
    assert [says in text for text in told] == [True]
    hears(floor, talk, "client-01", "在吗")  # no word that somebody will come at once
    assert floor.said(talk) == told


def test_nobody_is_interrupted_but_nobody_talks_for_ever(floor: Floor, at: Clock) -> None:
    talk = floor.customer("c1")
    for seconds in range(4, 61, 4):
        assert floor.said(talk) == []
        with floor.database.write() as session:
            inbox.accept(session, talk, f"client-{seconds}", text="还有")
        at.later(4)
        floor.sweep()
    assert len(floor.said(talk)) == 1


@pytest.mark.parametrize(
    ("role", "state", "told"),
    [
        (Role.AGENT, Presence.ONLINE, 0),
        (Role.AGENT, Presence.BUSY, 0),
        (Role.AGENT, Presence.AWAY, 1),
        (Role.SUPERVISOR, Presence.ONLINE, 0),  # may take it by hand
    ],
)
def test_who_counts_as_there(floor: Floor, at: Clock, role: str, state: Presence, told: int) -> None:
    floor.agent("lin", role=role)
    floor.says("lin", state)
    talk = floor.customer("c1")
    at.later(6)
    floor.sweep()
    assert len(floor.said(talk)) == told


def test_the_roster_says_more_than_the_hours(floor: Floor, at: Clock) -> None:
    lin = floor.agent("lin")
    at.go(NIGHT)
    begins = NIGHT + timedelta(hours=8, minutes=30)
    floor.do(rosters.plan, lin.id, "first", begins, begins + timedelta(hours=8), actor="system")
    talk = floor.customer("c1")
    at.later(6)
    floor.sweep()
    assert "明天 08:00" in floor.said(talk)[0]


def test_a_message_becomes_one_ticket_and_the_bot_is_there_again(floor: Floor, at: Clock) -> None:
    at.go(NIGHT)
    talk = floor.customer("c1", intent="request_refund", customer_id="c_owner")
    at.later(6)
    floor.sweep()
    hears(floor, talk, "client-01", button=LEAVE_MESSAGE)
    assert floor.said(talk)[-1].startswith("好的，请把要办的事写成一条消息")
    hears(floor, talk, "client-02", "帮我退掉 DD20261121A7K3，密钥 QWERT-ASDF5-ZXCV6")
    [ticket] = tickets(floor)
    assert (ticket.kind, ticket.customer_id, ticket.conversation_id) == ("refund", "c_owner", talk)
    said = floor.said(talk)[-1]
    assert ticket.number in said
    assert "明天 09:00" in said
    with floor.database.read() as session:
        assert threads.get(session, talk).owner == Owner.BOT
        notes = [event.text for event in search.history(session, ticket)]
    assert any("帮我退掉" in text for text in notes)
    # The same button, found further up, opens nothing more.
    hears(floor, talk, "client-03", button=LEAVE_MESSAGE)
    assert len(tickets(floor)) == 1


@pytest.mark.parametrize(
    ("reason", "intent", "kind"),
    [
        ("requested", "topup_failed", "topup"),
        ("requested", None, "key"),
        ("complaint", None, "complaint"),
        ("risk", "account_stolen", "risk"),
        ("merchant", "merchant_bulk_order", "merchant"),
        ("merchant", "merchant_api", "technical"),
    ],
)
def test_the_kind_of_ticket_of_a_message(floor: Floor, at: Clock, reason: str, intent: str | None, kind: str) -> None:
    talk = floor.customer("c1", reason, intent=intent)
    at.later(6)
    floor.sweep()
    hears(floor, talk, "client-01", button=LEAVE_MESSAGE)
    hears(floor, talk, "client-02", "请回电")
    assert [ticket.kind for ticket in tickets(floor)] == [kind]


def test_somebody_who_is_taken_while_writing_speaks_with_the_agent(floor: Floor, at: Clock) -> None:
    talk = floor.customer("c1")
    at.later(6)
    floor.sweep()
    hears(floor, talk, "client-01", button=LEAVE_MESSAGE)
    floor.agent("lin")
    floor.take(talk, "lin")
    hears(floor, talk, "client-02", "我要退款")
    assert tickets(floor) == []


# ── What the bot is told ─────────────────────────────────────────────────────────────────────────────────────────────


def outcome(floor: Floor, talk: str) -> tuple[str, dict[str, str | int]]:
    def work(session: Session) -> tuple[str, dict[str, str | int]]:
        before = threads.get(session, talk).owner
        handoff.request(session, talk, "requested")
        built = matters.queued(people.standing(session, talk), before)
        return built.outcome, built.facts

    return floor.do(work)


def test_the_bot_says_honestly_whether_somebody_is_there(floor: Floor, at: Clock) -> None:
    talk = floor.customer("c1", None)
    assert outcome(floor, talk) == ("queued_offline", {})
    assert outcome(floor, talk) == ("queued_offline", {})
    floor.agent("lin")
    floor.sweep()
    assert outcome(floor, talk) == ("already", {"position": 1})
    assert outcome(floor, floor.customer("c2", None)) == ("queued", {"position": 2})


def test_the_expected_wait_comes_from_what_conversations_lasted(floor: Floor, at: Clock) -> None:
    lin = floor.agent("lin")
    floor.set(capacity=1)
    talk = floor.customer("c1")
    floor.take(talk, "lin")
    at.later(600)
    floor.close(talk, "lin")
    floor.there()
    assert floor.do(waiting.handling, ["first"]) == 600
    floor.take(floor.customer("c2"), "lin")
    second, third = floor.customer("c3"), floor.customer("c4")
    expected = [floor.do(waiting.expected, each) for each in (second, third)]
    assert [(each.place, each.minutes) for each in expected if each] == [(1, 10), (2, 20)]
    notes = [floor.do(waiting.note, each) for each in (second, third)]
    assert notes == ["排队中，下一位就是您，大约等 10 分钟", "排队中，前面还有 1 位，大约等 20 分钟"]
    floor.says("lin", Presence.AWAY)
    assert floor.do(waiting.note, second) == "同事暂时走开了，您已在排队，回来马上联系您"
    gone = floor.do(waiting.expected, second)
    assert gone is not None
    assert (gone.staffed, gone.minutes, gone.back) == (False, None, None)
    assert floor.do(waiting.expected, talk) is None
    assert lin.name == "lin"


def test_who_would_wait_long_is_told_and_may_leave_a_message(floor: Floor, at: Clock) -> None:
    floor.agent("lin")
    floor.set(capacity=1, long_wait_minutes=15)
    floor.take(floor.customer("c0"), "lin")  # a conversation takes 5 minutes, until others have ended
    talks = [floor.customer(f"c{n}") for n in range(1, 5)]
    at.later(6)
    floor.sweep()
    assert [len(floor.said(talk)) for talk in talks] == [0, 0, 1, 1]
    assert "前面还有 2 位，大约要等 15 分钟" in floor.said(talks[2])[0]
    hears(floor, talks[2], "client-01", button=LEAVE_MESSAGE)
    hears(floor, talks[2], "client-02", "退款到哪了")
    assert len(tickets(floor)) == 1


def test_a_conversation_that_does_not_wait_expects_nothing(floor: Floor, at: Clock) -> None:
    talk = floor.customer("c1", None)
    assert floor.do(waiting.expected, talk) is None
    with floor.database.read() as session:
        assert session.get_one(Conversation, talk).owner == Owner.BOT
