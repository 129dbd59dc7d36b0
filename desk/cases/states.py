"""What is the same for card-key and top-up orders: states where nothing can be done but explain."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import timing
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import duration, money, word
from desk.policies.model import Policy
from desk.shop.base import CardKey, Order, OrderStatus, PaymentState

UNPAID = (OrderStatus.UNPAID, OrderStatus.EXPIRED)
DELIVERED = (OrderStatus.DELIVERED, OrderStatus.COMPLETED)


def explained(topic: str, order: Order, policy: Policy) -> Outcome | None:
    """Return the answer for an order that is unpaid, expired, canceled or on its way back, else None.

    Args:
        topic: not_received or topup, which share these outcomes.
    """
    named: dict[str, Any] = {
        "product": order.product_name,
        "amount": money(order.amount),
    }
    match order.status:
        case OrderStatus.UNPAID if not timing.lapsed(order):
            return about(order, topic, "unpaid", **named, pay_url=pay_url(order), time_left=time_left(order))
        case OrderStatus.UNPAID | OrderStatus.EXPIRED:
            return about(order, topic, "expired", **named)
        case OrderStatus.CANCELED:
            return about(order, topic, "canceled", **named)
        case OrderStatus.REFUNDING:
            return about(
                order, topic, "refunding", amount=refund_amount(order), refund_days=policy.refunds.arrival_days
            )
        case OrderStatus.REFUNDED:
            return about(order, topic, "refunded", amount=refund_amount(order), refunded_at=refunded_at(order))
        case _:
            return None


def live_keys(session: Session, services: Services, order_no: str) -> list[CardKey]:
    """Return the order's keys without those that were replaced."""
    return [key for key in services.shop.keys_of(session, order_no) if key.live]


def paid_unnoticed(session: Session, services: Services, order: Order) -> bool:
    """Say whether the money came though the order still waits for it: never ask to pay twice."""
    if order.status not in UNPAID:
        return False
    payment = services.shop.payment(session, order.no)
    return payment is not None and payment.state is PaymentState.SUCCESS


def with_payment(session: Session, services: Services, order: Order) -> Order:
    """Return the order as it would stand had the shop noticed the payment; most orders as they are."""
    if not paid_unnoticed(session, services, order):
        return order
    payment = services.shop.payment(session, order.no)
    return replace(order, status=OrderStatus.PAID_WAIT, paid_at=payment.paid_at if payment else None)


def pay_url(order: Order) -> str:
    """Return where to pay."""
    return order.pay_url or word("no_pay_url")


def time_left(order: Order) -> str:
    """Return how long an unpaid order can still be paid, in words."""
    return duration(timing.minutes_until(order.expires_at) if order.expires_at else 0)


def refund_amount(order: Order) -> str:
    """Return what goes or went back."""
    return money(order.amount if order.refund_amount is None else order.refund_amount)


def refunded_at(order: Order) -> str:
    """Return when the money went back, as far as the shop knows."""
    return clock.spoken(order.refunded_at or order.refund_requested_at or order.placed_at)
