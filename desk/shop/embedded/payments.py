"""An order's payments, and which of them are surplus."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.shop.embedded.model_money import ShopPayment, ShopPaymentRefund
from desk.shop.types import Payment, PaymentState

_CAME = {PaymentState.SUCCESS, PaymentState.REFUNDING, PaymentState.REFUNDED}
_NEVER = datetime.max.replace(tzinfo=UTC)


def rows_of(session: Session, no: str) -> Sequence[ShopPayment]:
    """Return the payments of an order, the oldest first."""
    mine = select(ShopPayment).where(ShopPayment.order_no == no).order_by(ShopPayment.id)
    return session.scalars(mine).all()


def came(rows: Sequence[ShopPayment]) -> list[ShopPayment]:
    """Return the payments whose money came, as it came: the first is the order's, the others are surplus."""
    return sorted((row for row in rows if row.state in _CAME), key=lambda row: (row.paid_at or _NEVER, row.id))


def payments(session: Session, no: str) -> list[Payment]:
    """See `Payments.payments`."""
    rows = rows_of(session, no)
    surplus = {row.id for row in came(rows)[1:]}
    given_back = select(ShopPaymentRefund).where(ShopPaymentRefund.order_no == no)
    refunds = {one.trade_no: one for one in session.scalars(given_back)}
    return [to_payment(row, row.id in surplus, refunds.get(row.trade_no or "")) for row in rows]


def payment(session: Session, no: str) -> Payment | None:
    """See `Payments.payment`."""
    rows = rows_of(session, no)
    counted = came(rows)[:1] or rows[-1:]
    return to_payment(counted[0], surplus=False) if counted else None


def to_payment(row: ShopPayment, surplus: bool, refund: ShopPaymentRefund | None = None) -> Payment:
    """Return the record of a payment; `refund` is that of a surplus one."""
    return Payment(
        order_no=row.order_no,
        method=row.method,
        amount=row.amount,
        state=PaymentState(row.state),
        trade_no=row.trade_no,
        paid_at=row.paid_at,
        failure=row.failure,
        surplus=surplus,
        refund_requested_at=refund.requested_at if refund else None,
        refunded_at=refund.done_at if refund else None,
    )
