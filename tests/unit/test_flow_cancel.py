"""取消订单: state of the order × what has been answered → answer and effects."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from desk.cases import cancel
from desk.cases.access import Asker, NotYours
from desk.cases.outcomes import Outcome
from desk.remedies.model import Remedy
from desk.shop.base import KeyState, NotCancellable, OrderStatus, Unsupported
from desk.shop.embedded.adapter import EmbeddedShop
from tests.support.cases import Bench, card_order, topup_order

S = OrderStatus
YES, NO = {"confirm": "yes"}, {"confirm": "no"}


def ask(bench: Bench, no: str, details: dict[str, str], asker: Asker | None = None) -> Outcome:
    return bench.call(cancel.answer, no, details, asker=asker)


@pytest.mark.parametrize(
    ("order", "details", "name", "asks", "then"),
    [
        ({"status": S.UNPAID, "minutes": 5}, {}, ("cancel", "confirm"), "confirm", S.UNPAID),
        ({"status": S.UNPAID, "minutes": 5}, {"confirm": "嗯？"}, ("cancel", "confirm"), "confirm", S.UNPAID),
        ({"status": S.UNPAID, "minutes": 5}, NO, ("cancel", "kept"), "", S.UNPAID),
        ({"status": S.UNPAID, "minutes": 5}, YES, ("cancel", "done"), "", S.CANCELED),
        ({"status": S.UNPAID, "minutes": 40}, YES, ("cancel", "closed"), "", S.UNPAID),
        ({"status": S.EXPIRED}, YES, ("cancel", "closed"), "", S.EXPIRED),
        ({"status": S.CANCELED}, YES, ("cancel", "closed"), "", S.CANCELED),
        ({"status": S.REFUNDING}, YES, ("cancel", "refunding"), "", S.REFUNDING),
        ({"status": S.REFUNDED, "minutes": 3000}, YES, ("cancel", "refunded"), "", S.REFUNDED),
        ({"minutes": 1}, {}, ("cancel", "confirm_refund"), "confirm", S.PAID_WAIT),
        ({"minutes": 1}, NO, ("refund", "kept"), "", S.PAID_WAIT),
        ({"minutes": 1}, YES, ("refund", "done"), "", S.REFUNDING),
        ({"status": S.OUT_OF_STOCK_AFTER_PAY}, {}, ("cancel", "confirm_refund"), "confirm", S.OUT_OF_STOCK_AFTER_PAY),
        ({"status": S.OUT_OF_STOCK_AFTER_PAY}, YES, ("refund", "done"), "", S.REFUNDING),
        (card_order(KeyState.SOLD), {}, ("cancel", "confirm_approval"), "confirm", S.DELIVERED),
        (card_order(KeyState.SOLD), YES, ("refund", "approval"), "", S.DELIVERED),
        (card_order(KeyState.SOLD, minutes=3000), YES, ("refund", "refuse_key_unused_late"), "", S.DELIVERED),
        (card_order(KeyState.USED, minutes=600), YES, ("refund", "refuse_key_used"), "", S.DELIVERED),
        (topup_order(S.UNPAID, minutes=5), YES, ("cancel", "done"), "", S.CANCELED),
        (topup_order(S.PAID_WAIT, minutes=5), YES, ("refund", "done"), "", S.REFUNDING),
        (topup_order(S.FAILED), YES, ("refund", "done"), "", S.REFUNDING),
        (topup_order(S.PROCESSING, minutes=5), YES, ("refund", "wait"), "", S.PROCESSING),
        (topup_order(S.PROCESSING, minutes=300), YES, ("cancel", "stuck"), "", S.PROCESSING),
        (topup_order(S.COMPLETED), YES, ("refund", "refuse_topup_done"), "", S.COMPLETED),
    ],
)
def test_cancelling(
    bench: Bench, order: dict[str, Any], details: dict[str, str], name: tuple[str, str], asks: str, then: OrderStatus
) -> None:
    made = bench.order(**order)
    said = ask(bench, made.no, details)
    assert (said.name, said.asks) == (name, asks)
    assert bench.state(made).status is then
    moved = name in {("cancel", "done"), ("refund", "done"), ("refund", "approval")}
    assert [action.startswith("remedy.") for action in bench.audit()].count(True) == moved


def test_a_paid_one_is_a_refund_with_everything_said_first(bench: Bench) -> None:
    order = bench.order(minutes=1)
    said = ask(bench, order.no, {})
    assert said.facts["amount"] == "¥98.80"
    assert said.facts["refund_days"] == 3
    assert said.facts["target"]
    assert bench.audit() == []
    assert ask(bench, order.no, YES).facts["amount"] == "¥98.80"
    with bench.database.read() as session:
        assert session.scalars(select(Remedy.reason)).one() == "取消订单"
    assert ask(bench, order.no, YES).name == ("cancel", "refunding")


@pytest.mark.parametrize("order", [{"status": S.UNPAID, "minutes": 5}, {"minutes": 1}])
def test_twenty_at_once_cancel_once(bench: Bench, order: dict[str, Any]) -> None:
    made = bench.order(**order)
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: ask(bench, made.no, YES), range(20)))
    with bench.database.read() as session:
        assert len(session.scalars(select(Remedy)).all()) == 1
    assert bench.audit()[0] == ("remedy.cancel_order.do" if order.get("status") else "remedy.refund.do")


@pytest.mark.parametrize(
    ("failure", "outcome"), [(None, "leave"), (Unsupported, "leave"), (NotCancellable, "just_paid")]
)
def test_what_cannot_be_cancelled_by_us(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, failure: type[Exception] | None, outcome: str
) -> None:
    order = bench.order(S.UNPAID, minutes=5)
    if failure is None:
        bench.allow(switches={"cancel_order": "off"})
    else:

        def refuse(*_: object) -> None:
            assert failure is not None
            raise failure

        monkeypatch.setattr(EmbeddedShop, "cancel", refuse)
    assert ask(bench, order.no, YES).outcome == outcome
    assert bench.state(order).status is S.UNPAID
    assert bench.audit() == []


def test_more_than_the_bot_may_waits_for_a_supervisor(bench: Bench) -> None:
    bench.allow(
        limits={
            "bot": {
                "once": {"refund": 50, "coupon": 10},
                "customer_day": {"refund": 500, "coupon": 15},
                "day": {"refund": 5000, "coupon": 500},
            }
        }
    )
    order = bench.order(minutes=1)
    assert ask(bench, order.no, YES).name == ("refund", "approval")
    assert bench.state(order).status is S.PAID_WAIT
    assert ask(bench, order.no, {}).name == ("refund", "approval_waiting")


def test_refunds_switched_off_mean_a_ticket(bench: Bench) -> None:
    bench.allow(switches={"refund": "off"})
    order = bench.order(minutes=1)
    assert ask(bench, order.no, YES).name == ("refund", "ticket")
    assert bench.tickets() == ["refund"]


def test_nobody_cancels_anothers(bench: Bench) -> None:
    order = bench.order(S.UNPAID, minutes=5)
    for asker in (bench.guest, Asker(bench.conversation("x"), "c_other", "ip")):
        with pytest.raises(NotYours):
            ask(bench, order.no, YES, asker)
    assert bench.state(order).status is S.UNPAID
