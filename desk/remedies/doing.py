"""What each kind of remedy does in the shop, and which switch allows it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from desk.happenings import OrdersChanged, tell
from desk.policies.model import Action
from desk.remedies.model import Kind, Remedy
from desk.shop.base import Shop

SWITCH: Mapping[Kind, Action] = {
    Kind.REFUND: Action.REFUND,
    Kind.REFUND_PAYMENT: Action.REFUND,
    Kind.DISCOUNT: Action.REFUND,
    Kind.COUPON: Action.COUPON,
    Kind.REISSUE: Action.REISSUE,
    Kind.EXTEND: Action.REISSUE,
    Kind.CORRECT_ACCOUNT: Action.CORRECT_ACCOUNT,
    Kind.CANCEL_ORDER: Action.CANCEL_ORDER,
    Kind.FREEZE_ORDER: Action.FREEZE,
    Kind.FREEZE_ACCOUNT: Action.FREEZE,
    Kind.UNFREEZE_ACCOUNT: Action.FREEZE,
    Kind.CREDIT_BALANCE: Action.CREDIT_BALANCE,
}

Result = dict[str, Any]


def do(session: Session, shop: Shop, remedy: Remedy) -> Result:
    """Do it in the shop, in the caller's transaction; return what is worth keeping (no card keys).

    Raises:
        ShopError: the shop cannot; nothing changed.
    """
    result = _DOERS[Kind(remedy.kind)](session, shop, remedy)
    if remedy.customer_id:
        tell(session, OrdersChanged(remedy.customer_id))
    return result


def _refund(session: Session, shop: Shop, remedy: Remedy) -> Result:
    whole = remedy.detail.get("undelivered")
    order = shop.request_refund(session, _order(remedy), remedy.reason, None if whole else remedy.yuan)
    return {"amount": str(order.refund_amount)}


def _refund_payment(session: Session, shop: Shop, remedy: Remedy) -> Result:
    payment = shop.refund_payment(session, _order(remedy), remedy.detail["trade_no"], remedy.reason)
    return {"amount": str(payment.amount)}


def _coupon(session: Session, shop: Shop, remedy: Remedy) -> Result:
    days = int(remedy.detail["valid_days"])
    coupon = shop.give_coupon(session, remedy.customer_id, remedy.yuan, days, remedy.mark)
    return {"code": coupon.code, "expires_at": coupon.expires_at.isoformat()}


def _reissue(session: Session, shop: Shop, remedy: Remedy) -> Result:
    return {"key": shop.reissue(session, _order(remedy), int(remedy.detail["key"]), remedy.reason).id}


def _extend(session: Session, shop: Shop, remedy: Remedy) -> Result:
    by = timedelta(days=int(remedy.detail["days"]))
    return {"key": shop.extend_key(session, _order(remedy), int(remedy.detail["key"]), by).id}


def _correct(session: Session, shop: Shop, remedy: Remedy) -> Result:
    shop.correct_account(session, _order(remedy), remedy.detail["account"])
    return {}


def _cancel(session: Session, shop: Shop, remedy: Remedy) -> Result:
    return {"status": shop.cancel(session, _order(remedy)).status}


def _freeze_order(session: Session, shop: Shop, remedy: Remedy) -> Result:
    return {"keys": shop.freeze_order(session, _order(remedy))}


def _freeze_account(session: Session, shop: Shop, remedy: Remedy) -> Result:
    assert remedy.customer_id is not None  # whoever asks to freeze an account is signed in
    return {"state": shop.freeze_account(session, remedy.customer_id, remedy.reason).state}


def _unfreeze_account(session: Session, shop: Shop, remedy: Remedy) -> Result:
    assert remedy.customer_id is not None  # only accounts can have been frozen
    return {"state": shop.unfreeze_account(session, remedy.customer_id).state}


def _credit(session: Session, shop: Shop, remedy: Remedy) -> Result:
    recharge = shop.credit(session, remedy.detail["recharge_no"])
    return {"amount": str(recharge.amount)}


def _order(remedy: Remedy) -> str:
    assert remedy.order_no is not None  # all that come here are about an order
    return remedy.order_no


_DOERS: Mapping[Kind, Callable[[Session, Shop, Remedy], Result]] = {
    Kind.REFUND: _refund,
    Kind.DISCOUNT: _refund,
    Kind.REFUND_PAYMENT: _refund_payment,
    Kind.COUPON: _coupon,
    Kind.REISSUE: _reissue,
    Kind.EXTEND: _extend,
    Kind.CORRECT_ACCOUNT: _correct,
    Kind.CANCEL_ORDER: _cancel,
    Kind.FREEZE_ORDER: _freeze_order,
    Kind.FREEZE_ACCOUNT: _freeze_account,
    Kind.UNFREEZE_ACCOUNT: _unfreeze_account,
    Kind.CREDIT_BALANCE: _credit,
}


def fen(yuan: Decimal) -> int:
    """Return yuan in fen."""
    return int((yuan * 100).to_integral_value())
