"""Remedies: once each, within limits, switched on by the operator, decided once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from desk import clock
from desk.audit.service import of_subject
from desk.conversations import timeline
from desk.remedies import approvals, asking
from desk.remedies.errors import AlreadyDecided, OverLimit, SwitchedOff
from desk.remedies.model import FollowUp, Kind, Remedy, State
from desk.remedies.service import Wish, ask
from desk.shop.base import NotRefundable, OrderStatus
from tests.support.cases import OWNER, Bench


def wish(bench: Bench, kind: Kind = Kind.COUPON, mark: str = "coupon:test", **more: Any) -> Wish:
    given: dict[str, Any] = {"customer_id": OWNER, "conversation_id": bench.owner.conversation_id, "yuan": Decimal(3)}
    if kind is Kind.COUPON:
        given["detail"] = {"valid_days": 30}
    return Wish(kind, mark, **{**given, **more})


def asked(bench: Bench, wanted: Wish) -> Remedy:
    with bench.database.write() as session:
        remedy = ask(session, bench.shop, bench.services.policies, wanted)
        session.expunge(remedy)
        return remedy


def coupons(bench: Bench) -> list[Decimal]:
    with bench.database.read() as session:
        return [coupon.yuan for coupon in bench.shop.coupons_of(session, OWNER)]


def decided(bench: Bench, number: int, approve: bool, role: str = "supervisor", note: str = "") -> Remedy:
    with bench.database.write() as session:
        return approvals.decide(
            session, bench.shop, bench.services.policies, number, actor="agent:9", role=role, approve=approve, note=note
        )


def said(bench: Bench) -> list[str]:
    with bench.database.read() as session:
        return [entry.text for entry in timeline.entries(session, bench.owner.conversation_id)]


@pytest.fixture(autouse=True)
def _customer(bench: Bench) -> None:
    bench.order()  # brings its customer


def test_asked_twice_it_is_done_once(bench: Bench) -> None:
    first, again = asked(bench, wish(bench)), asked(bench, wish(bench))
    assert (first.id, first.state) == (again.id, State.DONE)
    assert coupons(bench) == [Decimal(3)]


@pytest.mark.parametrize("kind", [Kind.COUPON, Kind.REFUND])
def test_fifty_at_once_give_one(bench: Bench, kind: Kind) -> None:
    order = bench.order(OrderStatus.OUT_OF_STOCK_AFTER_PAY)
    wanted = wish(bench, kind, f"{kind}:{order.no}", order_no=order.no, yuan=min(order.amount, Decimal(10)))
    with ThreadPoolExecutor(50) as pool:
        ids = {remedy.id for remedy in pool.map(lambda _: asked(bench, wanted), range(50))}
    assert len(ids) == 1
    with bench.database.read() as session:
        entries = [entry.action for entry in of_subject(session, order.no) if entry.action.startswith("remedy")]
    assert entries == [f"remedy.{kind}.do"]


@pytest.mark.parametrize(
    ("limits", "yuans", "states"),
    [
        ({"once": {"refund": 200, "coupon": 10}}, [10], ["done"]),
        ({"once": {"refund": 200, "coupon": 10}}, ["10.01"], ["waiting"]),
        ({"customer_day": {"refund": 9, "coupon": 15}}, [10, 5, "0.01"], ["done", "done", "waiting"]),
        ({"day": {"refund": 9, "coupon": 12}}, [10, 3], ["done", "waiting"]),
    ],
)
def test_limits(bench: Bench, limits: dict[str, Any], yuans: list[Any], states: list[str]) -> None:
    usual = bench.services.policy.limits.model_dump()
    bench.allow(limits={"bot": {**usual["bot"], **limits}})
    found = [asked(bench, wish(bench, mark=f"coupon:{n}", yuan=Decimal(yuan))).state for n, yuan in enumerate(yuans)]
    assert found == states


def test_two_halves_at_once_do_not_slip_under_the_limit(bench: Bench) -> None:
    usual = bench.services.policy.limits.model_dump()
    bench.allow(limits={"bot": {**usual["bot"], "day": {"refund": 0, "coupon": 10}}})
    wanted = [wish(bench, mark=f"coupon:{n}", yuan=Decimal(6), customer_id=OWNER) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        states = [remedy.state for remedy in pool.map(lambda each: asked(bench, each), wanted)]
    assert (states.count(State.DONE), states.count(State.WAITING)) == (1, 7)


def test_switched_off_nothing_happens(bench: Bench) -> None:
    bench.allow(switches={"coupon": "off"})
    with pytest.raises(SwitchedOff):
        asked(bench, wish(bench))
    assert coupons(bench) == []


def test_what_the_shop_refuses_leaves_nothing(bench: Bench) -> None:
    order = bench.order(OrderStatus.UNPAID)
    with pytest.raises(NotRefundable):
        asked(bench, wish(bench, Kind.REFUND, "refund:x", order_no=order.no))
    with bench.database.read() as session:
        assert approvals.waiting(session) == []
        assert session.query(Remedy).count() == 0


@pytest.mark.parametrize(
    ("approve", "note", "state", "notice"),
    [
        (True, "", "done", "给您补了一张 ¥20.00 的优惠券"),
        (False, "这单没有延误。", "refused", "补偿券的申请这次没有通过：这单没有延误。"),
    ],
)
def test_a_supervisor_decides_once_and_the_customer_is_told(
    bench: Bench, approve: bool, note: str, state: str, notice: str
) -> None:
    waiting = asked(bench, wish(bench, yuan=Decimal(20)))
    assert (waiting.state, coupons(bench)) == (State.WAITING, [])
    decided(bench, waiting.id, approve, note=note)
    with pytest.raises(AlreadyDecided):
        decided(bench, waiting.id, not approve)
    again = asked(bench, wish(bench, yuan=Decimal(20)))
    assert again.state == state
    assert coupons(bench) == ([Decimal(20)] if approve else [])
    assert [text for text in said(bench) if notice in text] != []


def test_a_decision_has_limits_too(bench: Bench) -> None:
    waiting = asked(bench, wish(bench, yuan=Decimal(500)))
    with pytest.raises(OverLimit):
        decided(bench, waiting.id, True)
    assert coupons(bench) == []


def test_ten_supervisors_click_at_once(bench: Bench) -> None:
    waiting = asked(bench, wish(bench, yuan=Decimal(20)))

    def click(approve: bool) -> str:
        try:
            return str(decided(bench, waiting.id, approve).state)
        except AlreadyDecided:
            return "late"

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(click, [True, False] * 5))
    assert results.count("late") == 9
    assert len(coupons(bench)) == results.count("done")


def test_some_minutes_later_the_customer_is_asked_once(bench: Bench) -> None:
    waiting = asked(bench, wish(bench, yuan=Decimal(20)))
    decided(bench, waiting.id, True)
    assert asking.ask_due(bench.database) == 0
    with bench.database.write() as session:
        session.query(FollowUp).update({"due_at": clock.now()})
    assert (asking.ask_due(bench.database), asking.ask_due(bench.database)) == (1, 0)
    assert said(bench)[-1] == "刚才的问题解决了吗？"
