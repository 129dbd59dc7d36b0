"""Questions about products, answered from the live catalogue; suggestions."""

from typing import Any

import pytest

from desk.cases import feedback, goods, urge
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome
from desk.shop.base import OrderStatus
from tests.support.cases import Bench


def ask(bench: Bench, question: str, *words: str, asker: Asker | None = None, **more: Any) -> Outcome:
    """Ask a question about what the words name."""
    with bench.database.write() as session:
        return goods.answer(session, bench.services, asker or bench.guest, question, words=words, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "words", "product", "told"),
    [
        ("price", ["steam卡"], "Steam 钱包充值码", "· 50元：¥49.50"),
        ("price", ["没有这个", "苹果充值卡"], "App Store 充值卡", "· 100元：¥98.00"),
        ("price", ["话费"], "手机话费直充", "· 30元：¥29.70"),
        ("price", ["我要充100话费"], "手机话费直充", "· 100元：¥98.90"),
        ("price", ["Steam 钱包充值码 100元"], "Steam 钱包充值码", "· 100元：¥98.80"),
        ("denominations", ["Google Play 礼品卡"], "Google Play 礼品卡 美区", "10美元"),
        ("stock", ["Q币"], "Q币直充", "· 50个：可以下单"),
        ("how_to_use", ["京东卡"], "京东E卡", "1. 打开京东 App"),
        ("region", ["原神"], "原神创世结晶直充", "B服不行"),
    ],
)
def test_found_by_its_names(bench: Bench, question: str, words: list[str], product: str, told: str) -> None:
    answer = ask(bench, question.replace("_", "-"), *words)
    assert (answer.name, answer.facts["product"]) == ((question, "found"), product)
    assert any(told in str(fact) for fact in answer.facts.values())
    assert not answer.choices


def test_stock_is_told_by_face_value(bench: Bench) -> None:
    assert ask(bench, "stock", "steam").name == ("stock", "sold_out")
    bench.order(OrderStatus.UNPAID, product="steam-100", stock=1)
    answer = ask(bench, "stock", "steam")
    assert "· 50元：暂时缺货\n· 100元：有货\n" in str(answer.facts["lines"])
    assert "· 50元：¥49.50（暂时缺货）\n· 100元：¥98.80\n" in str(ask(bench, "price", "steam").facts["lines"])


def test_catalogue_ids_say_it_without_words(bench: Bench) -> None:
    assert ask(bench, "price", "卡", ids=["jd-100"]).facts["product"] == "京东E卡"
    assert ask(bench, "price", "京东卡", ids=["gone"]).facts["product"] == "京东E卡"


@pytest.mark.parametrize("words", ["充值卡", "会员"])
def test_several_are_offered_by_names_that_lead_back(bench: Bench, words: str) -> None:
    answer = ask(bench, "price", words)
    assert answer.name == ("price", "several")
    assert 1 < len(answer.choices) <= goods.OFFERED
    for choice in answer.choices:
        assert len(choice) <= 10
        assert ask(bench, "price", choice).name == ("price", "found")


@pytest.mark.parametrize(("words", "outcome"), [([], "which"), (["火星车票"], "none")])
def test_unnamed_and_unknown_offer_what_is_in_stock(bench: Bench, words: list[str], outcome: str) -> None:
    bench.order(OrderStatus.UNPAID, product="steam-100", stock=1)
    answer = ask(bench, "price", *words)
    assert answer.name == ("price", outcome)
    assert "steam" in answer.choices
    assert all(ask(bench, "price", choice).name == ("price", "found") for choice in answer.choices)


def test_the_product_talked_about_is_meant_when_none_is_named(bench: Bench) -> None:
    about = "Steam 钱包充值码 100元"
    assert ask(bench, "region", about=about).facts["product"] == "Steam 钱包充值码"
    assert ask(bench, "region", "京东卡", about=about).facts["product"] == "京东E卡"


@pytest.mark.parametrize(
    ("question", "outcome"), [("how-to-use", "found"), ("region", "found"), ("price", "which"), ("stock", "which")]
)
def test_the_last_order_is_meant_by_who_asks_how_to_use_it(bench: Bench, question: str, outcome: str) -> None:
    bench.order(OrderStatus.DELIVERED, product="jd-100")
    assert ask(bench, question, asker=bench.owner).outcome == outcome
    assert ask(bench, question, asker=bench.guest).outcome == "which"


def test_a_suggestion_is_a_ticket_in_the_customers_words_once(bench: Bench) -> None:
    for _ in range(2):
        assert bench.call(feedback.suggestion, "建议出年卡 {x}").name == ("feedback", "recorded")
    ticket = bench.ticket()
    assert (ticket.kind, ticket.priority, ticket.title) == ("suggestion", "suggestion", "客户建议：建议出年卡 {x}")
    assert ticket.conversation_id == bench.owner.conversation_id


def test_nobody_waits_for_a_suggestion(bench: Bench) -> None:
    bench.call(feedback.suggestion, "建议出年卡")
    assert bench.call(urge.answer).name == ("urge", "nothing")


def test_a_suggestion_shows_no_key(bench: Bench) -> None:
    (text,) = bench.paste("卡密 ABCDE-FGHIJ-KLMNO 这种能不能分段显示")
    bench.call(feedback.suggestion, text)
    assert "ABCDE" not in bench.ticket().title
    assert "⟦" not in bench.ticket().title
