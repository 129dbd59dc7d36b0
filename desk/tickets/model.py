"""Tables of tickets, their history and the daily counter behind their numbers."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, false
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
    ASSIGNED = "assigned"
    GROUP = "group"
    PRIORITY = "priority"
    WATCHED = "watched"
    TAGGED = "tagged"
    LINKED = "linked"
    FLAGGED = "flagged"
    SUBTASK = "subtask"
    ATTACHED = "attached"
    REPORT = "report"
    MERGED = "merged"
    CONFIRMED = "confirmed"
    RATED = "rated"
    MACRO = "macro"


class Closed(StrEnum):
    """Why a ticket was closed."""

    CONFIRMED = "confirmed"
    SILENCE = "silence"
    SUPERVISOR = "supervisor"
    SETTLED = "settled"
    MERGED = "merged"


class Ticket(Base):
    """A piece of work for the shop's people.

    `dedupe` names the problem ("stock:DD2026…"): it is unique until the ticket is closed, so that the same
    problem never has two open tickets. `note` is the latest word that the customer may read.
    `first_owner_id` is who took it on first and answers for it; `assignee_id` is who works on it now.
    `urged_at`: a supervisor shall look. `complex`: somebody said that it needs a report.
    `confirmed_at`: the customer said that all is well; `closed_how` is one of `Closed`.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_work", "status", "priority", "updated_at"),
        Index("ix_tickets_group", "group_key", "status"),
    )

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
    group: Mapped[str] = mapped_column("group_key", String(20), default="first_line", server_default="first_line")
    assignee_id: Mapped[int | None] = mapped_column(index=True)
    first_owner_id: Mapped[int | None]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    urged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    complex: Mapped[bool] = mapped_column(default=False, server_default=false())
    reopened_count: Mapped[int] = mapped_column(default=0, server_default="0")
    solved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_how: Mapped[str | None] = mapped_column(String(12))
    merged_into_id: Mapped[int | None] = mapped_column(index=True)
    stars: Mapped[int | None]


class TicketEvent(Base):
    """One line of a ticket's history; `public` ones may be told to the customer.

    `client_id` is the sending form's own id: what it asks for is done once.
    """

    __tablename__ = "ticket_events"
    __table_args__ = (Index("ix_ticket_events_client", "ticket_id", "client_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    actor: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(12))
    before: Mapped[str | None] = mapped_column(String(12))
    after: Mapped[str | None] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text, default="")
    public: Mapped[bool] = mapped_column(default=False)
    client_id: Mapped[str | None] = mapped_column(String(80))


class TicketDay(Base):
    """The last number given out on a day of the shop (Asia/Shanghai)."""

    __tablename__ = "ticket_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
