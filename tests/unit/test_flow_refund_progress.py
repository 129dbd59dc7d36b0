"""退款到哪了: how far the money is, which order is meant, and what is pressed on when late."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from desk import clock
from desk.cases import deadlines, orders, refund_progress, refunds
from desk.cases.access import Asker, NotYours
from desk.cases.outcomes import Outcome
from desk.remedies import approvals
from desk.remedies.model import Remedy
from desk.shop.base import KeyState, OrderStatus
from tests.support.cases import Bench, card_order, topup_order

S = OrderStatus
YES = {"reason": "买错了", "confirm": "yes"}


def ask(bench: Bench, no: str, asker: Asker | None = None) -> Outcome:
    return bench.call(refund_progress.answer, no, {}, asker=asker)


def later(days: float) -> Any:
    return clock.frozen(clock.now() + timedelta(days=days))


@pytest.mark.parametrize(
    ("order", "outcome"),
    [
        ({"status": S.REFUNDING, "minutes": 60}, "refunding"),
        (topup_order(S.REFUNDING, minutes=60), "refunding"),
        ({"status": S.REFUNDING, "minutes": 10 * 1440}, "late"),
        ({"status": S.REFUNDED, "minutes": 3000}, "refunded"),
        ({"status": S.UNPAID, "minutes": 5}, "unpaid"),
        ({"status": S.EXPIRED}, "unpaid"),
        ({"status": S.CANCELED}, "canceled"),
        ({"status": S.PAID_WAIT}, "none"),
        (topup_order(S.FAILED), "none"),
        ({"status": S.DELIVERED}, "none"),
        ({"status": S.OUT_OF_STOCK_AFTER_PAY}, "none"),
    ],
)
def test_states(bench: Bench, order: dict[str, Any], outcome: str) -> None:
    made = bench.order(**order)
    said = ask(bench, made.no)
    assert said.name == ("refund_progress", outcome)
    assert not said.asks
    assert bench.tickets() == (["refund"] if outcome == "late" else [])
    assert bench.state(made).status is order["status"]


def test_amount_target_and_times(bench: Bench) -> None:
    order = bench.order(S.REFUNDING, minutes=60)
    facts = ask(bench, order.no).facts
    assert facts["amount"] == "¥98.80"
    assert str(facts["asked_at"]).startswith(("今天", "昨天"))
    assert str(facts["by"]).endswith("）")
    done = bench.order(S.REFUNDED, minutes=3000)
    assert {"target", "where", "refunded_at"} <= ask(bench, done.no).facts.keys()


def test_a_late_one_presses_finance_once(bench: Bench) -> None:
    order = bench.order(S.REFUNDING, minutes=10 * 1440)
    assert [ask(bench, order.no).outcome for _ in range(3)] == ["late"] * 3
    assert bench.ticket().priority == "urgent"
    assert bench.audit().count("ticket.urge") == 1


def test_what_waits_for_a_supervisor(bench: Bench) -> None:
    order = bench.order(**card_order(KeyState.SOLD))
    assert bench.call(refunds.answer, order.no, YES).outcome == "approval"
    assert ask(bench, order.no).outcome == "waiting"
    with later(1.1):
        assert ask(bench, order.no).outcome == "waiting_late"
        assert bench.ticket().priority == "urgent"
    with bench.database.write() as session:
        number = session.scalars(select(Remedy.id)).one()
        approvals.decide(
            session,
            bench.shop,
            bench.services.policies,
            number,
            actor="agent:1",
            role="supervisor",
            approve=False,
            note="卡密已被查看",
        )
    said = ask(bench, order.no)
    assert (said.outcome, said.facts["note"]) == ("refused", "卡密已被查看")


def test_what_finance_does_by_hand(bench: Bench) -> None:
    bench.allow(switches={"refund": "off"})
    order = bench.order(minutes=1)
    assert bench.call(refunds.answer, order.no, YES).outcome == "ticket"
    assert ask(bench, order.no).outcome == "ticket"
    with later(8):
        assert ask(bench, order.no).outcome == "ticket_late"


def test_the_order_that_is_refunded_is_meant(bench: Bench) -> None:
    def meant(order_no: str | None = None) -> str | None:
        return bench.call(orders.refunding, order_no).facts.get("order_no")  # type: ignore[return-value]

    assert meant() is None
    old = bench.order(S.REFUNDING, minutes=9000)
    others = [bench.order(S.DELIVERED, minutes=60 + 30 * n) for n in range(6)]
    assert meant() == meant(others[0].no) == old.no
    listed = bench.call(lambda s, services, asker: orders.recent(s, services, asker, refunding_first=True))
    assert [card["order_no"] for card in listed.cards][:2] == [old.no, others[0].no]
    assert len(listed.cards) == bench.services.policy.recent_orders
    second = bench.order(**card_order(KeyState.SOLD))
    assert bench.call(refunds.answer, second.no, YES).outcome == "approval"
    assert meant() is meant(others[0].no) is None  # two: nobody guesses
    assert meant(second.no) == second.no
    assert bench.call(orders.refunding, old.no, asker=bench.guest).outcome == "unclear"


def test_nobody_hears_of_anothers(bench: Bench) -> None:
    order = bench.order(S.REFUNDING)
    with pytest.raises(NotYours):
        ask(bench, order.no, bench.guest)


@pytest.mark.parametrize(
    ("asked", "days", "last"),
    [
        ("2026-11-16T12:00+08:00", 3, "2026-11-19"),  # Monday
        ("2026-11-19T12:00+08:00", 3, "2026-11-24"),  # over a weekend
        ("2026-11-20T23:30+08:00", 1, "2026-11-23"),
        ("2026-11-21T09:00+08:00", 1, "2026-11-23"),  # Saturday
        ("2026-11-20T17:00+00:00", 1, "2026-11-23"),  # Saturday in Shanghai already
        ("2026-09-30T12:00+08:00", 1, "2026-10-08"),  # over the National Day holiday
        ("2026-10-09T12:00+08:00", 1, "2026-10-10"),  # a Saturday that is worked in exchange
    ],
)
def test_working_days(bench: Bench, asked: str, days: int, last: str) -> None:
    with bench.database.read() as session:
        end = deadlines.working_days_after(session, datetime.fromisoformat(asked), days)
    assert f"{end:%Y-%m-%d %H:%M}" == f"{last} 23:59"
