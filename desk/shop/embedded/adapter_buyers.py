"""The embedded shop's buyers behind the shop interface."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from desk.shop.embedded.model import ShopCustomer, ShopOrder
from desk.shop.types import NOT_BOUGHT, Customer, Purchases


class EmbeddedBuyers:
    """See `adapter.EmbeddedShop`."""

    def customer(self, session: Session, customer_id: str) -> Customer | None:
        """See `Buyers.customer`."""
        row = session.get(ShopCustomer, customer_id)
        return None if row is None else Customer(row.id, row.name, row.phone)

    def find_customers(self, session: Session, words: str, limit: int = 20) -> list[Customer]:
        """See `Buyers.find_customers`."""
        words = words.strip()
        if not words:
            return []
        fits = [ShopCustomer.id == words, ShopCustomer.name.contains(words, autoescape=True)]
        if words.isascii() and words.isdigit():
            fits.append(ShopCustomer.phone.endswith(words) if len(words) == 4 else ShopCustomer.phone == words)
        rows = session.scalars(select(ShopCustomer).where(or_(*fits)).order_by(ShopCustomer.id).limit(limit))
        return [Customer(row.id, row.name, row.phone) for row in rows]

    def purchases(
        self, session: Session, customer_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> Purchases:
        """See `Buyers.purchases`."""
        placed = ShopOrder.placed_at
        sums = select(
            func.count(), func.sum(ShopOrder.amount), func.max(ShopOrder.quantity), func.min(placed), func.max(placed)
        ).where(ShopOrder.customer_id == customer_id, ShopOrder.status.not_in(NOT_BOUGHT))
        if since is not None:
            sums = sums.where(placed >= since)
        if until is not None:
            sums = sums.where(placed < until)
        count, amount, largest, first, last = session.execute(sums).one()
        return Purchases(count, amount or Decimal(0), largest or 0, first, last)

    def erase_customer(self, session: Session, customer_id: str) -> None:
        """See `Buyers.erase_customer`."""
        mine = update(ShopOrder).where(ShopOrder.customer_id == customer_id)
        session.execute(mine.values(contact="", account=None, failure=None, password_digest=None))
        row = update(ShopCustomer).where(ShopCustomer.id == customer_id)
        session.execute(row.values(name="", phone="", frozen_reason=None))
