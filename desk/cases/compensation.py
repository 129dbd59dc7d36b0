"""When a late order earns its coupon (`delay_coupons`), and how that is said after the answer about it."""

from dataclasses import replace

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import delay_coupons, timing
from desk.cases.access import Owned
from desk.cases.outcomes import Outcome
from desk.cases.services import Services
from desk.cases.states import with_payment
from desk.shop.base import OrderStatus

_PAID = frozenset(
    {
        *(OrderStatus.PAID_WAIT, OrderStatus.PROCESSING, OrderStatus.OUT_OF_STOCK_AFTER_PAY),
        *(OrderStatus.FAILED, OrderStatus.DELIVERED, OrderStatus.COMPLETED),
    }
)


def late(session: Session, services: Services, owned: Owned) -> Outcome | None:
    """Give the coupon that an order earns which is late still, or has been delivered only now.

    Returns:
        What to say of it; None where there is nothing (more) to say: not late enough, given before, left to a
        supervisor, switched off, or bought without an account: coupons need a customer.
    """
    order, policy = with_payment(session, services, owned.order), services.policy
    if order.customer_id is None or order.paid_at is None or order.status not in _PAID:
        return None
    if not timing.late(order, policy):
        return None
    return next(iter(delay_coupons.give(session, services, owned, clock.now() - order.paid_at)), None)


def with_coupon(session: Session, services: Services, owned: Owned, outcome: Outcome) -> Outcome:
    """Return the outcome about a late order, followed by the coupon where one is given."""
    coupon = late(session, services, owned)
    return outcome if coupon is None else replace(outcome, also=(*outcome.also, coupon))
