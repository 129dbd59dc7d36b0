"""Refunds and repeated top-ups."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.embedded.delivery import lock_order, missing_slots
from desk.shop.embedded.model import ShopOrder, ShopPayment, ShopProduct, ShopRefund, ShopTopupAttempt
from desk.shop.errors import NotRefundable, NotRetryable
from desk.shop.types import OrderStatus, PaymentState, ProductKind

_NEVER_PAID = {OrderStatus.UNPAID, OrderStatus.EXPIRED, OrderStatus.CANCELED}
_HANDED_OUT = {OrderStatus.DELIVERED, OrderStatus.COMPLETED}


def settle(session: Session, no: str) -> bool:
    """Take an unpaid order's payment (the demo's stand-in for a payment channel); False when it is not payable."""
    order = lock_order(session, no)
    payable = order.status == OrderStatus.UNPAID and (order.expires_at is None or order.expires_at > clock.now())
    if not payable:
        return False
    payment = session.get(ShopPayment, no) or ShopPayment(order_no=no, method="alipay", amount=order.amount)
    payment.state, payment.paid_at, payment.trade_no = PaymentState.SUCCESS, clock.now(), f"demo{no}"
    session.add(payment)
    order.status, order.paid_at = OrderStatus.PAID_WAIT, payment.paid_at
    session.flush()
    return True


def request_refund(session: Session, no: str, reason: str) -> None:
    """Ask for the refund of what was not delivered; see `Shop.request_refund`."""
    order = lock_order(session, no)
    if session.get(ShopRefund, no) is not None:
        return
    amount = _undelivered(session, order)
    if amount <= 0:
        raise NotRefundable(order_status=order.status)
    session.add(ShopRefund(order_no=no, amount=amount, reason=reason, requested_at=clock.now()))
    order.status = OrderStatus.REFUNDING
    session.flush()


def _undelivered(session: Session, order: ShopOrder) -> Decimal:
    """Return the share of the price for which nothing was delivered, in yuan, rounded to the fen."""
    product = session.get_one(ShopProduct, order.product_id)
    if order.status in _NEVER_PAID:
        return Decimal(0)
    if product.kind == ProductKind.CARD_KEY:
        share = Decimal(len(missing_slots(session, order))) / order.quantity
        return (order.amount * share).quantize(Decimal("0.01"))
    # A top-up that is on its way may still arrive: credit and money back would be one too many.
    on_its_way = order.status == OrderStatus.PROCESSING
    return Decimal(0) if on_its_way or order.status in _HANDED_OUT else order.amount


def retry_topup(session: Session, no: str) -> None:
    """Send a failed top-up upstream again; see `Shop.retry_topup`."""
    order = lock_order(session, no)
    product = session.get_one(ShopProduct, order.product_id)
    if product.kind == ProductKind.TOPUP and order.status == OrderStatus.PROCESSING:
        return
    if product.kind != ProductKind.TOPUP or order.status != OrderStatus.FAILED:
        raise NotRetryable(order_status=order.status)
    send_upstream(session, order)


def send_upstream(session: Session, order: ShopOrder) -> None:
    """Count one more sending of a top-up and mark it as on its way. The order is locked."""
    last = select(func.coalesce(func.max(ShopTopupAttempt.attempt), 0))
    attempts = session.scalar(last.where(ShopTopupAttempt.order_no == order.no)) or 0
    session.add(ShopTopupAttempt(order_no=order.no, attempt=attempts + 1, at=clock.now()))
    order.status, order.failure = OrderStatus.PROCESSING, None
    session.flush()
