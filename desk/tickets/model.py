"""Tables of tickets, their history and the daily counter behind their numbers."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.db import Base, UtcDateTime


class TicketStatus(StrEnum):
    """How far a ticket is. `waiting`: for the customer or for goods."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"


class Priority(StrEnum):
    """紧急, 一般, 建议."""

    URGENT = "urgent"
    NORMAL = "normal"
    SUGGESTION = "suggestion"


class EventKind(StrEnum):
    """What happened to a ticket."""

    OPENED = "opened"
    STATUS = "status"
    REOPENED = "reopened"
    NOTE = "note"
    URGED = "urged"
    ESCALATED = "escalated"


class Ticket(Base):
    """A piece of work for the shop's people.

    `dedupe` names the problem ("stock:DD2026…"): it is unique until the ticket is closed, so that the same
    problem never has two open tickets. `note` is the latest word that the customer may read.
    """

    __tablename__ = "tickets"
    __table_args__ = (Index("ix_tickets_work", "status", "priority", "updated_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    dedupe: Mapped[str | None] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    priority: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12), default=TicketStatus.OPEN)
    order_no: Mapped[str | None] = mapped_column(String(64), index=True)
    customer_id: Mapped[str | None] = mapped_column(String(80), index=True)
    conversation_id: Mapped[str | None] = mapped_column(String(40), index=True)
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class TicketEvent(Base):
    """One line of a ticket's history; `public` ones may be told to the customer."""

    __tablename__ = "ticket_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    actor: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(12))
    before: Mapped[str | None] = mapped_column(String(12))
    after: Mapped[str | None] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text, default="")
    public: Mapped[bool] = mapped_column(default=False)


class TicketDay(Base):
    """The last number given out on a day of the shop (Asia/Shanghai)."""

    __tablename__ = "ticket_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
