"""Tables of the web channel: visitors and the tokens that prove who they are."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.db import Base, UtcDateTime


class WebVisitor(Base):
    """Someone with a widget: anonymous, or a customer whom the shop has vouched for."""

    __tablename__ = "web_visitors"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    conversation_id: Mapped[str] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class WebToken(Base):
    """A widget's bearer token; only its digest is kept."""

    __tablename__ = "web_tokens"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    visitor_id: Mapped[str] = mapped_column(ForeignKey("web_visitors.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
