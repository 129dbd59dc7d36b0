"""Tables of conversations: the timeline, the inbox, buttons, hand-offs and ratings."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.db import Base, UtcDateTime


class Owner(StrEnum):
    """Who answers a conversation."""

    BOT = "bot"
    QUEUED = "queued"
    AGENT = "agent"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote an entry of the timeline."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class Kind(StrEnum):
    """What an entry of the timeline is."""

    TEXT = "text"
    NOTICE = "notice"
    RATING = "rating"
    NOTE = "note"
    PICTURE = "picture"


class HandoffState(StrEnum):
    """How far a hand-off is; the first two are open."""

    QUEUED = "queued"
    TAKEN = "taken"
    CLOSED = "closed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Conversation(Base):
    """The one thread of a customer on a channel; it is owned by one party at a time.

    `generation` grows whenever the bot starts afresh, so that its tracker never mixes two consultations.
    """

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("channel", "peer"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    peer: Mapped[str] = mapped_column(String(80))
    client: Mapped[str] = mapped_column(String(64), default="")
    customer_id: Mapped[str | None] = mapped_column(String(80), index=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    owner: Mapped[str] = mapped_column(String(10), default=Owner.BOT, index=True)
    agent_id: Mapped[int | None] = mapped_column(index=True)
    generation: Mapped[int] = mapped_column(default=1)
    last_seq: Mapped[int] = mapped_column(default=0)
    read_seq: Mapped[int] = mapped_column(default=0)
    intent: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)

    @property
    def sender_id(self) -> str:
        """The name under which the bot knows the present consultation."""
        return f"{self.id}.{self.generation}"


class Entry(Base):
    """One thing on the timeline, numbered within its conversation.

    `text` and `body` hold references to card keys, never keys. `internal` entries are for agents only.
    """

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "author", "client_id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    author: Mapped[str] = mapped_column(String(10))
    agent_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(10), default=Kind.TEXT)
    text: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    internal: Mapped[bool] = mapped_column(default=False)
    client_id: Mapped[str | None] = mapped_column(String(80))


class Button(Base):
    """A button that a customer may press: the payload stays here, the browser only knows the id."""

    __tablename__ = "buttons"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    payload: Mapped[str] = mapped_column(Text)


class InboxMessage(Base):
    """A message that was acknowledged, and whether it has been dealt with.

    `turn` groups the messages that were given to the bot as one turn, so that a repeat after a crash
    gives it the same turn again. `outcome` says who got it: bot, person, or failure (told and queued).
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "account", "message_id"),
        Index("ix_inbox_open", "done_at", "conversation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(80))
    message_id: Mapped[str] = mapped_column(String(80))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    entry_id: Mapped[str] = mapped_column(String(40))
    entry_seq: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    trusted: Mapped[bool] = mapped_column(default=False)
    turn: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(10))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Handoff(Base):
    """One time that a conversation went to a person, with everything that led to it.

    `lane` comes before `rank` in the queue (0 first); `pool` names those who wait for the same agents.
    """

    __tablename__ = "handoffs"
    __table_args__ = (Index("ix_handoffs_queue", "state", "rank", "queued_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    priority: Mapped[str] = mapped_column(String(10))
    rank: Mapped[int]
    lane: Mapped[int] = mapped_column(default=4, server_default="4")
    pool: Mapped[str] = mapped_column(String(20), default="", server_default="")
    intent: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(Text, default="")
    comforted: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), default=HandoffState.QUEUED)
    agent_id: Mapped[int | None]
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Rating(Base):
    """The customer's stars for one hand-off; `stars` is empty until given."""

    __tablename__ = "ratings"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    handoff_id: Mapped[int] = mapped_column(ForeignKey("handoffs.id"), unique=True)
    stars: Mapped[int | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    rated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
