"""What kind of customer asks, as far as the shop's orders tell: it chooses the wording, never the decision.

`desk.customers.cards` keeps profiles for some minutes; whoever shows or routes asks there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from sqlalchemy.orm import Session

from desk import clock
from desk.policies.model import Policy
from desk.shop.base import Shop, ShopError

Kind = Literal["", "novice", "merchant", "vip"]
Level = Literal["", "silver", "gold", "vip"]
_RECENT = timedelta(days=30)


@dataclass(frozen=True)
class Figures:
    """What a customer has bought, in yuan by calendar month of the shop.

    `recent_orders` and `largest` (quantity of one order) are of the last 30 days.
    """

    spend: Decimal = Decimal(0)
    month_spend: Decimal = Decimal(0)
    last_month_spend: Decimal = Decimal(0)
    orders: int = 0
    recent_orders: int = 0
    largest: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True)
class Profile:
    """A customer's kind and level, and the figures that they come from."""

    kind: Kind = ""
    level: Level = ""
    figures: Figures = Figures()

    @property
    def month_spend(self) -> Decimal:
        """What was spent in this calendar month, in yuan."""
        return self.figures.month_spend


def judged(policy: Policy, figures: Figures) -> Profile:
    """Return what the shop's rules make of a signed-in customer's figures."""
    level = _level(policy, figures)
    return Profile(_kind(policy, figures, level), level, figures)


def look(session: Session, shop: Shop, customer_id: str) -> Figures:
    """Return a customer's figures as of now.

    Raises:
        ShopError: the shop does not answer.
    """
    now = clock.now()
    month = clock.local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    before = (month - timedelta(days=1)).replace(day=1)
    ever = shop.purchases(session, customer_id)
    if not ever.orders:
        return Figures()
    recent = shop.purchases(session, customer_id, now - _RECENT)
    return Figures(
        spend=ever.yuan,
        month_spend=shop.purchases(session, customer_id, month).yuan,
        last_month_spend=shop.purchases(session, customer_id, before, month).yuan,
        orders=ever.orders,
        recent_orders=recent.orders,
        largest=recent.largest,
        first_at=ever.first_at,
        last_at=ever.last_at,
    )


def of(session: Session, shop: Shop, policy: Policy, customer_id: str | None) -> Profile:
    """Return a customer's profile; nothing is known of whoever is not signed in, or while the shop is away."""
    if customer_id is None:
        return Profile()
    try:
        return judged(policy, look(session, shop, customer_id))
    except ShopError:
        return Profile()


def _level(policy: Policy, figures: Figures) -> Level:
    """A month's spending gives a level; it holds until the end of the next month."""
    best, rules = max(figures.month_spend, figures.last_month_spend), policy.profiles
    if best >= rules.vip_month_spend:
        return "vip"
    if best >= rules.gold_month_spend:
        return "gold"
    return "silver" if best >= rules.silver_month_spend else ""


def _kind(policy: Policy, figures: Figures, level: Level) -> Kind:
    rules = policy.profiles
    if figures.largest >= rules.merchant_quantity or figures.recent_orders >= rules.merchant_month_orders:
        return "merchant"
    if level == "vip":
        return "vip"
    return "novice" if figures.orders <= rules.novice_orders else ""
