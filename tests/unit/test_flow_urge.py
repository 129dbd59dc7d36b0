"""催一下: what is told of the open matter, what is raised, who gets a person."""

from datetime import timedelta
from typing import Any

import pytest

from desk import clock
from desk.cases import arrival, invoice, urge
from desk.conversations import handoff
from desk.shop.base import OrderStatus
from desk.tickets import search
from desk.tickets import service as tickets
from tests.support.cases import OWNER, Bench, topup_order

S = OrderStatus


def push(bench: Bench) -> str:
    return bench.call(urge.answer).outcome


@pytest.mark.parametrize(
    ("order", "name"),
    [
        ({"minutes": 1}, ("urge", "order")),
        ({"minutes": 20, "stock": 1}, ("urge", "order_late")),
        (topup_order(S.PROCESSING, minutes=10), ("urge", "order")),
        (topup_order(S.PROCESSING, minutes=90), ("urge", "order_late")),
        (topup_order(S.FAILED), ("urge", "order_late")),
        ({"status": S.OUT_OF_STOCK_AFTER_PAY}, ("urge", "order_late")),
        ({"status": S.REFUNDING}, ("refund_progress", "refunding")),
        ({"status": S.REFUNDING, "minutes": 10 * 1440}, ("refund_progress", "late")),
        ({"status": S.COMPLETED}, ("urge", "nothing")),
        ({"status": S.UNPAID, "minutes": 5}, ("urge", "nothing")),
    ],
)
def test_orders(bench: Bench, order: dict[str, Any], name: tuple[str, str]) -> None:
    made = bench.order(**order)
    said = bench.call(urge.answer)
    assert said.name == name
    assert said.facts.get("order_no", made.no) == made.no
    assert bench.state(made).status is order.get("status", S.PAID_WAIT)  # it is only looked at here


def test_an_order_in_time_has_its_minutes(bench: Bench) -> None:
    bench.order(minutes=1)
    assert bench.call(urge.answer).facts["eta_minutes"] == 4


def test_a_ticket_in_time_is_told_and_not_raised(bench: Bench) -> None:
    bench.call(arrival.answer, bench.order(minutes=30).no)
    said = [bench.call(urge.answer) for _ in range(2)]
    assert [each.outcome for each in said] == ["ticket"] * 2
    facts = said[0].facts
    assert (facts["kind_text"], facts["status_text"]) == ("缺货待补", "已受理")
    assert facts["note"]
    assert facts["by"]
    assert bench.audit().count("ticket.urge") == 1


def opened(bench: Bench, kind: str = "key") -> None:
    with bench.database.write() as session:
        tickets.open_ticket(session, kind, "卡密查着正常", dedupe=f"x:{kind}", customer_id=OWNER)


@pytest.mark.parametrize(
    ("kind", "hours", "outcome"), [("key", 23, "ticket"), ("key", 25, "late"), ("technical", 2, "person")]
)
def test_times_are_those_of_the_policy(bench: Bench, kind: str, hours: float, outcome: str) -> None:
    opened(bench, kind)
    with clock.frozen(clock.now() + timedelta(hours=hours)):
        assert push(bench) == outcome


def test_late_ones_are_raised_and_then_go_to_a_person(bench: Bench) -> None:
    opened(bench)
    assert push(bench) == "ticket"
    assert bench.ticket().priority == "normal"
    with clock.frozen(clock.now() + timedelta(hours=26)):
        assert push(bench) == "late"
        assert bench.ticket().priority == "urgent"
        assert not bench.queued()
        said = bench.call(urge.answer)
        assert said.outcome == "person"
        assert said.handoff
        with bench.database.read() as session:
            waiting = handoff.open_handoff(session, bench.owner.conversation_id)
            assert waiting is not None
            assert (waiting.priority, bench.ticket().number in waiting.note) == ("urgent", True)
        assert push(bench) == "queued"


def test_one_late_twice_over_goes_to_a_person_at_once(bench: Bench) -> None:
    opened(bench)
    with clock.frozen(clock.now() + timedelta(hours=49)):
        assert push(bench) == "person"
    assert bench.audit().count("ticket.urge") == 1


def test_an_invoice_has_its_own_time(bench: Bench) -> None:
    order = bench.order(S.DELIVERED)
    fields = {"kind": "个人", "title": "林小雨", "email": "lin@example.com", "confirm": "yes"}
    bench.call(invoice.answer, order.no, fields)
    with clock.frozen(clock.now() + timedelta(hours=30)):
        assert push(bench) == "ticket"


def test_goods_that_have_come_in_are_looked_into(bench: Bench) -> None:
    order = bench.order(minutes=30)
    bench.call(arrival.answer, order.no)
    assert push(bench) == "ticket"
    bench.add_stock(order)
    assert push(bench) == "order_late"
    assert bench.call(arrival.answer, order.no).outcome == "delivered_now"
    assert push(bench) == "nothing"


def test_nobody_waits_for_a_suggestion_or_for_what_is_done(bench: Bench) -> None:
    opened(bench, "suggestion")
    opened(bench)
    with bench.database.write() as session:
        tickets.set_status(session, search.for_agents(session, kind="key")[0], "solved", "agent:3")
    assert push(bench) == "nothing"


def test_others_matters_are_not_touched(bench: Bench) -> None:
    bench.call(arrival.answer, bench.order(minutes=30).no)
    assert bench.call(urge.answer, asker=bench.guest).outcome == "nothing"
    assert "ticket.urge" not in bench.audit()
