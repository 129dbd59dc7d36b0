"""The table of questions that were put to the knowledge base."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.db import Base, UtcDateTime


class KbAsk(Base):
    """One question and what was answered. `question` holds no card key and no reference to one."""

    __tablename__ = "kb_asks"
    __table_args__ = (Index("ix_kb_asks_outcome", "outcome", "at"), Index("ix_kb_asks_article", "article_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    conversation_id: Mapped[str | None] = mapped_column(String(40), index=True)
    question: Mapped[str] = mapped_column(String(300))
    article_id: Mapped[str | None] = mapped_column(String(80))
    score: Mapped[float]
    outcome: Mapped[str] = mapped_column(String(8))
    helpful: Mapped[bool | None]
