"""Tables of remedies and of the questions asked after them."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.db import Base, UtcDateTime


class Kind(StrEnum):
    """What can be done."""

    REFUND = "refund"
    REFUND_PAYMENT = "refund_payment"
    DISCOUNT = "discount"
    COUPON = "coupon"
    REISSUE = "reissue"
    EXTEND = "extend"
    CORRECT_ACCOUNT = "correct_account"
    CANCEL_ORDER = "cancel_order"
    FREEZE_ORDER = "freeze_order"
    FREEZE_ACCOUNT = "freeze_account"
    UNFREEZE_ACCOUNT = "unfreeze_account"
    CREDIT_BALANCE = "credit_balance"


class State(StrEnum):
    """How far a remedy is."""

    DONE = "done"
    WAITING = "waiting"
    REFUSED = "refused"


class Remedy(Base):
    """One remedy, asked for once: `mark` names it, and a second request finds the first.

    `fen` is its money in fen, 0 where none moves. `actor` asked for it, `decided_by` approved or refused it.
    `detail` holds what the action needs (no card keys).
    """

    __tablename__ = "remedies"
    __table_args__ = (
        Index("ix_remedies_customer", "customer_id", "at"),
        Index("ix_remedies_state", "state", "at"),
        Index("ix_remedies_role", "role", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    actor: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20))
    order_no: Mapped[str | None] = mapped_column(String(64), index=True)
    customer_id: Mapped[str | None] = mapped_column(String(80))
    conversation_id: Mapped[str | None] = mapped_column(String(40), index=True)
    ticket_no: Mapped[str | None] = mapped_column(String(20))
    fen: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_note: Mapped[str] = mapped_column(String(500), default="")

    @property
    def yuan(self) -> Decimal:
        """The money in yuan."""
        return Decimal(self.fen).scaleb(-2)


class FollowUp(Base):
    """A question to ask later whether all is well; once per remedy or delivery (`about`)."""

    __tablename__ = "follow_ups"

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(200), unique=True)
    conversation_id: Mapped[str] = mapped_column(String(40))
    wording: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
