"""The bot asks the knowledge base over HTTP: once per key, in its own conversation, with the token."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from desk.cases.outcomes import OUTCOMES
from desk.conversations import threads
from desk.knowledge.model import KbAsk
from desk.shop.embedded.seed import bring_products
from tests.support.desk_server import Served, serve


class Bot:
    """Calls the internal API in one conversation, each time with a new key unless told otherwise."""

    def __init__(self, desk: Served, peer: str) -> None:
        self.desk, self._keys = desk, 0
        with desk.database.write() as session:
            self.sender = threads.find_or_open(session, "web", peer).id + ".1"

    def post(self, path: str, key: str = "", token: str | None = None, **body: Any) -> httpx.Response:
        self._keys += 1
        token = self.desk.settings.bot_token.get_secret_value() if token is None else token
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or f"{self.sender}:{self._keys}"}
        url = f"{self.desk.url}/internal/v1/conversations/{self.sender}/kb/{path}"
        return httpx.post(url, json=body, headers=headers, timeout=60)

    def ask(self, text: str = "", **more: Any) -> dict[str, Any]:
        reply = self.post("ask", text=text, **more)
        assert reply.status_code == 200, reply.text
        answer: dict[str, Any] = reply.json()
        assert answer["facts"].keys() == OUTCOMES["kb", answer["outcome"]]
        return answer

    def asks(self) -> int:
        with self.desk.database.read() as session:
            return session.scalar(select(func.count()).select_from(KbAsk)) or 0

    def helpful(self, ask_id: int) -> bool | None:
        with self.desk.database.read() as session:
            return session.get_one(KbAsk, ask_id).helpful


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("desk")) as served:
        with served.database.write() as session:
            bring_products(session)
        yield served


@pytest.fixture
def bot(desk: Served, request: pytest.FixtureRequest) -> Bot:
    return Bot(desk, request.node.name)


def test_a_question_is_answered_with_source_and_neighbours(bot: Bot) -> None:
    answer = bot.ask("怎么注册账号")
    facts = answer["facts"]
    assert (answer["topic"], answer["outcome"], facts["article"]) == ("kb", "answered", "account-register-how")
    assert "{" not in facts["answer"]
    assert facts["source"] == "帮助中心 · 账号与会员"
    assert len(answer["choices"]) == 2
    assert facts["question"] not in answer["choices"]


def test_prices_are_the_catalogues(bot: Bot) -> None:
    assert "9.70 元" in bot.ask("Q币卡多少钱")["facts"]["answer"]


def test_merchants_are_told_in_their_wording(bot: Bot) -> None:
    plain, merchant = (bot.ask("怎么注册账号", audience=audience) for audience in ("novice", "merchant"))
    assert plain["facts"]["article"] == merchant["facts"]["article"]
    assert plain["facts"]["answer"] != merchant["facts"]["answer"]


@pytest.mark.parametrize(("text", "question"), [("", "close_account"), ("嗯那个咋说呢", "close_account")])
def test_what_was_understood_helps(bot: Bot, text: str, question: str) -> None:
    answer = bot.ask(text, question=question)
    assert (answer["outcome"], answer["facts"]["article"]) == ("answered", "account-close-how")


def test_a_miss_says_nothing_but_is_kept(bot: Bot) -> None:
    before = bot.asks()
    answer = bot.ask("今天天气怎么样")
    assert (answer["outcome"], answer["choices"]) == ("miss", [])
    assert bot.asks() == before + 1


def test_a_repeat_is_the_same_ask(bot: Bot) -> None:
    before = bot.asks()
    replies = [bot.post("ask", key="again", text="怎么注册账号").json() for _ in range(2)]
    assert replies[0] == replies[1]
    assert bot.asks() == before + 1


@pytest.mark.parametrize(("helpful", "outcome"), [(True, "helped"), (False, "unhelpful")])
def test_a_rating_is_kept(bot: Bot, helpful: bool, outcome: str) -> None:
    number = bot.ask("怎么注册账号")["facts"]["ask_id"]
    assert bot.helpful(number) is None
    assert bot.post("rate", ask_id=number, helpful=helpful).json()["outcome"] == outcome
    assert bot.helpful(number) is helpful


def test_another_conversation_cannot_rate(bot: Bot, desk: Served) -> None:
    number = bot.ask("怎么注册账号")["facts"]["ask_id"]
    refused = Bot(desk, "stranger").post("rate", ask_id=number, helpful=False)
    assert (refused.status_code, refused.json()["error"]) == (404, "no_such_ask")
    assert bot.helpful(number) is None


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"token": "wrong"}, 401),
        ({"text": "x" * 2001}, 422),
        ({"audience": "vip"}, 422),
        ({"intents": ["x" * 61]}, 422),
    ],
)
def test_refused(bot: Bot, more: dict[str, Any], status: int) -> None:
    assert bot.post("ask", **({"text": "怎么注册"} | more)).status_code == status
