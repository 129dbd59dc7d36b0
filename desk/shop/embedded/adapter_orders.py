"""The embedded shop's orders and proofs behind the shop interface."""

import hmac
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.shop.embedded import numbers
from desk.shop.embedded.model import ShopOrder
from desk.shop.embedded.rows import order_query, to_order
from desk.shop.errors import OrderNotFound
from desk.shop.types import Order
from desk.vault.scan import canonical
from desk.vault.service import Vault

_SHORTEST_CONTACT = 8  # with fewer digits the last four would be a good part of it


def password_digest(vault: Vault, password: str) -> str:
    """Return what is stored of a look-up password."""
    return vault.digest("shop look-up password", password.strip())


class EmbeddedOrders:
    """See `adapter.EmbeddedShop`."""

    def __init__(self, vault: Vault, site: str = "") -> None:
        self._vault, self._site = vault, site

    def find_order(self, session: Session, no: str) -> Order | None:
        """See `Shop.find_order`."""
        row = session.execute(order_query().where(ShopOrder.no == numbers.normal(no))).one_or_none()
        return None if row is None else to_order(row, self._site)

    def orders_of(
        self, session: Session, customer_id: str, limit: int = 10, until: datetime | None = None
    ) -> list[Order]:
        """See `Shop.orders_of`."""
        mine = order_query().where(ShopOrder.customer_id == customer_id)
        if until is not None:
            mine = mine.where(ShopOrder.placed_at <= until)
        newest = mine.order_by(ShopOrder.placed_at.desc(), ShopOrder.no).limit(limit)
        return [to_order(row, self._site) for row in session.execute(newest)]

    def check_proof(self, session: Session, no: str, proof: str) -> bool:
        """See `Shop.check_proof`: every path computes and compares the same."""
        query = select(ShopOrder.contact, ShopOrder.password_digest).where(ShopOrder.no == numbers.normal(no))
        found = session.execute(query).one_or_none()
        contact, stored = found if found is not None else ("", None)
        contact = "".join(filter(str.isdigit, canonical(contact)))[-11:]
        given = "".join(filter(str.isdigit, canonical(proof)))[-11:].encode()
        by_password = hmac.compare_digest(password_digest(self._vault, proof), stored or "-" * 64)
        by_tail = hmac.compare_digest(given, contact[-4:].encode())
        by_contact = hmac.compare_digest(given, contact.encode())
        by_phone = (by_tail | by_contact) & (len(contact) >= _SHORTEST_CONTACT)
        return (by_password | by_phone) & (found is not None)

    def order_no_like(self, text: str) -> bool:
        """See `Shop.order_no_like`."""
        return numbers.order_no_like(text)

    def _order(self, session: Session, no: str) -> Order:
        order = self.find_order(session, no)
        if order is None:
            raise OrderNotFound
        return order
