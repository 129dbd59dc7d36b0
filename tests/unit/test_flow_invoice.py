"""开发票: state of the order × what has been answered → answer and ticket."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from desk import clock
from desk.cases import given, invoice
from desk.cases.access import Asker, NotYours
from desk.cases.outcomes import Outcome
from desk.shop.base import OrderStatus
from desk.tickets import search
from desk.tickets import service as tickets
from tests.support.cases import Bench, card_order, topup_order

S = OrderStatus
TAX = "91330106MA27XXAA0K"
PERSON = {"kind": "个人", "title": "林小雨", "email": "lin@example.com"}
COMPANY = {"kind": "公司", "title": "杭州云杉科技有限公司", "tax_no": TAX, "email": "fapiao@example.com"}
YES = {"confirm": "yes"}


def ask(bench: Bench, no: str, details: dict[str, str], asker: Asker | None = None) -> Outcome:
    return bench.call(invoice.answer, no, details, asker=asker)


def without(fields: dict[str, str], *names: str, **more: str) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in names} | more


@pytest.mark.parametrize(
    ("details", "outcome", "asks"),
    [
        ({}, "kind", "kind"),
        ({"kind": "随便"}, "kind", "kind"),
        ({"said": "开发票"}, "kind", "kind"),
        ({"said": "公司要报销 能开发票吗"}, "title_company", "title"),
        ({"kind": "开个人的吧"}, "title", "title"),
        ({"kind": "公司"}, "title_company", "title"),
        ({"kind": "个人", "title": "9"}, "title", "title"),
        ({"kind": "个人", "title": "12345"}, "title", "title"),
        ({"kind": "个人", "title": "长" * 61}, "title", "title"),
        (without(PERSON, "email"), "email", "email"),
        (PERSON | {"email": "lin小于example"}, "bad_email", "email"),
        (PERSON | {"email": "邮箱 lin@example.com 谢谢"}, "confirm", "confirm"),
        (PERSON | {"title": "抬头是林小雨"}, "confirm", "confirm"),
        (PERSON, "confirm", "confirm"),
        (without(COMPANY, "tax_no"), "tax_no", "tax_no"),
        (COMPANY | {"tax_no": "1234"}, "bad_tax_no", "tax_no"),
        (COMPANY | {"tax_no": TAX[:16]}, "bad_tax_no", "tax_no"),
        (COMPANY | {"tax_no": TAX.lower()}, "confirm_company", "confirm"),
        (COMPANY | {"tax_no": "91330106 MA27 XXAA 0K"}, "confirm_company", "confirm"),
        (COMPANY | {"tax_no": TAX[:15]}, "confirm_company", "confirm"),
        (without(COMPANY, "email"), "email", "email"),
        ({"kind": f"公司，抬头：杭州云杉科技有限公司，税号{TAX}，邮箱 a@example.com"}, "confirm_company", "confirm"),
        (PERSON | {"confirm": "no"}, "kept", ""),
    ],
)
def test_what_is_asked_next(bench: Bench, details: dict[str, str], outcome: str, asks: str) -> None:
    order = bench.order(S.DELIVERED)
    said = ask(bench, order.no, details)
    assert (said.name, said.asks) == (("invoice", outcome), asks)
    assert said.choices == (("个人", "公司") if asks == "kind" else ())
    assert bench.tickets() == []
    if outcome == "confirm_company":
        assert said.facts["title"] == COMPANY["title"]
        assert str(said.facts["tax_no_masked"]).startswith("9133****")
    if outcome == "confirm":
        assert (said.facts["title"], said.facts["email_masked"]) == ("林小雨", "l****n@example.com")


@pytest.mark.parametrize(
    ("order", "outcome"),
    [
        ({"status": S.UNPAID, "minutes": 5}, "unpaid"),
        ({"status": S.EXPIRED}, "unpaid"),
        ({"status": S.CANCELED}, "unpaid"),
        ({"status": S.PAID_WAIT}, "undelivered"),
        (topup_order(S.PROCESSING), "undelivered"),
        (topup_order(S.FAILED), "undelivered"),
        ({"status": S.OUT_OF_STOCK_AFTER_PAY}, "undelivered"),
        ({"status": S.REFUNDING}, "refunded"),
        ({"status": S.REFUNDED, "minutes": 3000}, "refunded"),
        (card_order(minutes=91 * 1440), "too_late"),
        (card_order(minutes=89 * 1440), "done"),
        (topup_order(S.COMPLETED), "done"),
    ],
)
def test_states(bench: Bench, order: dict[str, Any], outcome: str) -> None:
    made = bench.order(**order)
    assert ask(bench, made.no, PERSON | YES).name == ("invoice", outcome)
    assert bench.tickets() == (["invoice"] if outcome == "done" else [])


def test_the_ticket_holds_all_fields_and_the_chat_only_masked_ones(bench: Bench) -> None:
    order = bench.order(S.DELIVERED)
    (taken,) = bench.paste(TAX)
    assert taken.startswith("⟦key:")  # on its way in it looks like a card key
    said = ask(bench, order.no, COMPANY | {"tax_no": taken} | YES)
    assert said.facts["email_masked"] == "fa****ao@example.com"
    assert said.facts["days"] == "3 个工作日"
    ticket = bench.ticket()
    assert (ticket.kind, ticket.order_no) == ("finance", order.no)
    with bench.database.read() as session:
        notes = [(event.text, event.public) for event in search.history(session, ticket) if event.text]
    (note, public) = notes[0]
    assert len(notes) == 1
    assert not public
    assert all(text in note for text in (COMPANY["title"], TAX, COMPANY["email"], "98.80"))
    assert TAX not in ticket.note + ticket.title


def test_no_card_key_gets_on_the_ticket(bench: Bench) -> None:
    order = bench.order(**card_order(product="qcoin-card-30"))
    (key,) = bench.paste(bench.raw(bench.keys(order)[0]))
    assert ask(bench, order.no, COMPANY | {"tax_no": key} | YES).outcome == "bad_tax_no"
    assert bench.tickets() == []


def test_asked_again_it_is_told_how_it_stands(bench: Bench) -> None:
    order = bench.order(S.DELIVERED)
    ask(bench, order.no, PERSON | YES)
    again = ask(bench, order.no, {})
    assert again.outcome == "asked"
    assert again.facts["ticket_no"] == bench.ticket().number
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert [ask(bench, order.no, {}).outcome for _ in range(2)] == ["asked_late"] * 2
        assert bench.ticket().priority == "urgent"
        assert bench.audit().count("ticket.urge") == 1
    with bench.database.write() as session:
        ticket = search.for_agents(session)[0]
        tickets.set_status(session, ticket, "closed", "agent:3", "已发到邮箱")
    assert ask(bench, order.no, {}).facts["note"] == "已发到邮箱"


def test_twenty_at_once_open_one_ticket(bench: Bench) -> None:
    order = bench.order(S.DELIVERED)
    with ThreadPoolExecutor(10) as pool:
        said = [answer.outcome for answer in pool.map(lambda _: ask(bench, order.no, PERSON | YES), range(20))]
    assert sorted(set(said)) == ["asked", "done"]
    assert said.count("done") == 1
    assert bench.audit() == ["ticket.open", "ticket.note"]


def test_the_operators_words_set_the_window(bench: Bench) -> None:
    facts = bench.services.policy.facts
    order = bench.order(**card_order(minutes=40 * 1440))
    bench.allow(facts={**facts, "invoice_window": "付款后 30 天内"})
    assert ask(bench, order.no, {}).facts["window"] == "付款后 30 天内"
    bench.allow(facts={**facts, "invoice_window": "随时"})
    assert ask(bench, order.no, {}).outcome == "kind"


def test_nobody_gets_anothers(bench: Bench) -> None:
    order = bench.order(S.DELIVERED)
    with pytest.raises(NotYours):
        ask(bench, order.no, PERSON | YES, bench.guest)
    assert bench.tickets() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (TAX, TAX),
        (f"税号：{TAX}。", TAX),
        ("914403001922038216", "914403001922038216"),
        (f"{TAX} 13800138000", TAX),
        ("12345678901234", None),
        (f"{TAX} {TAX[:15]}", None),
        ("", None),
    ],
)
def test_tax_numbers(text: str, found: str | None) -> None:
    assert given.code(text, invoice.TAX_NO_LENGTHS) == found
