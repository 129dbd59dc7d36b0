"""Money back: for an order, once; for a surplus payment, once."""

from decimal import Decimal

from sqlalchemy.orm import Session

from desk import clock
from desk.shop.embedded import payments
from desk.shop.embedded.delivery import lock_order, missing_slots
from desk.shop.embedded.keys import lock_unused
from desk.shop.embedded.model import ShopOrder, ShopProduct
from desk.shop.embedded.model_money import ShopPaymentRefund, ShopRefund
from desk.shop.errors import NotRefundable
from desk.shop.types import OrderStatus, Payment, PaymentState, ProductKind

_NEVER_PAID = {OrderStatus.UNPAID, OrderStatus.EXPIRED, OrderStatus.CANCELED}
_HANDED_OUT = {OrderStatus.DELIVERED, OrderStatus.COMPLETED}


def request_refund(session: Session, no: str, reason: str, amount: Decimal | None) -> None:
    """See `Payments.request_refund`."""
    order = lock_order(session, no)
    if session.get(ShopRefund, no) is not None:
        return
    undelivered = _undelivered(session, order)
    given = undelivered if amount is None else amount
    if given <= 0 or given > _most(session, order, undelivered):
        raise NotRefundable(order_status=order.status)
    session.add(ShopRefund(order_no=no, amount=given, reason=reason, requested_at=clock.now()))
    if given > undelivered:
        lock_unused(session, no)
    order.status = OrderStatus.REFUNDING
    session.flush()


def refund_payment(session: Session, no: str, trade_no: str, reason: str) -> Payment:
    """See `Payments.refund_payment`."""
    order = lock_order(session, no)
    surplus = payments.came(payments.rows_of(session, no))[1:]
    row = next((one for one in surplus if one.trade_no == trade_no), None)
    if row is None:
        raise NotRefundable(order_status=order.status)
    if row.state == PaymentState.SUCCESS:
        # A row of its own, once per payment: the order's refund does not count against it.
        session.add(
            ShopPaymentRefund(
                trade_no=trade_no, order_no=no, amount=row.amount, reason=reason, requested_at=clock.now()
            )
        )
        row.state = PaymentState.REFUNDING
        session.flush()
    return payments.to_payment(row, surplus=True, refund=session.get(ShopPaymentRefund, trade_no))


def _most(session: Session, order: ShopOrder, undelivered: Decimal) -> Decimal:
    """Return the most that can be given back, if a person or a rule wants it so."""
    if undelivered:
        return order.amount
    if order.status == OrderStatus.PROCESSING and _is_topup(session, order):
        return Decimal(0)  # on its way
    unpaid = order.status in _NEVER_PAID and not payments.came(payments.rows_of(session, order.no))
    return Decimal(0) if unpaid else order.amount


def _undelivered(session: Session, order: ShopOrder) -> Decimal:
    """Return the share of the price for which nothing was delivered, in yuan, rounded to the fen."""
    if order.status in _NEVER_PAID:
        return Decimal(0)
    if not _is_topup(session, order):
        share = Decimal(len(missing_slots(session, order))) / order.quantity
        return (order.amount * share).quantize(Decimal("0.01"))
    # A top-up that is on its way may still arrive: credit and money back would be one too many.
    on_its_way = order.status == OrderStatus.PROCESSING
    return Decimal(0) if on_its_way or order.status in _HANDED_OUT else order.amount


def _is_topup(session: Session, order: ShopOrder) -> bool:
    return session.get_one(ShopProduct, order.product_id).kind == ProductKind.TOPUP
