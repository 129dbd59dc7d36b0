"""Asking the knowledge base: filled answers, what is kept of an ask, and what is not published."""

from datetime import timedelta
from pathlib import Path

import pytest

from desk import clock
from desk.knowledge import asks
from desk.knowledge.library import Library
from desk.knowledge.model import KbAsk
from desk.knowledge.service import Asked, Knowledge
from desk.shop.base import Product, ShopUnavailable
from tests.support.cases import Bench

POLICY = {"times": {"key_reissue": 5}, "facts": {"hours": "每天 9:00–23:00"}}

ARTICLES = """
articles:
- id: key-late
  question: 卡密没到怎么办？
  also: [付了钱没发货]
  answer: 没发的{times.key_reissue}内补发。
  merchant: 报单号，{times.key_reissue}内补。
  steps: [打开订单, "等{times.key_reissue}"]
  links: [{text: 我的订单, to: orders}]
  intents: [card_key_not_received]
  owner: 售后
  review: 2027-05-20
- id: steam-price
  question: 蒸汽卡多少钱？
  answer: "{goods:Steam 钱包充值码.prices}"
  intents: [ask_price]
  owner: 运营
  review: 2027-05-20
- id: mars-price
  question: 火星车票多少钱？
  answer: "{goods:火星车票.prices}"
  intents: [ask_stock]
  owner: 运营
  review: 2027-05-20
- id: register-how
  question: 怎么注册账号？
  answer: 点右上角。
  intents: [faq/register]
  owner: 运营
  review: 2027-05-20
- id: register-stuck
  question: 注册按钮点不动
  answer: 换个浏览器。
  intents: [faq/register]
  owner: 技术
  review: 2027-05-20
- id: late-too
  question: 发货慢
  answer: "{facts.missing}"
  intents: [urge, card_key_not_received]
  owner: 售后
  review: 2027-05-20
"""


class Desk:
    """A knowledge base of its own over the shop of the case tests."""

    def __init__(self, bench: Bench, root: Path) -> None:
        (root / "orders").mkdir()
        (root / "orders" / "a.yml").write_text(ARTICLES, encoding="utf-8")
        self.bench, self.database = bench, bench.database
        self.knowledge = Knowledge(Library(root, []), bench.shop, bench.vault, lambda: POLICY)

    def ask(self, question: str, *intents: str, conversation: str | None = "c_1", **more: object) -> Asked:
        with self.database.write() as session:
            return self.knowledge.ask(session, question, intents=intents, conversation_id=conversation, **more)  # type: ignore[arg-type]

    def kept(self, number: int) -> KbAsk:
        with self.database.read() as session:
            row = session.get_one(KbAsk, number)
            session.expunge(row)
            return row


@pytest.fixture
def desk(bench: Bench, tmp_path: Path) -> Desk:
    return Desk(bench, tmp_path)


@pytest.mark.parametrize(
    ("audience", "answer"), [("novice", "没发的5 分钟内补发。"), ("merchant", "报单号，5 分钟内补。")]
)
def test_an_answer_has_its_figures_and_is_kept(desk: Desk, audience: str, answer: str) -> None:
    asked = desk.ask("卡密没到", audience=audience)
    best = asked.hits[0]
    assert (asked.outcome, best.id, best.answer, best.steps[1]) == ("hit", "key-late", answer, "等5 分钟")
    assert (best.group, best.owner, best.links[0].to) == ("orders", "售后", "orders")
    assert best.highlights["question"] == [(0, 4)]
    kept = desk.kept(asked.id)
    assert (kept.question, kept.article_id, kept.outcome, kept.helpful) == ("卡密没到", "key-late", "hit", None)
    assert kept.conversation_id == "c_1"


def test_prices_are_those_of_the_catalogue(desk: Desk) -> None:
    assert "100元 98.80 元" in desk.ask("蒸汽卡多少钱").hits[0].answer


def test_what_cannot_be_filled_is_not_published(desk: Desk) -> None:
    ids = [hit.id for hit in desk.ask("火星车票多少钱").hits]
    assert "mars-price" not in ids
    with desk.database.read() as session:
        missing = {(entry.article.id, name) for entry, _, name in desk.knowledge.unfilled(session)}
        assert desk.knowledge.by_intent(session, "ask_stock") is None
    assert missing == {("mars-price", "goods:火星车票.prices"), ("late-too", "facts.missing")}


def test_a_shop_that_does_not_answer_takes_only_goods_away(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[Product]:
        raise ShopUnavailable

    monkeypatch.setattr(desk.bench.shop, "products", broken)
    assert desk.ask("卡密没到").hits[0].id == "key-late"
    assert "steam-price" not in [hit.id for hit in desk.ask("蒸汽卡多少钱").hits]


def test_a_miss_is_kept_for_review(desk: Desk) -> None:
    asked = desk.ask("今天天气怎么样")
    kept = desk.kept(asked.id)
    assert (asked.outcome, kept.outcome, kept.article_id) == ("miss", "miss", None)
    with desk.database.read() as session:
        assert [row.question for row in asks.misses(session)] == ["今天天气怎么样"]


def test_no_key_is_kept(desk: Desk) -> None:
    (text,) = desk.bench.paste("卡密 ABCDE-FGHIJ-KLMNO 没到")
    kept = desk.kept(desk.ask(text).id)
    assert "⟦" not in kept.question
    assert "ABCDE" not in kept.question
    assert kept.question.startswith("卡密 ••••")


@pytest.mark.parametrize(
    ("question", "intents", "outcome", "first"),
    [
        ("", ["faq/register"], "hit", "register-how"),
        ("注册点不动啊", ["faq/register"], "hit", "register-stuck"),
        ("今天天气怎么样", ["faq/register"], "hit", "register-how"),
        ("卡密没到怎么办", ["faq/register"], "hit", "key-late"),
        ("今天天气怎么样", ["faq/unknown", "ask_price"], "hit", "steam-price"),
        ("今天天气怎么样", ["faq/unknown"], "miss", None),
        ("", ["card_key_not_received"], "hit", "key-late"),
        ("", [], "miss", None),
    ],
)
def test_intents_help_where_words_do_not(
    desk: Desk, question: str, intents: list[str], outcome: str, first: str | None
) -> None:
    asked = desk.ask(question, *intents)
    assert (asked.outcome, desk.kept(asked.id).article_id) == (outcome, first)
    if first:
        assert asked.hits[0].id == first


def test_ratings_and_counts(desk: Desk) -> None:
    good, bad, _ = desk.ask("卡密没到"), desk.ask("付了钱没发货"), desk.ask("蒸汽卡多少钱")
    with desk.database.write() as session:
        asks.rate(session, good.id, True, "c_1")
        asks.rate(session, bad.id, True, "c_1")
        asks.rate(session, bad.id, False, "c_1")
    with desk.database.read() as session:
        assert asks.counts(session) == [asks.Count("key-late", 2, 1, 1), asks.Count("steam-price", 1, 0, 0)]
        assert asks.counts(session, clock.now() + timedelta(minutes=1)) == []
        assert [row.id for row in asks.misses(session)] == [bad.id]


@pytest.mark.parametrize("conversation", ["c_2", None])
def test_only_who_asked_may_rate(desk: Desk, conversation: str | None) -> None:
    number = desk.ask("卡密没到", conversation="c_1").id if conversation else 999
    with pytest.raises(asks.NoSuchAsk), desk.database.write() as session:
        asks.rate(session, number, True, conversation)
