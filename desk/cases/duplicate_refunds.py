"""Giving surplus payments back: each once, through remedies, by its own mark."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.access import Owned
from desk.cases.services import Services
from desk.remedies.errors import SwitchedOff
from desk.remedies.model import Kind, Remedy, State
from desk.remedies.service import Wish, ask, find
from desk.shop.base import NotRefundable, Payment, Unsupported
from desk.tickets.model import Ticket

REASON = "duplicate_charge"


def mark(payment: Payment) -> str:
    """Return the mark of a payment's one refund."""
    return f"refund_payment:{payment.order_no}:{payment.trade_no}"


def asked(session: Session, payment: Payment) -> Remedy | None:
    """Return the refund of this payment, if it was ever asked for here."""
    return find(session, mark(payment))


def of_order(session: Session, order_no: str) -> list[Remedy]:
    """Return the refunds of surplus payments of an order that were done or wait."""
    query = select(Remedy).where(Remedy.order_no == order_no, Remedy.kind == Kind.REFUND_PAYMENT)
    return [one for one in session.scalars(query) if one.state != State.REFUSED]


def refund(
    session: Session, services: Services, owned: Owned, payment: Payment, opened: Ticket | None = None
) -> Remedy | None:
    """Ask a surplus payment back.

    Args:
        opened: the ticket that follows it up.

    Returns:
        The remedy: done, waiting for a supervisor, or refused by one; None where only a person can do it.
    """
    order = owned.order
    if payment.trade_no is None:
        return None
    wish = Wish(
        Kind.REFUND_PAYMENT,
        mark(payment),
        actor=owned.actor,
        order_no=order.no,
        customer_id=order.customer_id,
        conversation_id=owned.asker.conversation_id,
        yuan=payment.amount,
        reason=REASON,
        detail={"trade_no": payment.trade_no},
    )
    try:
        with session.begin_nested():
            remedy = ask(session, services.shop, services.policies, wish)
    except (SwitchedOff, Unsupported, NotRefundable):
        return None
    if opened is not None and remedy.ticket_no is None:
        remedy.ticket_no = opened.number
    return remedy
