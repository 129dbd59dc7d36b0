"""Notes come up when they should, once; tags and consents are kept in one form."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import pytest

from desk import clock
from desk.audit.service import of_subject
from desk.conversations import handoff, timeline
from desk.customers import consent, merges, notes, tags
from desk.customers.errors import BadReminder, BadTag, NoNote, TooManyTags, UnknownPurpose
from desk.customers.identity import shop
from desk.tickets import search
from desk.tickets import service as tickets
from tests.support.cases import Bench
from tests.support.customers import START, Counter, identity

KEY = "shop.u1"
TEXT = "下周要给员工充话费"
LINE = f"客户备注提醒：{TEXT}"
TODAY = date(2026, 11, 20)


@pytest.fixture
def desk(bench: Bench) -> Iterator[Counter]:
    with clock.frozen(START):
        made = Counter(bench)
        made.talk = made.comes("v1", "u1")
        yield made
        made.database.close()


def _writes(desk: Counter) -> None:
    desk.writes(desk.talk)


def _queues(desk: Counter) -> None:
    with desk.database.write() as session:
        handoff.request(session, desk.talk, "requested")


def _lines(desk: Counter) -> list[str]:
    return desk.lines(desk.talk)


def _raised(desk: Counter) -> list[str]:
    return [note.text for note in desk.do(notes.raised, KEY)]


@pytest.mark.parametrize("contact", [_writes, _queues])
def test_a_reminder_comes_up_once_and_stays_until_settled(desk: Counter, contact: Callable[[Counter], None]) -> None:
    number = desk.note(KEY, TEXT, remind=notes.NEXT)
    assert (_raised(desk), _lines(desk)) == ([], [])
    for _ in range(2):
        contact(desk)
        _queues(desk)
        assert (_raised(desk), _lines(desk)) == ([TEXT], [LINE])
    desk.do(notes.settle, KEY, number, notes.DONE, "agent:3")
    desk.do(notes.settle, KEY, number, notes.DISMISSED, "agent:4")  # the first answer counts
    _writes(desk)
    assert (_raised(desk), _lines(desk)) == ([], [LINE])
    [note] = desk.do(notes.of, KEY)
    assert (note.outcome, note.done_by) == ("done", "agent:3")


def test_the_customer_does_not_see_it(desk: Counter) -> None:
    desk.note(KEY, TEXT, remind=notes.NEXT)
    _writes(desk)
    with desk.database.read() as session:
        assert [entry.text for entry in timeline.entries(session, desk.talk)] == ["你好"]


def test_on_a_day(desk: Counter) -> None:
    desk.note(KEY, TEXT, remind=notes.DATE, remind_on=TODAY + timedelta(days=7))
    seen = []
    for days in (0, 6, 7, 8):
        with clock.frozen(START + timedelta(days=days)):
            due = len(desk.read(notes.due))
            _writes(desk)
            seen.append((due, len(_raised(desk)), len(_lines(desk))))
    assert seen == [(0, 0, 0), (0, 0, 0), (1, 1, 1), (1, 1, 1)]


@pytest.mark.parametrize("day", [None, TODAY - timedelta(days=1)])
def test_a_day_that_cannot_come(desk: Counter, day: date | None) -> None:
    with pytest.raises(BadReminder):
        desk.note(KEY, TEXT, remind=notes.DATE, remind_on=day)


def test_on_a_ticket(desk: Counter) -> None:
    desk.note(KEY, TEXT, remind=notes.NEXT)
    with desk.database.write() as session:
        ticket = tickets.open_ticket(session, "complaint", "投诉", dedupe="x", customer_id="u1")
        told = [(event.text, event.public) for event in search.history(session, ticket) if event.text]
    assert told == [(LINE, False)]
    _writes(desk)
    assert (_lines(desk), _raised(desk)) == ([], [TEXT])


def test_in_two_places_at_once_it_comes_up_once(desk: Counter) -> None:
    other = desk.comes("v2")
    with desk.database.write() as session:
        merges.merge(session, identity("v2"), shop("u1"), "同一个人", "agent:7")
    for number in range(3):
        desk.note(KEY, f"{TEXT}{number}", remind=notes.NEXT)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(desk.writes, [desk.talk, other] * 3))
    assert sorted(_lines(desk) + desk.lines(other)) == [f"{LINE}{number}" for number in range(3)]


def test_a_form_sent_twice_is_one_note(desk: Counter) -> None:
    mark = uuid4().hex
    assert desk.note(KEY, TEXT, mark=mark) == desk.note(KEY, TEXT, mark=mark)
    assert len(desk.do(notes.of, KEY)) == 1


def test_one_note_is_on_top(desk: Counter) -> None:
    first = desk.note(KEY, "老板姓王", pinned=True)
    second = desk.note(KEY, "只用支付宝")
    desk.do(notes.pin, KEY, second, "agent:3", on=True)
    assert desk.do(notes.pinned, KEY).id == second
    desk.do(notes.remove, KEY, second, "agent:3")
    assert desk.do(notes.pinned, KEY) is None
    with pytest.raises(NoNote):
        desk.do(notes.pin, "web.v9", first, "agent:3", on=True)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("老客户", "老客户"), (" ＃ 老客户 ", "老客户"), ("ＶＩＰ  客户", "VIP 客户"), ("vip 客户", "vip 客户")],
)
def test_tags_have_one_form(desk: Counter, written: str, kept: str) -> None:
    assert desk.do(tags.put, KEY, written, "agent:3") == kept
    desk.do(tags.put, KEY, kept.upper(), "agent:3")
    assert desk.do(tags.of, KEY) == [kept]
    desk.do(tags.take_off, KEY, kept.swapcase(), "agent:3")
    assert desk.do(tags.of, KEY) == []


@pytest.mark.parametrize("written", ["", "#", " ", "一二三四五六七八九十一二三"])
def test_no_tags(desk: Counter, written: str) -> None:
    with pytest.raises(BadTag):
        desk.do(tags.put, KEY, written, "agent:3")


def test_enough_tags(desk: Counter) -> None:
    for number in range(tags.MOST):
        desk.do(tags.put, KEY, f"标签{number}", "agent:3")
    with pytest.raises(TooManyTags):
        desk.do(tags.put, KEY, "再来一个", "agent:3")
    desk.do(tags.put, KEY, "标签3", "agent:3")  # it is there


def test_consent_is_never_taken_for_granted(desk: Counter) -> None:
    says = [(True, "phone"), (True, "phone"), (False, "chat")]
    found = [desk.do(consent.allows, KEY, "marketing")]
    for granted, source in says:
        desk.do(consent.state, KEY, "marketing", granted, "agent:3", source)
        found.append(desk.do(consent.allows, KEY, "marketing"))
    assert found == [False, True, True, False]
    assert [(one.granted, one.source) for one in desk.do(consent.history, KEY)] == [(False, "chat"), (True, "phone")]
    assert not desk.do(consent.allows, KEY, "notifications")
    with pytest.raises(UnknownPurpose):
        desk.do(consent.state, KEY, "spying", True, "agent:3", "chat")


def test_every_change_is_in_the_audit_without_its_words(desk: Counter) -> None:
    number = desk.note(KEY, TEXT, remind=notes.NEXT)
    desk.do(notes.settle, KEY, number, notes.DONE, "agent:3")
    desk.do(tags.put, KEY, "王老板", "agent:3")
    desk.do(consent.state, KEY, "marketing", True, "agent:3", "chat")
    with desk.database.read() as session:
        found = of_subject(session, KEY)
        assert [entry.action for entry in found] == [
            "customer.note",
            "customer.reminder.done",
            "customer.tag",
            "customer.consent",
        ]
        assert not [entry for entry in found if TEXT in str(entry.detail) or "王老板" in str(entry.detail)]
