"""Tables of customers. Each row belongs to an identity (`identity.Identity.key`); a person is several of them."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.cases.profile import Figures
from desk.db import Base, UtcDateTime

KEY = 400


class CustomerCard(Base):
    """What is kept of a shop account, so that pages need not ask the shop: name, figures, and how to find it.

    `phone_mark` is an HMAC of the phone, `phone_tail` its last four digits: the number itself is the shop's.
    Sums are in fen. `elderly_at`: since when the customer's own words tell of old age.
    """

    __tablename__ = "customer_cards"

    key: Mapped[str] = mapped_column(String(KEY), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), default="", index=True)
    phone_tail: Mapped[str] = mapped_column(String(4), default="", index=True)
    phone_mark: Mapped[str] = mapped_column(String(64), default="", index=True)
    spend: Mapped[int] = mapped_column(BigInteger, default=0)
    month_spend: Mapped[int] = mapped_column(BigInteger, default=0)
    last_month_spend: Mapped[int] = mapped_column(BigInteger, default=0)
    orders: Mapped[int] = mapped_column(default=0)
    recent_orders: Mapped[int] = mapped_column(default=0)
    largest: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    elderly_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refreshed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def figures(self) -> Figures:
        """The figures in yuan."""
        return Figures(
            spend=Decimal(self.spend).scaleb(-2),
            month_spend=Decimal(self.month_spend).scaleb(-2),
            last_month_spend=Decimal(self.last_month_spend).scaleb(-2),
            orders=self.orders,
            recent_orders=self.recent_orders,
            largest=self.largest,
            first_at=self.first_at,
            last_at=self.last_at,
        )


class CustomerContact(Base):
    """A day (of the shop) on which a customer came, and by which way: online, message or phone."""

    __tablename__ = "customer_contacts"
    __table_args__ = (Index("ix_customer_contacts_key", "key", "at"),)

    key: Mapped[str] = mapped_column(String(KEY), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(12), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    conversation_id: Mapped[str | None] = mapped_column(String(40))


class CustomerTag(Base):
    """A word that staff put on a customer; `fold` is the same for all ways to write it."""

    __tablename__ = "customer_tags"

    key: Mapped[str] = mapped_column(String(KEY), primary_key=True)
    fold: Mapped[str] = mapped_column(String(40), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class CustomerNote(Base):
    """What staff should know of a customer.

    `remind` is empty, "next" (at the next contact) or "date" (at the first contact from `remind_on` on).
    `raised_at` says when it came up, `done_at` when an agent was through with it, `outcome` done or dismissed.
    `mark` is the form that it came from: sent twice, it is one note.
    """

    __tablename__ = "customer_notes"
    __table_args__ = (
        Index("ix_customer_notes_key", "key", "at"),
        Index("ix_customer_notes_due", "remind", "done_at", "remind_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY))
    mark: Mapped[str] = mapped_column(String(80), unique=True)
    text: Mapped[str] = mapped_column(Text)
    pinned: Mapped[bool] = mapped_column(default=False)
    remind: Mapped[str] = mapped_column(String(8), default="")
    remind_on: Mapped[date | None]
    actor: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    raised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(10), default="")


class CustomerMerge(Base):
    """`absorbed` is the same person as `into`. Nothing is rewritten: what belongs to whom is resolved when read."""

    __tablename__ = "customer_merges"
    __table_args__ = (
        Index(
            "uq_customer_merges_absorbed",
            "absorbed",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
            sqlite_where=text("undone_at IS NULL"),
        ),
        Index("ix_customer_merges_into", "into"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    absorbed: Mapped[str] = mapped_column(String(KEY))
    into: Mapped[str] = mapped_column(String(KEY))
    reason: Mapped[str] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None] = mapped_column(String(60))


class CustomerConsent(Base):
    """A yes or no to a purpose; the latest one counts, the earlier ones stay as evidence."""

    __tablename__ = "customer_consents"
    __table_args__ = (Index("ix_customer_consents_key", "key", "purpose", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY))
    purpose: Mapped[str] = mapped_column(String(20))
    granted: Mapped[bool]
    source: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class CustomerErasure(Base):
    """A customer's personal data are to be removed, or have been (`done_at`).

    `shop_left`: the shop keeps data of its own that somebody has to remove there. `bot_left`: the bot has not been
    told yet.
    """

    __tablename__ = "customer_erasures"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY), index=True)
    asked_by: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    done_by: Mapped[str | None] = mapped_column(String(60))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shop_left: Mapped[bool] = mapped_column(default=False)
    bot_left: Mapped[bool] = mapped_column(default=False)
