"""The customer's orders: the list to pick from, and the state of one."""

from typing import Any

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import access, effects, timing
from desk.cases.access import Asker
from desk.cases.cards import order_card
from desk.cases.outcomes import Outcome, about, build
from desk.cases.services import Services
from desk.cases.spoken import money
from desk.cases.states import pay_url, refund_amount, refunded_at, time_left, with_payment
from desk.remedies.model import State
from desk.remedies.service import find
from desk.shop.base import Order, OrderStatus

_LOOKED_THROUGH = 20  # latest orders among which one on its way back is searched


def recent(session: Session, services: Services, asker: Asker, *, refunding_first: bool = False) -> Outcome:
    """Offer the asker's latest orders: the signed-in customer's, and those proved in this conversation.

    Args:
        refunding_first: put those in front whose money is asked back, however old they are.
    """
    shown = services.policy.recent_orders
    orders = access.owned_orders(session, services, asker, _LOOKED_THROUGH if refunding_first else shown)
    if refunding_first:
        orders.sort(key=lambda order: not _asked_back(session, order))
    if orders:
        orders = orders[:shown]
        return build("orders", "list", cards=[order_card(order) for order in orders], count=len(orders))
    return build("orders", "none" if asker.customer_id else "anonymous")


def refunding(session: Session, services: Services, asker: Asker, order_no: str | None = None) -> Outcome:
    """Say which order a question about the money back means when none is named.

    Args:
        order_no: the order just talked about: it is meant if its money is asked back.
    """
    orders = access.owned_orders(session, services, asker, _LOOKED_THROUGH)
    asked_back = [order.no for order in orders if _asked_back(session, order)]
    if order_no in asked_back:
        return build("orders", "meant", order_no=str(order_no))
    return build("orders", "meant", order_no=asked_back[0]) if len(asked_back) == 1 else build("orders", "unclear")


def status(session: Session, services: Services, asker: Asker, order_no: str) -> Outcome:
    """Say how an order stands.

    Raises:
        NotYours: see `access.require`.
    """
    order = with_payment(session, services, access.require(session, services, asker, order_no).order)
    outcome, more = _standing(session, services, order)
    return about(
        order,
        "order",
        outcome,
        cards=[order_card(order)],
        product=order.product_name,
        amount=money(order.amount),
        placed_at=clock.spoken(order.placed_at),
        **more,
    )


def _asked_back(session: Session, order: Order) -> bool:
    if order.status is OrderStatus.REFUNDING:
        return True
    remedy = find(session, effects.refund_mark(order.no))
    return remedy is not None and remedy.state == State.WAITING


def _standing(session: Session, services: Services, order: Order) -> tuple[str, dict[str, Any]]:
    policy = services.policy
    match order.status:
        case OrderStatus.UNPAID if timing.lapsed(order):
            return "expired", {}
        case OrderStatus.UNPAID:
            return "unpaid", {"pay_url": pay_url(order), "time_left": time_left(order)}
        case OrderStatus.PAID_WAIT | OrderStatus.PROCESSING:
            since = effects.retried_at(session, order.no)
            if not timing.late(order, policy, since):
                return str(order.status), {"eta_minutes": timing.eta_minutes(order, policy, since)}
            paid = clock.spoken(order.paid_at or order.placed_at)
            return "overdue", {"paid_at": paid, "usual_minutes": order.usual_minutes}
        case OrderStatus.DELIVERED | OrderStatus.COMPLETED:
            delivered = order.delivered_at or order.paid_at or order.placed_at
            return str(order.status), {"delivered_at": clock.spoken(delivered)}
        case OrderStatus.REFUNDING:
            days = policy.refunds.arrival_days
            return "refunding", {"refund_amount": refund_amount(order), "refund_days": days}
        case OrderStatus.REFUNDED:
            return "refunded", {"refund_amount": refund_amount(order), "refunded_at": refunded_at(order)}
        case _:
            return str(order.status), {}
