"""Guided mode: steps go one by one, once per click, and the customer's word for each is kept."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from desk.conversations import handoff, inbox, threads, timeline, turns
from desk.conversations.errors import NotYourConversation
from desk.conversations.handoff import Agent
from desk.conversations.meanwhile import InTurn
from desk.conversations.model import Entry
from desk.db import Database
from desk.guidance import service
from desk.guidance.pressed import Guides
from desk.guidance.service import NoGuide, NoSteps
from tests.support.cases import Bench

LIN, ZHOU = Agent(1, "林晓"), Agent(2, "周敏")
STEPS = ["打开兑换页", "粘贴卡密", "点确认"]


class Talk:
    """A conversation that an agent has taken."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            self.id = threads.find_or_open(session, "web", "peer").id
            handoff.request(session, self.id, "requested")
            handoff.take(session, self.id, LIN)
            self.guide = service.begin(session, self.id, LIN, "兑换", STEPS).id

    def entries(self) -> list[Entry]:
        with self.database.read() as session:
            found = timeline.entries(session, self.id)
            session.expunge_all()
        return [entry for entry in found if entry.kind == "text"]

    def send(self, place: int, sent: int) -> None:
        with self.database.write() as session:
            service.send(session, self.id, LIN, self.guide, place, sent)

    def press(self, entry: Entry, title: str) -> None:
        button = next(each["id"] for each in entry.body["buttons"] if each["title"] == title)
        with self.database.write() as session:
            inbox.accept(session, self.id, f"press-{len(self.entries())}-{title}", button=button)
        with self.database.write() as session:
            assert turns.begin(session, self.id, InTurn(Guides()))[1] == []

    def marks(self) -> list[str]:
        with self.database.read() as session:
            going = service.current(session, self.id)
            return [] if going is None else [step.mark or ("sent" if step.sent else "") for step in going.all]


@pytest.fixture
def talk(bench: Bench) -> Talk:
    return Talk(bench.database)


def test_steps_are_sent_and_confirmed_one_by_one(talk: Talk) -> None:
    assert [entry.text for entry in talk.entries()] == ["第 1/3 步：打开兑换页"]
    talk.press(talk.entries()[0], "做好了")
    assert talk.marks() == ["done", "", ""]
    talk.send(2, 0)
    talk.press(talk.entries()[-1], "没成功")
    assert talk.marks() == ["done", "failed", ""]
    talk.send(2, 1)
    assert talk.marks() == ["done", "sent", ""]
    said = [entry.text for entry in talk.entries() if entry.author == "agent"]
    assert said == ["第 1/3 步：打开兑换页", "第 2/3 步：粘贴卡密", "第 2/3 步：粘贴卡密"]


def test_many_clicks_send_a_step_once(talk: Talk) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: talk.send(2, 0), range(6)))
    assert [entry.text for entry in talk.entries()][1:] == ["第 2/3 步：粘贴卡密"]


def test_the_same_guide_begun_twice_goes_on_another_one_replaces_it(talk: Talk) -> None:
    with talk.database.write() as session:
        assert service.begin(session, talk.id, LIN, "兑换", STEPS).id == talk.guide
        other = service.begin(session, talk.id, LIN, "找卡密", ["打开我的订单"])
        assert other.id != talk.guide
    with pytest.raises(NoGuide):
        talk.send(2, 0)


@pytest.mark.parametrize(("place", "error"), [(0, NoGuide), (3, NoGuide), (4, NoGuide), (-1, NoGuide)])
def test_steps_come_in_their_order(talk: Talk, place: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        talk.send(place, 0)


def test_only_whoever_has_the_conversation_guides(talk: Talk) -> None:
    with pytest.raises(NotYourConversation), talk.database.write() as session:
        service.send(session, talk.id, ZHOU, talk.guide, 2, 0)
    with pytest.raises(NoSteps), talk.database.write() as session:
        service.begin(session, talk.id, LIN, "空", [" ", ""])


def test_pressed_after_the_end_the_customer_is_told(talk: Talk) -> None:
    with talk.database.write() as session:
        service.end(session, talk.id, LIN, talk.guide)
        service.end(session, talk.id, LIN, talk.guide)
    talk.press(talk.entries()[0], "做好了")
    assert "已经结束了这次指导" in talk.entries()[-1].text
    assert talk.marks() == []
