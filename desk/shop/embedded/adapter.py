"""The embedded shop behind the shop interface."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.embedded import delivery, numbers
from desk.shop.embedded.adapter_accounts import EmbeddedAccounts
from desk.shop.embedded.adapter_buyers import EmbeddedBuyers
from desk.shop.embedded.adapter_money import EmbeddedMoney
from desk.shop.embedded.matching import best
from desk.shop.embedded.model import ShopAssignment, ShopCardKey, ShopProduct
from desk.shop.embedded.rows import key_query, to_key, to_product
from desk.shop.types import CardKey, KeyState, Product, ProductKind


class EmbeddedShop(EmbeddedMoney, EmbeddedAccounts, EmbeddedBuyers):
    """The embedded shop; keeps nothing but its tables.

    Args:
        vault: holds the keys and makes the digests of look-up passwords.
        site: the address at which customers reach the shop, without a slash at the end.
    """

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

    def _stock(self, session: Session, product_id: str | None = None) -> dict[str, int]:
        unspoilt = or_(ShopCardKey.expires_at.is_(None), ShopCardKey.expires_at > clock.now())
        counts = select(ShopCardKey.product_id, func.count()).where(ShopCardKey.state == KeyState.UNSOLD, unspoilt)
        if product_id is not None:
            counts = counts.where(ShopCardKey.product_id == product_id)
        return {row[0]: row[1] for row in session.execute(counts.group_by(ShopCardKey.product_id))}


def _counted(row: ShopProduct, stock: dict[str, int]) -> int | None:
    return stock.get(row.id, 0) if row.kind == ProductKind.CARD_KEY else None
