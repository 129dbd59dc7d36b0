"""The table of guides."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.db import Base, UtcDateTime


class Mark(StrEnum):
    """What the customer said of a step that was sent."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Step:
    """One step: its text, how often it was sent, and what the customer said of it ("" is nothing yet)."""

    text: str
    sent: int = 0
    mark: str = ""


class Guide(Base):
    """One series of steps in a conversation; `ended_at` is empty while it goes on.

    `steps` is a list of `Step` as mappings; it is replaced, never changed in place.
    """

    __tablename__ = "guides"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(40), index=True)
    title: Mapped[str] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(String(60))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def all(self) -> list[Step]:
        """The steps in their order."""
        return [Step(**step) for step in self.steps]

    @property
    def next(self) -> int:
        """The number of the step that has not been sent yet, 1 for the first; one more than there are at the end."""
        return sum(step.sent > 0 for step in self.all) + 1
