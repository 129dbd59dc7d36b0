"""The table of clocks."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk.db import Base, UtcDateTime


class SlaClock(Base):
    """One promise that runs, or ran: to answer, to solve, to call back.

    `target` and `remaining` are seconds of business time; `remaining` is what was left when the clock was paused or
    met. `next_at` is when the sweep has something to do with it: warn, note the breach, take the next of the class's
    steps (`step` of them are taken). `ended_at` without `met_at`: it became pointless. `breached_at` is the moment
    of the breach, not of its discovery, and stays when the work is done later. `supervisor_at`: a supervisor was
    asked to look after it; `watcher_id` does.
    """

    __tablename__ = "sla_clocks"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "kind", "round"),
        Index("ix_sla_clocks_open", "ended_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    round: Mapped[int] = mapped_column(default=1)
    conversation_id: Mapped[str | None] = mapped_column(String(40), index=True)
    class_name: Mapped[str] = mapped_column(String(20))
    calendar: Mapped[str] = mapped_column(String(20))
    target: Mapped[float]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    warn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remaining: Mapped[float | None]
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    breached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    step: Mapped[int] = mapped_column(default=0)
    met_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    supervisor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    watcher_id: Mapped[int | None]
    watched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
