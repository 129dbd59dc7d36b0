"""付不了款: the payment's state decides what is said; money that came without the order knowing is given back once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from desk import clock
from desk.cases import access, paying
from desk.cases.access import NotYours
from desk.shop.base import OrderStatus, PaymentState, RechargeState
from desk.shop.embedded.scenario_money import Paid
from tests.support.cases import OWNER, Bench
from tests.support.money import CAME, OFF, at_once, channel_down, decide, failed, recharge, remedies

S, P = OrderStatus, PaymentState
PENDING = Paid(P.PENDING, "alipay")


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with clock.frozen(clock.now()):
        yield


@pytest.mark.parametrize(
    ("order", "name"),
    [
        ({"status": S.UNPAID, "payments": ()}, ("order", "unpaid")),
        ({"status": S.UNPAID, "payments": (PENDING,)}, ("order", "unpaid")),
        ({"status": S.UNPAID, "payments": (failed("余额不足"),)}, ("payment", "refused")),
        ({"status": S.UNPAID, "payments": (failed("余额不足"), PENDING)}, ("payment", "refused")),
        ({"status": S.UNPAID, "minutes": 40, "payments": (failed("余额不足"),)}, ("order", "expired")),
        ({"status": S.EXPIRED}, ("order", "expired")),
        ({"status": S.CANCELED}, ("order", "canceled")),
        ({"minutes": 1}, ("order", "paid_wait")),
        ({"minutes": 9}, ("order", "overdue")),
        ({"status": S.DELIVERED, "payments": (failed("余额不足"), CAME)}, ("order", "delivered")),
        ({"status": S.DELIVERED, "payments": (CAME, CAME)}, ("duplicate", "confirm")),
        ({"status": S.REFUNDED, "minutes": 3000}, ("order", "refunded")),
        ({"status": S.UNPAID, "payments": (CAME,)}, ("payment", "fault_open")),
        ({"status": S.UNPAID, "minutes": 40, "payments": (CAME,)}, ("payment", "fault_back")),
        ({"status": S.EXPIRED, "payments": (CAME,)}, ("payment", "fault_back")),
        ({"status": S.CANCELED, "payments": (CAME,)}, ("payment", "fault_back")),
        ({"status": S.EXPIRED, "payments": (Paid(P.REFUNDED, "wechat"),)}, ("order", "expired")),
    ],
)
def test_what_is_said(bench: Bench, order: dict[str, Any], name: tuple[str, str]) -> None:
    made = bench.order(**({"minutes": 10} | order))
    answer = bench.call(paying.answer, made.no, {})
    assert answer.name == name
    assert answer.facts["order_no"] == made.no


@pytest.mark.parametrize(
    ("words", "why", "advice"),
    [
        ("微信支付返回：银行卡余额不足", "银行卡余额不足", "换一张有余额的卡"),
        ("微信支付返回：超出单日支付限额，请换一张卡", "超出单日支付限额，请换一张卡", "调高当日限额"),
        ("支付宝返回：交易有风险，已取消本次付款", "交易有风险，已取消本次付款", "常用的手机和网络"),
        ("风控拦截", "风控拦截", "常用的手机和网络"),
        ("网络超时", "网络超时", "换个网络"),
        ("Request TIMEOUT", "Request TIMEOUT", "换个网络"),
        ("商户异常", "商户异常", "不是您的账户"),
        ("支付宝返回：用户取消了支付", "用户取消了支付", "重新打开链接"),
        ("错误 1007", "错误 1007", "换一种付款方式"),
        ("错" * 300, "错" * 60, "换一种付款方式"),
    ],
)
def test_why_it_was_refused(bench: Bench, words: str, why: str, advice: str) -> None:
    made = bench.order(S.UNPAID, minutes=10, payments=(failed(words[:255]),))
    facts = bench.call(paying.answer, made.no, {}).facts
    assert facts["why"] == why
    assert advice in str(facts["advice"])
    assert facts["channels"] == "支付宝、云闪付"
    assert facts["time_left"] == "20 分钟"
    assert made.no in str(facts["pay_url"])


@pytest.mark.parametrize(("wallet", "offered"), [("10", False), ("98.79", False), ("98.80", True)])
def test_the_wallet_is_offered_where_it_holds_enough(bench: Bench, wallet: str, offered: bool) -> None:
    made = bench.order(S.UNPAID, minutes=10, payments=(failed("限额"),))
    recharge(bench, wallet, RechargeState.CREDITED)
    assert ("余额" in str(bench.call(paying.answer, made.no, {}).facts["channels"])) is offered


@pytest.mark.parametrize(
    ("down", "payments", "name", "channels", "also"),
    [
        (["wechat"], (failed("系统繁忙"),), ("payment", "channel_down"), "支付宝、云闪付", []),
        (["alipay"], (PENDING,), ("payment", "channel_down"), "微信支付、云闪付", []),
        (["unionpay"], (failed("余额不足"),), ("payment", "refused"), "支付宝", []),
        (["unionpay"], (PENDING,), ("order", "unpaid"), None, ["云闪付"]),
        (["alipay", "unionpay"], (failed("余额不足"),), ("payment", "refused"), "原来的方式再试一次", []),
        (["wechat", "alipay", "unionpay"], (PENDING,), ("payment", "channels_down"), None, []),
    ],
)
def test_channels_out_of_order(
    bench: Bench,
    down: list[str],
    payments: tuple[Paid, ...],
    name: tuple[str, str],
    channels: str | None,
    also: list[str],
) -> None:
    made = bench.order(S.UNPAID, minutes=10, payments=payments)
    channel_down(bench, *down)
    answer = bench.call(paying.answer, made.no, {})
    assert answer.name == name
    assert answer.facts.get("channels") == channels
    assert [more.facts["channel"] for more in answer.also] == also
    assert bench.tickets() == (["channels_down"] if name[1] == "channels_down" else [])
    if "since" in answer.facts:
        assert answer.facts["since"] == clock.spoken(clock.now() - timedelta(minutes=20))


def test_without_an_order(bench: Bench) -> None:
    channel_down(bench, "alipay")
    answer = bench.call(paying.answer, None, {}, asker=bench.guest)
    assert answer.facts == {"channels": "微信支付、云闪付"}
    assert [more.name for more in answer.also] == [("pay", "down")]


@pytest.mark.parametrize(
    ("order", "outcome", "done", "coupon"),
    [
        ({"status": S.UNPAID, "minutes": 10}, "fault_open", [], []),
        ({"status": S.EXPIRED, "minutes": 20}, "fault_back", [("refund", "done", "98.80")], []),
        ({"status": S.EXPIRED, "minutes": 90}, "fault_back", [("refund", "done", "98.80")], ["3.00"]),
        ({"status": S.CANCELED, "minutes": 200}, "fault_back", [("refund", "done", "98.80")], ["5.00"]),
        ({"status": S.EXPIRED, "minutes": 90, "customer_id": None}, "fault_back", [("refund", "done", "98.80")], []),
        (
            {"status": S.EXPIRED, "minutes": 20, "payments": (CAME, CAME)},
            "fault_back",
            [("refund", "done", "98.80"), ("refund_payment", "done", "98.80")],
            [],
        ),
        ({"status": S.EXPIRED, "minutes": 20, "quantity": 3}, "fault_waiting", [("refund", "waiting", "296.40")], []),
    ],
)
def test_the_emergency_lane(
    bench: Bench, order: dict[str, Any], outcome: str, done: list[tuple[str, str, str]], coupon: list[str]
) -> None:
    made = bench.order(**({"payments": (CAME,), "phone": "13912345678"} | order))
    asker = bench.owner
    if made.customer_id is None:
        asker = bench.guest
        bench.call(access.claim, made.no, "5678", asker=asker)
    answers = [bench.call(paying.answer, made.no, {}, asker=asker) for _ in range(3)]
    assert [answer.outcome for answer in answers] == [outcome] * 3
    assert [answer.facts for answer in answers] == [answers[0].facts] * 3
    expected = [("coupon", "done", yuan) for yuan in coupon]
    assert sorted(remedies(bench)) == sorted(done + expected)
    assert [more.facts["amount"] for more in answers[0].also] == [f"¥{yuan}" for yuan in coupon]
    assert not answers[1].also
    ticket = bench.ticket()
    assert (ticket.kind, ticket.priority, ticket.number) == ("finance", "urgent", answers[0].facts["ticket_no"])
    assert answers[0].facts["due"] == clock.spoken(clock.now() + timedelta(hours=2))
    assert not bench.queued()


def test_half_of_it_over_the_limit_waits(bench: Bench) -> None:
    bot = bench.services.policy.limits.bot.model_dump()
    sums = {**bot["day"], "refund": 150}
    limits = {**bench.services.policy.limits.model_dump(), "bot": {**bot, "day": sums}}
    bench.allow(limits=limits)
    made = bench.order(S.EXPIRED, minutes=20, payments=(CAME, CAME))
    answers = [bench.call(paying.answer, made.no, {}) for _ in range(2)]
    assert [answer.outcome for answer in answers] == ["fault_waiting"] * 2
    assert [answer.facts["amount"] for answer in answers] == ["¥197.60"] * 2
    assert remedies(bench) == [("refund", "done", "98.80"), ("refund_payment", "waiting", "98.80")]


@pytest.mark.parametrize("status", [S.EXPIRED, S.CANCELED])
def test_never_both_goods_and_money(bench: Bench, status: OrderStatus) -> None:
    made = bench.order(status, minutes=20, payments=(CAME,), stock=1)
    bench.call(paying.answer, made.no, {})
    assert bench.state(made).status is S.REFUNDING
    assert bench.keys(made) == []


def test_twenty_at_once_give_the_money_back_once(bench: Bench) -> None:
    made = bench.order(S.EXPIRED, minutes=90, payments=(CAME, CAME))
    assert at_once(bench, paying.answer, made.no, {}) == {"fault_back": 20}
    assert sorted(kind for kind, _, _ in remedies(bench)) == ["coupon", "refund", "refund_payment"]
    assert bench.tickets() == ["payment_fault"]


def test_switched_off_it_is_a_ticket(bench: Bench) -> None:
    bench.allow(switches=OFF)
    made = bench.order(S.EXPIRED, minutes=90, payments=(CAME,))
    answers = [bench.call(paying.answer, made.no, {}) for _ in range(2)]
    assert [answer.outcome for answer in answers] == ["fault_ticket"] * 2
    assert not answers[0].also
    assert remedies(bench) == []
    assert bench.tickets() == ["payment_fault"]
    assert bench.state(made).status is S.EXPIRED


@pytest.mark.parametrize(
    ("approve", "name"), [(True, ("payment", "fault_back")), (False, ("refund", "approval_refused"))]
)
def test_a_supervisor_decides_about_much_money(bench: Bench, approve: bool, name: tuple[str, str]) -> None:
    made = bench.order(S.EXPIRED, minutes=20, quantity=3, payments=(CAME,))
    assert bench.call(paying.answer, made.no, {}).outcome == "fault_waiting"
    assert bench.state(made).status is S.EXPIRED
    decide(bench, approve=approve, note="查无此款")
    assert bench.call(paying.answer, made.no, {}).name == name
    assert bench.state(made).status is (S.REFUNDING if approve else S.EXPIRED)


@pytest.mark.parametrize("status", [S.UNPAID, S.EXPIRED])
def test_a_promise_that_is_late_goes_to_a_person(bench: Bench, status: OrderStatus) -> None:
    made = bench.order(status, minutes=5, payments=(CAME,), pay_limit=timedelta(hours=24))
    bench.call(paying.answer, made.no, {})
    with clock.frozen(clock.now() + timedelta(minutes=121)):
        answer = bench.call(paying.answer, made.no, {})
    assert (answer.outcome, answer.handoff) == ("fault_late", True)
    assert bench.queued()
    assert len([kind for kind, _, _ in remedies(bench) if kind == "refund"]) == (status is S.EXPIRED)


@pytest.mark.parametrize("asker", ["guest", "stranger"])
def test_of_others_nothing_is_said(bench: Bench, asker: str) -> None:
    made = bench.order(S.EXPIRED, minutes=90, payments=(CAME,), customer_id=OWNER if asker == "guest" else "c_other")
    with pytest.raises(NotYours):
        bench.call(paying.answer, made.no, {}, asker=bench.guest if asker == "guest" else bench.owner)
    assert remedies(bench) == []
    assert bench.tickets() == []
