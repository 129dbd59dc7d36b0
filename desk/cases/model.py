"""Tables of the case services. They hold no card keys: only order numbers, key ids and references."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.db import Base, UtcDateTime


class OrderGrant(Base):
    """A conversation that has proved to be about an order of its own."""

    __tablename__ = "order_grants"

    conversation_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    order_no: Mapped[str] = mapped_column(String(64), primary_key=True)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class ProofFailure(Base):
    """A wrong proof, for the limits on tries. `order_no` is as typed: it need not exist."""

    __tablename__ = "proof_failures"
    __table_args__ = (
        Index("ix_proof_failures_conversation", "conversation_id", "at"),
        Index("ix_proof_failures_order", "order_no", "at"),
        Index("ix_proof_failures_client", "client", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    conversation_id: Mapped[str] = mapped_column(String(40))
    order_no: Mapped[str] = mapped_column(String(64))
    client: Mapped[str] = mapped_column(String(64))


class ServiceCall(Base):
    """The answer to a call, by its idempotency key: a repeat gets the same without doing anything."""

    __tablename__ = "service_calls"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class CaseEffect(Base):
    """An effect that policy allows a limited number of times per order: each takes one of its slots."""

    __tablename__ = "case_effects"
    __table_args__ = (UniqueConstraint("order_no", "effect", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    order_no: Mapped[str] = mapped_column(String(64))
    effect: Mapped[str] = mapped_column(String(20))
    slot: Mapped[int]
    subject: Mapped[str] = mapped_column(String(80), default="")
    conversation_id: Mapped[str] = mapped_column(String(40))


class Told(Base):
    """What a conversation was told already ("key:12"), so that a second complaint is not told the same."""

    __tablename__ = "case_told"

    conversation_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
