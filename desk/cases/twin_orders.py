"""Bought twice instead of charged twice: another own order of the same goods, and which of them goes back."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from desk.cases import access, effects, orders, refunds
from desk.cases.access import Owned
from desk.cases.cards import order_card
from desk.cases.money_seen import at
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import money, word
from desk.remedies.model import State
from desk.remedies.service import find
from desk.shop.base import Order, OrderStatus

_WITHIN = timedelta(minutes=30)
_LOOKED_AT = 20  # of the newest own orders
_BACK = (OrderStatus.REFUNDING, OrderStatus.REFUNDED)


def answer(session: Session, services: Services, owned: Owned, details: Mapping[str, str]) -> Outcome | None:
    """Ask which of two orders is not wanted, and go by the rules of refunds for it.

    Args:
        details: which (the number of one of the two), and what `refunds.answer` asks for.

    Returns:
        An outcome of topic duplicate, refund or order; None where there is no such order.
    """
    order, twin = owned.order, _twin(session, services, owned)
    if twin is None:
        return None
    for one in (order, twin):
        waiting = find(session, effects.refund_mark(one.no))
        if waiting is not None and waiting.state == State.WAITING:
            return refunds.answer(session, services, owned.asker, one.no, details)
    if gone := next((one for one in (twin, order) if one.status in _BACK), None):
        return orders.status(session, services, owned.asker, gone.no)
    both, which = word("keep_both"), details.get("which", "").strip().upper()
    if which == both:
        return about(order, "duplicate", "both_kept", product=order.product_name)
    if which in (order.no, twin.no):
        reason = {"reason": word("bought_twice")}
        return refunds.answer(session, services, owned.asker, which, reason | dict(details))
    first, second = sorted((order, twin), key=lambda one: one.paid_at or one.placed_at)
    return about(
        order,
        "duplicate",
        "twins",
        asks="which",
        cards=[order_card(one) for one in (first, second)],
        choices=(first.no, second.no, both),
        product=order.product_name,
        amount=money(order.amount),
        first_at=at(first.paid_at),
        second_at=at(second.paid_at),
    )


def _twin(session: Session, services: Services, owned: Owned) -> Order | None:
    """Return the own order of the same product that was paid at nearly the same time, the nearest one."""
    order = owned.order
    if order.paid_at is None:
        return None
    near = [
        (abs(one.paid_at - order.paid_at), one)
        for one in access.owned_orders(session, services, owned.asker, _LOOKED_AT)
        if one.no != order.no and one.product_id == order.product_id and one.paid_at is not None
    ]
    near = [(apart, one) for apart, one in near if apart <= _WITHIN]
    return min(near, key=lambda pair: pair[0])[1] if near else None
