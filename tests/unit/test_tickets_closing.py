"""Closing: who may, what stands in the way, the customer's answer, silence."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk import clock
from desk.cases.waiting import Desk as Waiting
from desk.conversations import threads, timeline
from desk.tickets import closing, confirming, holding, moving, report, search, subtasks
from desk.tickets.by import By
from desk.tickets.errors import NotConfirmed, ReasonMissing, ReportMissing, SubTasksOpen
from desk.tickets.model import TicketStatus
from desk.tickets.sweeping import close_due
from tests.support.cases import Bench
from tests.support.tickets import LINKS, Counter

S = TicketStatus
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture
def desk(bench: Bench) -> Counter:
    return Counter(bench)


def move(desk: Counter, number: str, status: str, by: By | None = None, **more: Any) -> None:
    with desk.database.write() as session:
        moving.move(session, LINKS, holding.hold(session, number), status, by or desk.lin, **more)


def press(desk: Counter, title: str) -> list[str]:
    """Let the customer press the newest button with this title; return what is said to it."""
    with desk.database.write() as session:
        conversation = timeline.lock(session, desk.conversation_id)
        said = Waiting(desk.bench.services).pressed(session, conversation, desk.payloads()[title])
        assert said is not None
        for reply in said:
            timeline.make_buttons(session, conversation.id, reply.buttons)
        return [reply.text for reply in said]


def write_report(desk: Counter, number: str, *, whole: bool = True) -> None:
    with desk.database.write() as session:
        ticket = holding.hold(session, number)
        report.save(session, ticket, "上游接口超时", "12 位客户晚到账" if whole else "", "agent:3", seen=0)
        report.add_action(session, ticket, "加一条备用线路", 4, NOON.date(), "agent:3", client_id="form-1")


def give_subtask(desk: Counter, number: str) -> None:
    with desk.database.write() as session:
        subtasks.give(session, holding.hold(session, number), "technical", "查上游日志", "agent:3")


@pytest.mark.parametrize(
    ("kind", "prepare", "who", "reason", "refusal"),
    [
        ("key", None, "lin", "", NotConfirmed),
        ("key", None, "lin", "客户电话里说好了", NotConfirmed),
        ("key", None, "chen", "", ReasonMissing),
        ("key", None, "chen", "客户电话里说好了", None),
        ("suggestion", None, "lin", "", None),
        ("suggestion", give_subtask, "lin", "", SubTasksOpen),
        ("suggestion", give_subtask, "chen", "", ReasonMissing),
        ("suggestion", give_subtask, "chen", "技术说不用查了", None),
        ("complaint", None, "chen", "客户电话里说好了", ReportMissing),
        ("complaint", write_report, "lin", "", NotConfirmed),
        ("complaint", write_report, "chen", "客户电话里说好了", None),
    ],
)
def test_who_may_close(
    desk: Counter,
    kind: str,
    prepare: Callable[[Counter, str], None] | None,
    who: str,
    reason: str,
    refusal: type[Exception] | None,
) -> None:
    number = desk.open(kind)
    if prepare:
        prepare(desk, number)
    if refusal:
        with pytest.raises(refusal):
            move(desk, number, S.CLOSED, getattr(desk, who), reason=reason)
        assert desk.at(number).status == S.OPEN
        return
    move(desk, number, S.CLOSED, getattr(desk, who), reason=reason)
    assert desk.at(number).status == S.CLOSED
    with desk.database.read() as session:
        ticket = holding.hold(session, number)
        assert not subtasks.open_ones(session, ticket)
        told = [event.text for event in search.history(session, ticket) if event.public]
    assert all(reason not in text for text in told if reason)


def test_a_ticket_of_nobody_needs_no_confirmation(desk: Counter) -> None:
    number = desk.open("technical", chat=False)
    move(desk, number, S.CLOSED)
    assert desk.at(number).closed_how == "settled"


def test_the_customer_is_asked_once_and_confirms(desk: Counter) -> None:
    number = desk.open()
    for _ in range(2):  # a double click
        move(desk, number, S.SOLVED, note="已补发")
    entries = desk.chat()
    assert len(entries) == 1
    assert "已补发" in entries[0].text
    assert LINKS.link(number) in entries[0].text
    assert press(desk, "已解决") == ["谢谢确认，问题解决了就好。这次处理您满意吗？"]
    ticket = desk.at(number)
    assert (ticket.status, ticket.closed_how, ticket.assignee_id) == (S.CLOSED, "confirmed", 3)
    assert press(desk, "满意") == press(desk, "不满意") == ["收到您的评价，谢谢。"]
    assert desk.at(number).stars == 5
    assert "已经关闭" in press(desk, "还没解决")[0]
    assert desk.at(number).status == S.CLOSED


def test_not_solved_opens_again_and_is_counted(desk: Counter) -> None:
    number = desk.open()
    for round_ in (1, 2):
        move(desk, number, S.SOLVED)
        assert number in press(desk, "还没解决")[0]
        assert "还在处理" in press(desk, "还没解决")[0]
        ticket = desk.at(number)
        assert (ticket.status, ticket.reopened_count, ticket.solved_at) == (S.IN_PROGRESS, round_, None)


def test_two_presses_at_once_are_one_answer(desk: Counter) -> None:
    number = desk.open()
    move(desk, number, S.SOLVED)
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda _: press(desk, "已解决")[0], range(2)))
    assert len(set(said)) == 2
    with desk.database.read() as session:
        kinds = [event.kind for event in search.history(session, holding.hold(session, number))]
    assert kinds.count("confirmed") == 1


def test_another_conversation_cannot_answer(desk: Counter) -> None:
    number = desk.open()
    move(desk, number, S.SOLVED)
    with desk.database.write() as session:
        guest = threads.get(session, desk.bench.guest.conversation_id)
        assert confirming.pressed(session, guest, f"desk:ticket:yes:{number}") is None
        assert confirming.pressed(session, guest, "desk:ticket:yes:T20261123-9999") is None
        assert confirming.pressed(session, guest, "desk:freeze") is None
    assert desk.at(number).confirmed_at is None


def test_what_is_confirmed_waits_for_the_other_groups(desk: Counter) -> None:
    number = desk.open("complaint")
    give_subtask(desk, number)
    move(desk, number, S.SOLVED)
    press(desk, "已解决")
    assert (desk.at(number).status, close_due(desk.database)) == (S.SOLVED, [])
    with desk.database.write() as session:
        ticket = holding.hold(session, number)
        subtasks.finish(session, ticket, subtasks.of(session, ticket)[0].id, "agent:4", "上游已恢复")
    assert close_due(desk.database) == []
    write_report(desk, number)
    assert close_due(desk.database) == [number]
    assert desk.at(number).closed_how == "confirmed"


@pytest.mark.parametrize(
    ("rule", "hours", "closed"),
    [({}, 47, False), ({}, 48, True), ({"confirm_hours": 2}, 3, True), ({"confirm_hours": 96}, 48, False)],
)
def test_silence_closes_in_time(desk: Counter, rule: dict[str, Any], hours: int, closed: bool) -> None:
    number = desk.open()
    with clock.frozen(NOON):
        move(desk, number, S.SOLVED)
    desk.rule(**rule)
    with clock.frozen(NOON + timedelta(hours=hours)):
        assert close_due(desk.database) == ([number] if closed else [])
        assert close_due(desk.database) == []
    assert desk.at(number).closed_how == ("silence" if closed else None)
    assert len(desk.chat()) == (2 if closed else 1)


def test_work_taken_up_again_is_not_closed_by_silence(desk: Counter) -> None:
    number = desk.open()
    with clock.frozen(NOON):
        move(desk, number, S.SOLVED)
        move(desk, number, S.IN_PROGRESS)
    with clock.frozen(NOON + timedelta(days=9)):
        assert close_due(desk.database) == []


@pytest.mark.parametrize(
    ("kind", "reopened", "flagged", "needed"),
    [
        ("key", 0, False, False),
        ("key", 0, True, True),
        ("key", 2, False, False),
        ("key", 3, False, True),
        ("technical", 1, False, False),
        ("technical", 2, False, True),
        ("delivery", 9, False, False),
        ("risk", 0, False, True),
    ],
)
def test_which_cases_need_a_report(desk: Counter, kind: str, reopened: int, flagged: bool, needed: bool) -> None:
    number = desk.open(kind)
    with desk.database.write() as session:
        ticket = holding.hold(session, number)
        ticket.reopened_count, ticket.complex = reopened, flagged
        assert report.needed(session, ticket) is needed


def test_a_report_is_whole_with_cause_impact_and_an_action(desk: Counter) -> None:
    number = desk.open("risk")
    write_report(desk, number, whole=False)
    with desk.database.write() as session:
        ticket = holding.hold(session, number)
        assert report.missing(session, ticket)
        with pytest.raises(report.ReportOutdated):
            report.save(session, ticket, "别的原因", "x", "agent:4", seen=0)
        report.save(session, ticket, "上游接口超时", "12 位客户晚到账", "agent:4", seen=1)
        assert not report.missing(session, ticket)


def test_open_actions_are_listed_until_done(desk: Counter) -> None:
    number = desk.open("risk")
    for _ in range(2):  # a double click
        with desk.database.write() as session:
            ticket = holding.hold(session, number)
            report.add_action(session, ticket, "加备用线路", 4, NOON.date(), "agent:3", client_id="form-1")
    for day, late in ((NOON, False), (NOON + timedelta(days=1), True)):
        with clock.frozen(day), desk.database.read() as session:
            assert [(one.ticket.number, one.late) for one in report.open_actions(session)] == [(number, late)]
            assert report.open_actions(session, owner_id=3) == []
    with desk.database.write() as session:
        ticket = holding.hold(session, number)
        report.finish_action(session, ticket, report.actions(session, ticket)[0].id, "agent:4")
        assert report.open_actions(session) == []


def test_what_the_bot_settles_is_closed_unless_others_still_work_on_it(desk: Counter) -> None:
    plain, shared = desk.open("stock"), desk.open("stock")
    give_subtask(desk, shared)
    with desk.database.write() as session:
        for number in (plain, shared):
            closing.settle(session, holding.hold(session, number), "bot", "已发货")
    assert [desk.at(number).status for number in (plain, shared)] == [S.CLOSED, S.SOLVED]
