"""What agents do about an order: offered with reasons and limits, done once, told, or put before a supervisor."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from desk.cases import access
from desk.cases.access import Asker
from desk.conversations import timeline
from desk.conversations.model import Entry
from desk.counter.doing import Done, do
from desk.counter.model import Act, Ask, BadAsk, NotOffered, Who
from desk.counter.offers import Offer, offers
from desk.errors import DeskError
from desk.remedies import approvals
from desk.shop.base import AccountState, KeyState, Order, OrderStatus
from desk.shop.embedded.demo import bring_customer
from tests.support.cases import OWNER, Bench, card_order, topup_order

LIN, BOSS = Who("agent:1", "agent"), Who("agent:3", "supervisor")


def offered(bench: Bench, order: Order, who: Who = LIN, asker: Asker | None = None) -> dict[str, Offer]:
    with bench.database.write() as session:
        owned = access.require(session, bench.services, asker or bench.owner, order.no)
        return {each.act: each for each in offers(session, bench.services, owned, who)}


def does(bench: Bench, order: Order, act: Act, who: Who = LIN, form: str = "form-1", **fields: Any) -> Done:
    with bench.database.write() as session:
        owned = access.require(session, bench.services, bench.owner, order.no)
        return do(session, bench.services, owned, who, Ask(act, form, fields.pop("reason", "客户着急"), **fields))


def told(bench: Bench) -> list[Entry]:
    with bench.database.read() as session:
        found = timeline.entries(session, bench.owner.conversation_id)
        session.expunge_all()
    return found


def waiting(bench: Bench) -> list[str]:
    with bench.database.read() as session:
        return [each.kind for each in approvals.waiting(session)]


CARD, TOPUP = card_order(), topup_order(OrderStatus.PAID_WAIT)


@pytest.mark.parametrize(
    ("order", "possible", "impossible"),
    [
        (CARD, {Act.RESEND, Act.REISSUE, Act.EXTEND, Act.REFUND, Act.COUPON}, {Act.DELIVER, Act.CANCEL_ORDER}),
        ({"status": OrderStatus.UNPAID}, {Act.CANCEL_ORDER}, {Act.RESEND, Act.REFUND, Act.DELIVER}),
        ({"status": OrderStatus.REFUNDED}, {Act.COUPON}, {Act.REFUND, Act.DELIVER, Act.DISCOUNT}),
        (TOPUP, {Act.CORRECT_ACCOUNT, Act.REFUND}, {Act.RETRY_TOPUP}),
        (topup_order(OrderStatus.FAILED), {Act.CORRECT_ACCOUNT, Act.RETRY_TOPUP, Act.REFUND}, set()),
        (topup_order(OrderStatus.COMPLETED), {Act.COUPON}, {Act.CORRECT_ACCOUNT, Act.RETRY_TOPUP}),
    ],
)
def test_what_is_offered(bench: Bench, order: dict[str, Any], possible: set[Act], impossible: set[Act]) -> None:
    found = offered(bench, bench.order(**order))
    for act in possible:
        assert found[act].why_not == "", act
    for act in impossible:
        assert found[act].why_not, act
    assert (Act.REISSUE in found) is (order.get("kind") is None)


def test_limits_and_approval_are_known_before(bench: Bench) -> None:
    order = bench.order(**CARD)
    found = offered(bench, order)
    assert found[Act.COUPON].limits == ["单次最多 ¥20.00", "这位客户今天还可以 ¥30.00", "今天一共还可以 ¥300.00"]
    assert (found[Act.COUPON].verdict(Decimal(20)), bool(found[Act.COUPON].verdict(Decimal(21)))) == ("", True)
    assert found[Act.DISCOUNT].verdict(Decimal(1)) != ""
    does(bench, order, Act.COUPON, yuan=Decimal(20))
    assert "这位客户今天还可以 ¥10.00" in offered(bench, order)[Act.COUPON].limits


def test_switched_off_is_said(bench: Bench) -> None:
    bench.allow(switches={"coupon": "off"})
    order = bench.order(**CARD)
    assert "没有开启" in offered(bench, order)[Act.COUPON].why_not
    with pytest.raises(NotOffered):
        does(bench, order, Act.COUPON, yuan=Decimal(5))


def test_a_reissue_sends_the_new_key_once(bench: Bench) -> None:
    order = bench.order(**CARD, stock=3)
    key = bench.keys(order)[0]

    def click(_: int) -> Done:
        return does(bench, order, Act.REISSUE, key=key.id)

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(click, range(6)))
    assert found == {Done("已办好：补发卡密", False)}
    fresh = [each for each in bench.keys(order) if each.live]
    assert [each.id for each in fresh] != [key.id]
    cards = [card for entry in told(bench) for card in entry.body.get("cards", [])]
    assert len(cards) == 1
    with bench.database.read() as session:
        shown = bench.vault.fill(session, cards[0]["secret"], bench.owner.conversation_id)
    assert shown == bench.raw(fresh[0])
    with pytest.raises(NotOffered):  # the old key has been replaced
        does(bench, order, Act.REISSUE, form="form-2", key=key.id)
    assert "remedy.reissue.do" in bench.audit()


def test_a_used_key_or_a_second_reissue_waits_for_a_supervisor(bench: Bench) -> None:
    order = bench.order(**card_order(KeyState.USED), stock=3)
    key = bench.keys(order)[0]
    assert does(bench, order, Act.REISSUE, key=key.id).waiting
    assert waiting(bench) == ["reissue"]
    with pytest.raises(NotOffered, match="等主管审批"):
        does(bench, order, Act.REISSUE, form="form-2", key=key.id)
    assert [entry.text for entry in told(bench)] == ["您的补发卡密我已经提交主管审批，结果出来马上在这里告诉您。"]


@pytest.mark.parametrize(
    ("who", "yuan", "waits"), [(LIN, 20, False), (LIN, 21, True), (BOSS, 200, False), (BOSS, 201, None)]
)
def test_coupons_by_role(bench: Bench, who: Who, yuan: int, waits: bool | None) -> None:
    order = bench.order(**CARD)
    if waits is None:
        with pytest.raises(BadAsk):
            does(bench, order, Act.COUPON, who, yuan=Decimal(yuan))
        return
    assert does(bench, order, Act.COUPON, who, yuan=Decimal(yuan)).waiting is waits
    with bench.database.read() as session:
        assert [each.yuan for each in bench.shop.coupons_of(session, OWNER)] == ([] if waits else [Decimal(yuan)])


def test_a_refund_by_the_rules_and_against_them(bench: Bench) -> None:
    fine = bench.order(OrderStatus.FAILED, kind=topup_order(OrderStatus.FAILED)["kind"], account="13800138000")
    assert does(bench, fine, Act.REFUND, yuan=fine.amount).waiting is (fine.amount > 200)
    used = bench.order(**card_order(KeyState.USED))
    assert offered(bench, used)[Act.REFUND].needs
    assert does(bench, used, Act.REFUND, form="form-2", yuan=Decimal(10)).waiting
    with pytest.raises(NotOffered, match="等主管审批"):
        does(bench, used, Act.DISCOUNT, form="form-3", yuan=Decimal(5))


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        (Act.COUPON, {"yuan": Decimal(0)}),
        (Act.COUPON, {"yuan": Decimal(-5)}),
        (Act.COUPON, {"yuan": Decimal(5), "reason": ""}),
        (Act.REFUND, {"yuan": Decimal(100000)}),
        (Act.REISSUE, {"key": 999999}),
        (Act.EXTEND, {"days": 0}),
        (Act.EXTEND, {"days": 91}),
    ],
)
def test_bad_fields_change_nothing(bench: Bench, act: Act, fields: dict[str, Any]) -> None:
    order = bench.order(**CARD, stock=1)
    if act is Act.EXTEND:
        fields = {**fields, "key": bench.keys(order)[0].id}
    with pytest.raises(BadAsk):
        does(bench, order, act, **fields)
    assert (told(bench), waiting(bench), bench.audit()) == ([], [], [])


def test_an_account_is_corrected_checked_and_kept_out_of_the_audit(bench: Bench) -> None:
    order = bench.order(**TOPUP)
    with pytest.raises(DeskError):
        does(bench, order, Act.CORRECT_ACCOUNT, account="abc")
    assert not does(bench, order, Act.CORRECT_ACCOUNT, account="139 0013 9000").waiting
    assert bench.state(order).account == "13900139000"


def test_freezing_and_thawing_an_account(bench: Bench) -> None:
    order = bench.order(**CARD)

    def state() -> AccountState:
        with bench.database.write() as session:
            bring_customer(session, OWNER)
            account = bench.shop.account(session, OWNER)
        assert account is not None
        return account.state

    does(bench, order, Act.FREEZE_ACCOUNT)
    assert state() is AccountState.FROZEN
    assert offered(bench, order)[Act.FREEZE_ACCOUNT].why_not
    assert does(bench, order, Act.UNFREEZE_ACCOUNT, form="form-2").waiting
    assert state() is AccountState.FROZEN
    assert not does(bench, order, Act.UNFREEZE_ACCOUNT, BOSS, form="form-3").waiting
    assert state() is AccountState.ACTIVE


def test_resending_shows_the_keys_again_and_makes_none(bench: Bench) -> None:
    order = bench.order(**CARD)
    before = bench.keys(order)
    for _ in range(2):
        does(bench, order, Act.RESEND)
    assert [each.id for each in bench.keys(order)] == [each.id for each in before]
    assert len(told(bench)) == 1
    assert bench.audit() == ["key.resend"]


def test_others_orders_are_not_touched(bench: Bench) -> None:
    order = bench.order(**{**CARD, "customer_id": "c_other"})
    with pytest.raises(access.NotYours):
        does(bench, order, Act.RESEND)
    with pytest.raises(access.NotYours):
        offered(bench, order, asker=replace(bench.guest))
