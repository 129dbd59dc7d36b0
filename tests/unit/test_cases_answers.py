"""Orders' and tickets' states, urging, the table of outcomes, values as an agent says them."""

from decimal import Decimal
from typing import Any

import pytest

from desk.audit import service as audit
from desk.cases import access, arrival, my_tickets, orders, urge
from desk.cases.outcomes import OUTCOMES, build
from desk.cases.spoken import masked, money, status_text
from desk.conversations import handoff
from desk.shop.base import KeyState, OrderStatus
from desk.tickets import service as tickets
from tests.support.cases import Bench, card_order, topup_order

S = OrderStatus


@pytest.mark.parametrize(
    ("order", "outcome", "facts"),
    [
        ({"status": S.UNPAID, "minutes": 10}, "unpaid", {"time_left": "20 分钟"}),
        ({"status": S.UNPAID, "minutes": 40}, "expired", {}),
        ({"status": S.EXPIRED}, "expired", {}),
        ({"minutes": 1}, "paid_wait", {"eta_minutes": 4}),
        ({"status": S.PROCESSING, "minutes": 4.5}, "processing", {"eta_minutes": 1}),
        ({"minutes": 9}, "overdue", {"usual_minutes": 5}),
        (topup_order(S.PROCESSING, minutes=61), "overdue", {"usual_minutes": 30}),
        ({"status": S.DELIVERED}, "delivered", {}),
        ({"status": S.COMPLETED}, "completed", {}),
        ({"status": S.FAILED}, "failed", {}),
        ({"status": S.OUT_OF_STOCK_AFTER_PAY}, "out_of_stock_after_pay", {}),
        ({"status": S.REFUNDING}, "refunding", {"refund_amount": "¥98.80", "refund_days": 3}),
        ({"status": S.REFUNDED, "minutes": 3000}, "refunded", {"refund_amount": "¥98.80"}),
        ({"status": S.CANCELED}, "canceled", {}),
    ],
)
def test_order_status(bench: Bench, order: dict[str, Any], outcome: str, facts: dict[str, Any]) -> None:
    made = bench.order(**order)
    answer = bench.call(orders.status, made.no)
    assert answer.name == ("order", outcome)
    assert facts.items() <= answer.facts.items()
    assert [card["status_text"] for card in answer.cards] == [status_text(made.status)]
    assert bench.audit() == []
    assert bench.state(made).status is made.status


def test_a_ticket_is_for_its_owner_and_whoever_proved_the_order(bench: Bench) -> None:
    order = bench.order(customer_id=None, phone="13912345678")
    bench.call(access.claim, order.no, "5678", asker=bench.guest)
    bench.call(arrival.answer, order.no, asker=bench.guest)
    number = bench.ticket().number
    stranger, later = (access.Asker(bench.conversation(peer), None, peer) for peer in ("stranger", "later"))
    found = bench.call(my_tickets.status, number.lower(), asker=bench.guest)
    assert found.facts["kind_text"] == "缺货待补"
    assert found.facts["status_text"] == "已受理"
    unknown = bench.call(my_tickets.status, "T20261121-9999", asker=bench.guest)
    assert unknown == bench.call(my_tickets.status, number, asker=stranger)
    assert unknown.name == ("ticket", "unknown")
    bench.call(access.claim, order.no, "5678", asker=later)
    assert bench.call(my_tickets.status, number, asker=later).outcome == "found"
    listed = bench.call(my_tickets.mine, asker=bench.guest)
    assert listed.facts["count"] == 1
    assert str(listed.facts["lines"]).startswith(f"{number} 缺货待补 已受理")
    assert bench.call(my_tickets.mine, asker=stranger).outcome == "none"


def test_urging_while_a_person_has_it(bench: Bench) -> None:
    said = [bench.call(urge.answer).outcome]
    with bench.database.write() as session:
        handoff.request(session, bench.owner.conversation_id, "requested")
    said.append(bench.call(urge.answer).outcome)
    with bench.database.write() as session:
        handoff.take(session, bench.owner.conversation_id, handoff.Agent(1, "林晓"))
    said.append(bench.call(urge.answer).outcome)
    assert said == ["nothing", "queued", "agent"]


def test_a_closed_ticket_is_not_urged(bench: Bench) -> None:
    with bench.database.write() as session:
        ticket = tickets.open_ticket(session, "key", "x", dedupe="x", customer_id="c_owner")
        tickets.set_status(session, ticket, "closed", "agent:3")
    assert bench.call(urge.answer).outcome == "nothing"


@pytest.mark.parametrize(
    ("account", "shown"),
    [
        ("13800138000", "138****8000"),
        ("12345689", "12****89"),
        ("1000234567", "10****67"),
        ("12345", "1****5"),
        ("12", "1****"),
        ("9030123456789012", "903****9012"),
        ("player01234@example.com", "pla****1234@example.com"),
        ("ab@example.com", "a****@example.com"),
        ("", "未填写"),
        (None, "未填写"),
    ],
)
def test_accounts_are_masked(account: str | None, shown: str) -> None:
    assert masked(account) == shown


@pytest.mark.parametrize(("amount", "said"), [("30", "¥30.00"), ("0.5", "¥0.50"), ("1999.999", "¥2000.00")])
def test_money(amount: str, said: str) -> None:
    assert money(Decimal(amount)) == said


def test_every_state_of_an_order_has_its_words_and_its_answer() -> None:
    assert all(status_text(status) for status in OrderStatus)
    assert {("order", str(status)) for status in OrderStatus} <= OUTCOMES.keys()


@pytest.mark.parametrize(
    ("topic", "outcome", "facts"),
    [
        ("key", "mended", {}),
        ("kez", "mistyped", {"hint": "x"}),
        ("key", "mistyped", {}),
        ("key", "mistyped", {"hint": "x", "more": "y"}),
        ("key", "mistyped", {"hint": None}),
        ("key", "mistyped", {"hint": ["x"]}),
    ],
)
def test_an_outcome_has_exactly_its_facts(topic: str, outcome: str, facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=topic):
        build(topic, outcome, **facts)


def test_no_key_gets_into_the_audit(bench: Bench) -> None:
    order = bench.order(**card_order(KeyState.SOLD, product="qcoin-card-30"))
    secrets = [bench.raw(key) for key in bench.keys(order)] + ["ABCDE-12345-FGH0I", "7K2MXQ9W4RTP6N3V"]
    with bench.database.write() as session:
        for secret in secrets:
            entry = audit.record(session, "bot", "x", order.no, None, {"why": f"客户说{secret}没用", "order": order.no})
            assert secret not in str(entry.detail)
            assert entry.detail["order"] == order.no
