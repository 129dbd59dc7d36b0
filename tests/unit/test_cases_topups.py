"""充值没到账: state of the top-up -> answer, facts, tickets, audit; and what can go wrong."""

from datetime import timedelta
from typing import Any

import pytest

from desk import clock
from desk.cases import arrival, orders
from desk.shop.base import OrderStatus, Payment, PaymentState, Unsupported
from desk.shop.embedded.adapter import EmbeddedShop
from tests.support.arrivals import Row, check, named
from tests.support.cases import Bench, topup_order

S = OrderStatus


HOPELESS = "上游返回：账号不存在或已冻结"


BUSY = "运营商返回：号段维护中"


MASKED = {"account_masked": "138****8000"}


TOPUPS = {
    "unpaid": Row(topup_order(S.UNPAID, minutes=10), "unpaid", {"time_left": "20 分钟"}),
    "expired": Row(topup_order(S.EXPIRED), "expired"),
    "on its way": Row(topup_order(S.PROCESSING, minutes=10), "pending", MASKED | {"eta_minutes": 20}),
    "past the usual time": Row(topup_order(S.PROCESSING, minutes=40), "pending", MASKED | {"eta_minutes": 20}),
    "late": Row(topup_order(S.PAID_WAIT, minutes=61), "late", MASKED, tickets=("topup_late",), audit=("ticket.open",)),
    "failed, worth another try": Row(
        topup_order(S.FAILED, failure=BUSY),
        "retried",
        MASKED | {"eta_minutes": 30},
        audit=("topup.retry",),
        then=S.PROCESSING,
    ),
    "failed again": Row(
        topup_order(S.FAILED, failure=BUSY, attempts=2),
        "refund_requested",
        {"amount": "¥49.50", "refund_days": 3},
        tickets=("refund",),
        audit=("remedy.refund.do", "ticket.open"),
        then=S.REFUNDING,
    ),
    "failed for good": Row(
        topup_order(S.FAILED, failure=HOPELESS),
        "refund_requested",
        tickets=("refund",),
        audit=("remedy.refund.do", "ticket.open"),
        then=S.REFUNDING,
    ),
    "done": Row(
        topup_order(S.COMPLETED), "done", MASKED | {"where": "到账后运营商会发短信，也可以在运营商 App 里看充值记录"}
    ),
    "refunding": Row(topup_order(S.REFUNDING), "refunding"),
    "refunded": Row(topup_order(S.REFUNDED, minutes=3000), "refunded"),
    "canceled": Row(topup_order(S.CANCELED), "canceled"),
}


@pytest.mark.parametrize("row", named(TOPUPS))
def test_topups(bench: Bench, row: Row) -> None:
    check(bench, row, "topup")


def test_a_second_complaint_about_a_done_topup_goes_to_a_person(bench: Bench) -> None:
    order = bench.order(**topup_order(S.COMPLETED))
    assert not bench.call(arrival.answer, order.no).handoff
    again = bench.call(arrival.answer, order.no)
    assert again.handoff
    assert bench.queued()
    with clock.frozen(clock.now() + timedelta(days=30)):
        other = bench.order(**topup_order(S.COMPLETED))
        assert bench.call(arrival.answer, other.no).outcome == "done"


def test_a_retried_topup_has_its_time_from_the_retry_on(bench: Bench) -> None:
    order = bench.order(**topup_order(S.FAILED, failure=BUSY, minutes=600))
    bench.call(arrival.answer, order.no)
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        assert bench.call(arrival.answer, order.no).outcome == "pending"
        assert bench.call(orders.status, order.no).outcome == "processing"
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        assert bench.call(arrival.answer, order.no).outcome == "late"
        assert bench.call(orders.status, order.no).outcome == "overdue"


@pytest.mark.parametrize("kind", ["card_key", "topup"])
def test_who_has_paid_is_never_asked_to_pay(bench: Bench, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    order = bench.order(**(topup_order(S.UNPAID) if kind == "topup" else {"status": S.EXPIRED}))
    paid = Payment(order.no, "alipay", order.amount, PaymentState.SUCCESS, paid_at=clock.now())
    monkeypatch.setattr(EmbeddedShop, "payment", lambda *_: paid)
    assert bench.call(orders.status, order.no).outcome == "paid_wait"
    assert bench.call(arrival.answer, order.no).outcome in {"failed", "late"}
    assert len(bench.tickets()) == 1


# The error twins: a connection that may only read.
@pytest.mark.parametrize(
    ("method", "order", "outcome"),
    [
        ("deliver", {}, "failed"),
        ("retry_topup", topup_order(S.FAILED, failure=BUSY), "refund_requested"),
        ("request_refund", topup_order(S.FAILED, failure=HOPELESS), "refund_requested"),
    ],
)
def test_a_shop_that_cannot_do_it_means_a_ticket(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, method: str, order: dict[str, Any], outcome: str
) -> None:
    def unsupported(*_: object) -> None:
        raise Unsupported

    made = bench.order(**order)
    monkeypatch.setattr(EmbeddedShop, method, unsupported)
    assert bench.call(arrival.answer, made.no).outcome == outcome
    assert len(bench.tickets()) == 1


def test_refunds_can_be_left_to_people(bench: Bench) -> None:
    bench.allow(switches={"refund": "off"})
    order = bench.order(**topup_order(S.FAILED, failure=HOPELESS))
    assert bench.call(arrival.answer, order.no).outcome == "refund_requested"
    assert bench.state(order).status is S.FAILED
    assert bench.audit() == ["ticket.open"]
