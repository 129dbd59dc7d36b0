"""The table of pictures; the pixels are files (`folder.py`)."""

from datetime import datetime

from sqlalchemy import Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.db import Base, UtcDateTime


class Picture(Base):
    """A picture on a conversation's timeline.

    `file` is the name of its file, `ticket_no` the ticket that it was filed to. `by_staff`: an agent showed it to the
    customer; it is nobody's evidence.
    """

    __tablename__ = "pictures"
    __table_args__ = (Index("ix_pictures_conversation", "conversation_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(40))
    file: Mapped[str] = mapped_column(String(40), unique=True)
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int]
    height: Mapped[int]
    by_staff: Mapped[bool] = mapped_column(default=False, server_default=false())
    ticket_no: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
