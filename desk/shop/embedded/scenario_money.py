"""The payments and refunds of an invented order, and invented recharges and coupons."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from desk import clock
from desk.shop.embedded import coupons, numbers
from desk.shop.embedded.draft import Draft
from desk.shop.embedded.model_money import ShopCoupon, ShopPaymentRefund, ShopRecharge, ShopRefund, ShopWalletEntry
from desk.shop.types import OrderStatus, PaymentState, RechargeState

CAME = {PaymentState.SUCCESS, PaymentState.REFUNDING, PaymentState.REFUNDED}
REFUSALS = (
    "微信支付返回：银行卡余额不足",
    "微信支付返回：超出单日支付限额，请换一张卡",
    "支付宝返回：交易有风险，已取消本次付款",
    "支付宝返回：用户取消了支付",
    "云闪付返回：发卡行系统繁忙，请稍后再试",
)
_DONE = {RechargeState.PAID, RechargeState.CREDITED}


@dataclass(frozen=True, slots=True)
class Paid:
    """What a payment of an order shall look like.

    Attributes:
        method: the channel's code; None: a usual one.
        failure: the provider's words, of a failed one; None: any.
        after: when the money came, counted from the order's payment; None: soon after the one before.
    """

    state: PaymentState
    method: str | None = None
    failure: str | None = None
    after: timedelta | None = None


def usual(status: OrderStatus) -> tuple[Paid, ...]:
    """Return the one payment that an order in this state usually has."""
    match status:
        case OrderStatus.UNPAID:
            return (Paid(PaymentState.PENDING),)
        case OrderStatus.EXPIRED | OrderStatus.CANCELED:
            return (Paid(PaymentState.CLOSED),)
        case OrderStatus.REFUNDED:
            return (Paid(PaymentState.REFUNDED),)
        case _:
            return (Paid(PaymentState.SUCCESS),)


def add_payments(draft: Draft, no: str, amount: Decimal, start: datetime, wanted: tuple[Paid, ...]) -> None:
    """Add the payments of an order; of those whose money came, all but the first are surplus.

    Args:
        start: when the order was paid (or placed, when it was not).
    """
    came = 0
    for paid in wanted:
        if paid.state not in CAME:
            failure = paid.failure or draft.random.choice(REFUSALS) if paid.state is PaymentState.FAILED else None
            draft.payment(no, amount, paid.state, None, paid.method, failure)
            continue
        later = timedelta(seconds=40) * came if paid.after is None else paid.after
        at = min(start + later, draft.now)
        trade_no = draft.payment(no, amount, paid.state, at, paid.method)
        if came and paid.state is not PaymentState.SUCCESS:
            asked = at + (draft.now - at) / 3
            draft.add(
                ShopPaymentRefund,
                trade_no=trade_no,
                order_no=no,
                amount=amount,
                reason="duplicate_charge",
                requested_at=asked,
                done_at=at + (draft.now - at) / 2 if paid.state is PaymentState.REFUNDED else None,
            )
        came += 1


def add_refund(draft: Draft, no: str, amount: Decimal, paid_at: datetime, done: bool) -> None:
    """Add the refund of an order, asked for within an hour of its payment."""
    asked = paid_at + min(timedelta(hours=1), (draft.now - paid_at) / 2)
    done_at = min(asked + timedelta(hours=20), draft.now) if done else None
    draft.add(ShopRefund, order_no=no, amount=amount, reason="customer_request", requested_at=asked, done_at=done_at)


def add_recharge(
    draft: Draft,
    customer_id: str,
    amount: Decimal,
    state: RechargeState,
    age: timedelta,
    method: str | None = None,
) -> str:
    """Add a payment into a customer's wallet, and the wallet's entry where it was credited; return its number.

    Args:
        age: how long ago it was paid (or begun, when it was not).
    """
    start = draft.now - age
    placed_at = start - timedelta(seconds=30) if state in _DONE else start
    while draft.has(no := numbers.make_recharge(clock.local(placed_at).date(), draft.random)):
        pass
    credited_at = min(start + timedelta(seconds=20), draft.now) if state is RechargeState.CREDITED else None
    draft.add(
        ShopRecharge,
        no=no,
        customer_id=customer_id,
        amount=amount,
        method=method or draft.method(),
        state=state,
        placed_at=placed_at,
        paid_at=start if state in _DONE else None,
        credited_at=credited_at,
    )
    if credited_at is not None:
        draft.add(ShopWalletEntry, customer_id=customer_id, amount=amount, mark=f"recharge:{no}", at=credited_at)
    return no


def add_coupon(draft: Draft, customer_id: str | None, yuan: Decimal, lasts: timedelta, used: bool = False) -> str:
    """Add a coupon of a customer (None: anybody's) that ends in, or ended before, `lasts`; return its code."""
    code = "YHQ" + "".join(draft.random.choices(coupons.SIGNS, k=9))
    draft.add(
        ShopCoupon,
        code=code,
        kind=coupons.FIXED,
        value=yuan,
        uses_left=0 if used else 1,
        expires_at=draft.now + lasts,
        customer_id=customer_id,
        mark=f"demo:{code}",
    )
    return code
