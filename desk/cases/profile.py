"""What kind of customer asks, as far as the shop's orders tell: it chooses the wording, never the decision."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from sqlalchemy.orm import Session

from desk import clock
from desk.policies.model import Policy
from desk.shop.base import Order, OrderStatus, Shop, ShopError

Kind = Literal["", "novice", "merchant", "vip"]
_LOOKED_AT = 200  # orders; whoever has more in a month is a merchant anyway
_NOT_BOUGHT = {OrderStatus.UNPAID, OrderStatus.EXPIRED, OrderStatus.CANCELED, OrderStatus.REFUNDED}


@dataclass(frozen=True)
class Profile:
    """A customer's kind, and what was paid in the last 30 days, in yuan."""

    kind: Kind
    month_spend: Decimal
    orders: int


def of(session: Session, shop: Shop, policy: Policy, customer_id: str | None) -> Profile:
    """Return a customer's profile; nothing is known of whoever is not signed in, or while the shop is away."""
    if customer_id is None:
        return Profile("", Decimal(0), 0)
    try:
        orders = shop.orders_of(session, customer_id, _LOOKED_AT)
    except ShopError:
        return Profile("", Decimal(0), 0)
    bought = [order for order in orders if order.status not in _NOT_BOUGHT]
    since = clock.now() - timedelta(days=30)
    month = [order for order in bought if order.placed_at > since]
    return Profile(_kind(policy, bought, month), sum((order.amount for order in month), Decimal(0)), len(bought))


def _kind(policy: Policy, bought: list[Order], month: list[Order]) -> Kind:
    rules = policy.profiles
    many = any(order.quantity >= rules.merchant_quantity for order in month)
    if many or len(month) >= rules.merchant_month_orders:
        return "merchant"
    if sum((order.amount for order in month), Decimal(0)) > rules.vip_month_spend:
        return "vip"
    return "novice" if len(bought) <= rules.novice_orders else ""
