"""What becomes of an order that waits for its money: it is paid, or canceled."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.embedded import payments, wallet
from desk.shop.embedded.channels import BALANCE, works
from desk.shop.embedded.customers import lock_customer
from desk.shop.embedded.delivery import lock_order
from desk.shop.embedded.errors import AccountFrozen, ChannelDown, OrderFrozen
from desk.shop.embedded.model import ShopOrder
from desk.shop.embedded.model_money import ShopPayment
from desk.shop.errors import NotCancellable
from desk.shop.types import OrderStatus, PaymentState

_CLOSED = {OrderStatus.CANCELED, OrderStatus.EXPIRED}


def settle(session: Session, no: str, method: str) -> bool:
    """Take an unpaid order's payment (the demo's stand-in for a payment channel); False when it is not payable.

    Raises:
        OrderFrozen, AccountFrozen, ChannelDown, BalanceTooLow: nothing changed.
    """
    frozen = _frozen_owner(session, no)
    order = lock_order(session, no)
    lapsed = order.expires_at is not None and order.expires_at <= clock.now()
    rows = payments.rows_of(session, no)
    if order.status != OrderStatus.UNPAID or lapsed or payments.came(rows):
        return False
    if frozen:
        raise AccountFrozen
    if order.frozen_at is not None:
        raise OrderFrozen
    if not works(session, method) or (method == BALANCE and order.customer_id is None):
        raise ChannelDown
    if method == BALANCE and order.customer_id is not None:
        wallet.spend(session, order.customer_id, order.amount, f"order:{no}")
    payment = next((row for row in rows if row.state == PaymentState.PENDING), None)
    payment = payment or ShopPayment(order_no=no, amount=order.amount)
    payment.method, payment.state, payment.paid_at = method, PaymentState.SUCCESS, clock.now()
    payment.trade_no = f"demo{no}"
    session.add(payment)
    order.status, order.paid_at = OrderStatus.PAID_WAIT, payment.paid_at
    session.flush()
    return True


def cancel(session: Session, no: str) -> None:
    """See `Accounts.cancel`."""
    order = lock_order(session, no)
    if order.status in _CLOSED:
        return
    rows = payments.rows_of(session, no)
    if order.status != OrderStatus.UNPAID or payments.came(rows):
        raise NotCancellable(order_status=order.status)
    for row in rows:
        if row.state == PaymentState.PENDING:
            row.state = PaymentState.CLOSED
    order.status = OrderStatus.CANCELED
    session.flush()


def _frozen_owner(session: Session, no: str) -> bool:
    """Lock the order's customer, who comes before the order, and say whether the account is frozen."""
    owner = session.scalar(select(ShopOrder.customer_id).where(ShopOrder.no == no))
    return owner is not None and lock_customer(session, owner).frozen_at is not None
