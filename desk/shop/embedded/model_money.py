"""Tables of the embedded shop's money: payments, refunds, coupons, wallets. Each `mark` makes a movement unique."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from desk.db import Base, UtcDateTime
from desk.shop.embedded.model import Money


class ShopChannel(Base):
    """A way to pay that is, or once was, out of order; names stand in catalogue.toml."""

    __tablename__ = "shop_channels"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    down_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShopPayment(Base):
    """One payment for an order, in the order in which they were begun. `failure` is the provider's words."""

    __tablename__ = "shop_payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("shop_orders.no"), index=True)
    method: Mapped[str] = mapped_column(String(16))
    amount: Mapped[Decimal] = mapped_column(Money)
    state: Mapped[str] = mapped_column(String(16))
    trade_no: Mapped[str | None] = mapped_column(String(48), unique=True)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str | None] = mapped_column(String(255))


class ShopRefund(Base):
    """The one refund of an order."""

    __tablename__ = "shop_refunds"

    order_no: Mapped[str] = mapped_column(ForeignKey("shop_orders.no"), primary_key=True)
    amount: Mapped[Decimal] = mapped_column(Money)
    reason: Mapped[str] = mapped_column(String(200))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShopPaymentRefund(Base):
    """The one refund of a surplus payment; the order's own refund is a `ShopRefund`."""

    __tablename__ = "shop_payment_refunds"

    trade_no: Mapped[str] = mapped_column(ForeignKey("shop_payments.trade_no"), primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("shop_orders.no"), index=True)
    amount: Mapped[Decimal] = mapped_column(Money)
    reason: Mapped[str] = mapped_column(String(200))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShopCoupon(Base):
    """A discount: fixed yuan, or percent of the price that is left to pay. Without an owner it is anybody's."""

    __tablename__ = "shop_coupons"
    __table_args__ = (Index("ix_shop_coupons_owner", "customer_id", "expires_at"),)

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[Decimal] = mapped_column(Money)
    uses_left: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("shop_customers.id"))
    mark: Mapped[str | None] = mapped_column(String(200), unique=True)


class ShopRecharge(Base):
    """A payment into a customer's wallet."""

    __tablename__ = "shop_recharges"
    __table_args__ = (Index("ix_shop_recharges_customer", "customer_id", "placed_at"),)

    no: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("shop_customers.id"))
    amount: Mapped[Decimal] = mapped_column(Money)
    method: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    credited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShopWalletEntry(Base):
    """A movement of a wallet, in plus or minus; the balance is their sum."""

    __tablename__ = "shop_wallet_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("shop_customers.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Money)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
