"""The embedded shop behind the shop interface."""

import hmac
from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.embedded import delivery, money, numbers
from desk.shop.embedded.matching import best
from desk.shop.embedded.model import (
    ShopAssignment,
    ShopCardKey,
    ShopCustomer,
    ShopOrder,
    ShopPayment,
    ShopProduct,
)
from desk.shop.embedded.rows import key_query, order_query, to_key, to_order, to_product
from desk.shop.errors import OrderNotFound
from desk.shop.types import CardKey, Customer, KeyState, Order, Payment, PaymentState, Product, ProductKind
from desk.vault.scan import canonical
from desk.vault.service import Vault

_SHORTEST_CONTACT = 8  # with fewer digits the last four would be a good part of it


def password_digest(vault: Vault, password: str) -> str:
    """Return what is stored of a look-up password."""
    return vault.digest("shop look-up password", password.strip())


class EmbeddedShop:
    """The embedded shop; keeps nothing but its tables.

    Args:
        vault: holds the keys and makes the digests of look-up passwords.
        site: the address at which customers reach the shop, without a slash at the end.
    """

    def __init__(self, vault: Vault, site: str = "") -> None:
        self._vault, self._site = vault, site

    def find_order(self, session: Session, no: str) -> Order | None:
        """See `Shop.find_order`."""
        row = session.execute(order_query().where(ShopOrder.no == numbers.normal(no))).one_or_none()
        return None if row is None else to_order(row, self._site)

    def orders_of(self, session: Session, customer_id: str, limit: int = 10) -> list[Order]:
        """See `Shop.orders_of`."""
        newest = order_query().order_by(ShopOrder.placed_at.desc(), ShopOrder.no).limit(limit)
        return [
            to_order(row, self._site) for row in session.execute(newest.where(ShopOrder.customer_id == customer_id))
        ]

    def customer(self, session: Session, customer_id: str) -> Customer | None:
        """See `Shop.customer`."""
        row = session.get(ShopCustomer, customer_id)
        return None if row is None else Customer(row.id, row.name, row.phone)

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

    def keys_of(self, session: Session, no: str) -> list[CardKey]:
        """See `Shop.keys_of`."""
        own = key_query().where(ShopAssignment.order_no == numbers.normal(no))
        return [to_key(row) for row in session.execute(own)]

    def find_keys(self, session: Session, item_ids: Sequence[int]) -> list[CardKey]:
        """See `Shop.find_keys`."""
        if not item_ids:
            return []
        among = or_(ShopCardKey.number_item.in_(item_ids), ShopCardKey.secret_item.in_(item_ids))
        return [to_key(row) for row in session.execute(key_query().where(among))]

    def deliver(self, session: Session, no: str) -> list[CardKey]:
        """See `Shop.deliver`."""
        delivery.deliver(session, numbers.normal(no))
        return [key for key in self.keys_of(session, no) if key.live]

    def reissue(self, session: Session, no: str, key_id: int, reason: str) -> CardKey:
        """See `Shop.reissue`."""
        new_id = delivery.reissue(session, numbers.normal(no), key_id, reason)
        return to_key(session.execute(key_query().where(ShopCardKey.id == new_id)).one())

    def retry_topup(self, session: Session, no: str) -> Order:
        """See `Shop.retry_topup`."""
        money.retry_topup(session, numbers.normal(no))
        return self._order(session, no)

    def request_refund(self, session: Session, no: str, reason: str) -> Order:
        """See `Shop.request_refund`."""
        money.request_refund(session, numbers.normal(no), reason)
        return self._order(session, no)

    def stock(self, session: Session, product_id: str) -> int | None:
        """See `Shop.stock`."""
        product = self.product(session, product_id)
        return None if product is None else product.stock

    def products(self, session: Session, query: str = "") -> list[Product]:
        """See `Shop.products`."""
        rows = session.scalars(select(ShopProduct).where(ShopProduct.listed).order_by(ShopProduct.id)).all()
        stock = self._stock(session)
        return [to_product(row, _counted(row, stock)) for row in best(rows, query)]

    def product(self, session: Session, product_id: str) -> Product | None:
        """See `Shop.product`."""
        row = session.get(ShopProduct, product_id)
        return None if row is None else to_product(row, _counted(row, self._stock(session, product_id)))

    def payment(self, session: Session, no: str) -> Payment | None:
        """See `Shop.payment`."""
        row = session.get(ShopPayment, numbers.normal(no))
        if row is None:
            return None
        state = PaymentState(row.state)
        return Payment(row.order_no, row.method, row.amount, state, row.trade_no, row.paid_at)

    def order_no_like(self, text: str) -> bool:
        """See `Shop.order_no_like`."""
        return numbers.order_no_like(text)

    def _order(self, session: Session, no: str) -> Order:
        order = self.find_order(session, no)
        if order is None:
            raise OrderNotFound
        return order

    def _stock(self, session: Session, product_id: str | None = None) -> dict[str, int]:
        unspoilt = or_(ShopCardKey.expires_at.is_(None), ShopCardKey.expires_at > clock.now())
        counts = select(ShopCardKey.product_id, func.count()).where(ShopCardKey.state == KeyState.UNSOLD, unspoilt)
        if product_id is not None:
            counts = counts.where(ShopCardKey.product_id == product_id)
        return {row[0]: row[1] for row in session.execute(counts.group_by(ShopCardKey.product_id))}


def _counted(row: ShopProduct, stock: dict[str, int]) -> int | None:
    return stock.get(row.id, 0) if row.kind == ProductKind.CARD_KEY else None
