"""Tables of what hangs on a ticket: watchers, tags, links, sub-tasks, files, the report and its actions."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.db import Base, UtcDateTime


class LinkKind(StrEnum):
    """What a ticket can be about besides its own order and conversation."""

    CONVERSATION = "conversation"
    ORDER = "order"
    KEY = "key"
    INCIDENT = "incident"
    TICKET = "ticket"


class SubTaskState(StrEnum):
    """How far another group's part is. `cancelled`: closed with the ticket, not done."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class TicketWatcher(Base):
    """Someone who keeps an eye on a ticket."""

    __tablename__ = "ticket_watchers"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(primary_key=True, index=True)


class TicketTag(Base):
    """A word by which tickets are found together."""

    __tablename__ = "ticket_tags"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(20), primary_key=True, index=True)


class TicketLink(Base):
    """What else a ticket is about. Of a card key only the vault's reference stands here."""

    __tablename__ = "ticket_links"
    __table_args__ = (UniqueConstraint("ticket_id", "kind", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[str] = mapped_column(String(12))
    target: Mapped[str] = mapped_column(String(64), index=True)


class SubTask(Base):
    """What another group has to do before the ticket can be closed."""

    __tablename__ = "ticket_subtasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    group: Mapped[str] = mapped_column("group_key", String(20))
    title: Mapped[str] = mapped_column(String(200))
    assignee_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default=SubTaskState.OPEN)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    finished_by: Mapped[str | None] = mapped_column(String(60))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attachment(Base):
    """A file that staff put on a ticket; its bytes lie under `file` in the state folder."""

    __tablename__ = "ticket_attachments"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    file: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    public: Mapped[bool] = mapped_column(default=False)
    actor: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Report(Base):
    """《问题分析报告》: why it happened and whom it hit."""

    __tablename__ = "ticket_reports"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    root_cause: Mapped[str] = mapped_column(Text, default="")
    impact: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=0)
    actor: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class ReportAction(Base):
    """What a report says is to be done, by whom and until when."""

    __tablename__ = "ticket_actions"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    text: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int] = mapped_column(index=True)
    due: Mapped[date]
    done_by: Mapped[str | None] = mapped_column(String(60))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
