"""Asked again, fifty times at once, half-way or by others: every effect happens once, for the owner."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from desk import clock
from desk.cases import access, arrival, calls, orders, resend
from desk.cases.access import NotYours
from desk.shop.base import OrderStatus
from tests.support.cases import Bench, topup_order

S = OrderStatus


HOPELESS = "上游返回：账号不存在或已冻结"


BUSY = "运营商返回：号段维护中"


COUPON = "remedy.coupon.do"  # all of these are late


# What a second question about the same order finds: the state that the first one left.
@pytest.mark.parametrize(
    ("order", "outcomes", "tickets"),
    [
        ({"stock": 5}, ["delivered_now", "delivered_again", "delivered_again"], 0),
        ({}, ["out_of_stock", "out_of_stock"], 1),
        ({"status": S.DELIVERED, "quantity": 2, "handed_out": 1}, ["partial", "partial"], 1),
        ({"status": S.FAILED}, ["failed", "failed"], 1),
        (topup_order(S.FAILED, failure=BUSY), ["retried", "pending"], 0),
        (topup_order(S.FAILED, failure=HOPELESS), ["refund_requested", "refunding"], 1),
        (topup_order(S.PROCESSING, minutes=90), ["late", "late"], 1),
        (topup_order(S.COMPLETED), ["done", "still_missing", "still_missing"], 1),
    ],
)
def test_asking_again(bench: Bench, order: dict[str, Any], outcomes: list[str], tickets: int) -> None:
    made = bench.order(**order)
    assert [bench.call(arrival.answer, made.no).outcome for _ in outcomes] == outcomes
    assert len(bench.tickets()) == tickets


@pytest.mark.parametrize(
    ("order", "method", "effect"),
    [
        ({"stock": 60}, "delivered_now", ["key.deliver", COUPON]),
        ({}, "out_of_stock", ["ticket.open", COUPON]),
        (topup_order(S.FAILED, failure=BUSY), "retried", ["topup.retry", COUPON]),
        (topup_order(S.FAILED, failure=HOPELESS), "refund_requested", ["remedy.refund.do", "ticket.open"]),
    ],
)
@pytest.mark.parametrize("same_key", [True, False])
def test_fifty_at_once_have_one_effect(
    bench: Bench, order: dict[str, Any], method: str, effect: list[str], same_key: bool
) -> None:
    made = bench.order(**order)

    def ask(n: int) -> dict[str, Any]:
        def work() -> dict[str, Any]:
            return arrival.answer(session, bench.services, bench.owner, made.no).as_json()

        with bench.database.write() as session:
            return calls.once(session, f"k:not-received:{0 if same_key else n}", work)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, range(50)))
    assert bench.audit() == effect
    assert len(bench.keys(made)) == ("key.deliver" in effect)
    if same_key:
        assert all(answer == answers[0] for answer in answers)
        assert answers[0]["outcome"] == method


def test_a_call_that_fails_leaves_nothing_and_may_be_repeated(bench: Bench) -> None:
    order = bench.order(stock=1)

    def failing() -> dict[str, Any]:
        arrival.answer(session, bench.services, bench.owner, order.no)
        raise RuntimeError

    with pytest.raises(RuntimeError), bench.database.write() as session:
        calls.once(session, "k", failing)
    assert bench.audit() == []
    assert bench.state(order).status is S.PAID_WAIT
    with bench.database.write() as session:
        done = calls.once(
            session, "k", lambda: arrival.answer(session, bench.services, bench.owner, order.no).as_json()
        )
    assert done["outcome"] == "delivered_now"


def test_old_answers_are_forgotten(bench: Bench) -> None:
    answers = iter([{"n": 1}, {"n": 2}])
    key = "k" * 500
    with bench.database.write() as session:
        kept = [calls.once(session, key, lambda: next(answers)) for _ in range(3)]
        calls.forget(session, clock.now() + timedelta(seconds=1))
        kept.append(calls.once(session, key, lambda: next(answers)))
    assert kept == [{"n": 1}, {"n": 1}, {"n": 1}, {"n": 2}]


@pytest.mark.parametrize("service", [arrival.answer, resend.answer, orders.status])
@pytest.mark.parametrize("asker", ["guest", "stranger"])
def test_nobody_else_gets_anything(bench: Bench, service: Any, asker: str) -> None:
    order = bench.order(stock=1)
    who = bench.guest if asker == "guest" else access.Asker(bench.conversation("x"), "c_other", "ip")
    messages = set()
    for no in (order.no, "DD20261121ZZZZ"):
        with pytest.raises(NotYours) as refused:
            bench.call(service, no, asker=who)
        messages.add((refused.value.code, refused.value.text, str(refused.value.details)))
    assert len(messages) == 1
    assert bench.audit() == []
    assert bench.state(order).status is S.PAID_WAIT
