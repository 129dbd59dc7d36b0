"""Tables of the embedded shop: goods, orders, keys. Uniqueness is the last word on every assignment."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, Dialect, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from desk.db import Base, UtcDateTime


class Money(TypeDecorator[Decimal]):
    """Yuan with two places, kept as whole fen: SQLite has no decimals."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Return fen."""
        return None if value is None else int((value * 100).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Return yuan."""
        return None if value is None else Decimal(value).scaleb(-2)


class ShopCustomer(Base):
    """A buyer with an account; `frozen_at` says since when it is frozen, if it is."""

    __tablename__ = "shop_customers"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(20), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_reason: Mapped[str | None] = mapped_column(String(64))


class ShopProduct(Base):
    """A thing on sale; the texts come from catalogue.toml."""

    __tablename__ = "shop_products"

    id: Mapped[str] = mapped_column(String(48), primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    aliases: Mapped[list[str]] = mapped_column(JSON)
    kind: Mapped[str] = mapped_column(String(16))
    face_values: Mapped[list[str]] = mapped_column(JSON)
    price: Mapped[Decimal] = mapped_column(Money)
    usual_minutes: Mapped[int]
    fulfilment: Mapped[str] = mapped_column(String(16))
    redeem_steps: Mapped[list[str]] = mapped_column(JSON)
    region_note: Mapped[str] = mapped_column(String(255))
    validity_days: Mapped[int | None]
    key_format: Mapped[str | None] = mapped_column(String(16))
    listed: Mapped[bool] = mapped_column(default=True)


class ShopOrder(Base):
    """An order of one product. `password_digest` is an HMAC of the look-up password; a frozen one is not delivered."""

    __tablename__ = "shop_orders"
    __table_args__ = (Index("ix_shop_orders_customer", "customer_id", "placed_at"),)

    no: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("shop_customers.id"))
    product_id: Mapped[str] = mapped_column(ForeignKey("shop_products.id"))
    quantity: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Money)
    status: Mapped[str] = mapped_column(String(32), index=True)
    contact: Mapped[str] = mapped_column(String(20))
    password_digest: Mapped[str | None] = mapped_column(String(64))
    coupon: Mapped[str | None] = mapped_column(ForeignKey("shop_coupons.code"))
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    account: Mapped[str | None] = mapped_column(String(64))
    failure: Mapped[str | None] = mapped_column(String(255))
    proof_no: Mapped[str | None] = mapped_column(String(64))
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShopCardKey(Base):
    """A key in stock or sold; number and secret live in the vault only."""

    __tablename__ = "shop_card_keys"
    __table_args__ = (Index("ix_shop_card_keys_stock", "product_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("shop_products.id"))
    number_item: Mapped[int | None] = mapped_column(ForeignKey("vault_items.id"), unique=True)
    secret_item: Mapped[int] = mapped_column(ForeignKey("vault_items.id"), unique=True)
    state: Mapped[str] = mapped_column(String(16))
    sold_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    extended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShopAssignment(Base):
    """A key given to an order: into one of its slots (1 to quantity), or in place of another key."""

    __tablename__ = "shop_assignments"
    __table_args__ = (UniqueConstraint("order_no", "slot"),)

    key_id: Mapped[int] = mapped_column(ForeignKey("shop_card_keys.id"), primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("shop_orders.no"), index=True)
    slot: Mapped[int | None]
    replaces: Mapped[int | None] = mapped_column(ForeignKey("shop_card_keys.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ShopTopupAttempt(Base):
    """One sending of a top-up to the upstream."""

    __tablename__ = "shop_topup_attempts"

    order_no: Mapped[str] = mapped_column(ForeignKey("shop_orders.no"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
