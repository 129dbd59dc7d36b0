"""When an order is late, and how long it can still take."""

from datetime import datetime, timedelta
from math import ceil

from desk import clock
from desk.policies.model import Policy
from desk.shop.base import Fulfilment, Order, ProductKind


def _allowed(order: Order, policy: Policy) -> timedelta:
    by_machine = order.kind is ProductKind.CARD_KEY and order.fulfilment is Fulfilment.AUTO
    factor = policy.delivery.late_factor if by_machine else policy.delivery.topup_late_factor
    return timedelta(minutes=order.usual_minutes * factor)


def late(order: Order, policy: Policy, since: datetime | None = None) -> bool:
    """Say whether a paid order has taken longer than it may.

    Args:
        since: when the clock was started again (a repeated top-up).
    """
    return clock.now() >= _start(order, since) + _allowed(order, policy)


def eta_minutes(order: Order, policy: Policy, since: datetime | None = None) -> int:
    """Return the minutes until an order in time should be there, at least 1."""
    start, now = _start(order, since), clock.now()
    usual = start + timedelta(minutes=order.usual_minutes)
    return minutes_until(usual if now < usual else start + _allowed(order, policy))


def minutes_until(moment: datetime) -> int:
    """Return the whole minutes until `moment`, at least 1."""
    return max(1, ceil((moment - clock.now()).total_seconds() / 60))


def lapsed(order: Order) -> bool:
    """Say whether an unpaid order can no longer be paid, even if the shop has not closed it yet."""
    return order.expires_at is not None and order.expires_at <= clock.now()


def _start(order: Order, since: datetime | None) -> datetime:
    start = order.paid_at or order.placed_at
    return max(start, since) if since else start
