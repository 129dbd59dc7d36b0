"""The table of audit entries."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.db import Base, UtcDateTime


class AuditEntry(Base):
    """One thing that was done. `detail` is flat and never holds a card key.

    `place`, `prev_hash` and `hash` are its link in the chain (`chain.py`), empty until it is sealed (`sealing.py`).
    """

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    actor: Mapped[str] = mapped_column(String(60), index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(120), index=True)
    conversation_id: Mapped[str | None] = mapped_column(String(40), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    place: Mapped[int | None] = mapped_column(unique=True)
    prev_hash: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str | None] = mapped_column(String(64))


class AuditCheck(Base):
    """One walk along the chain: how many entries were fine, and what came then.

    `broken_place` and `why` are empty where nothing was wrong; `failed` says why it could not be checked at all.
    """

    __tablename__ = "audit_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    entries: Mapped[int] = mapped_column(default=0)
    anchored: Mapped[bool] = mapped_column(default=True)
    broken_place: Mapped[int | None]
    broken_id: Mapped[int | None]
    why: Mapped[str] = mapped_column(String(200), default="")
    failed: Mapped[str] = mapped_column(String(200), default="")
