"""Tables of routing: who serves which group, who is there, who is rostered, and where each hand-off stands."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.db import Base, UtcDateTime


class Presence(StrEnum):
    """What an agent says of himself; only `online` gets offers."""

    ONLINE = "online"
    BUSY = "busy"
    AWAY = "away"


class Stage(StrEnum):
    """How far the assignment of a hand-off is."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    ENDED = "ended"


class TransferState(StrEnum):
    """What became of a transfer. `void`: the conversation ended first."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    VOID = "void"


class Membership(Base):
    """An agent serves a group. Whoever serves none in particular serves all of them."""

    __tablename__ = "group_members"

    agent_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    team: Mapped[str] = mapped_column(String(20), primary_key=True)
    main: Mapped[bool] = mapped_column(default=False)


class Duty(Base):
    """Whether an agent is there. `seen_at` is the last sign of an open page; `missed` counts offers in a row."""

    __tablename__ = "duties"

    agent_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10), default=Presence.ONLINE)
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    capacity: Mapped[int | None]
    missed: Mapped[int] = mapped_column(default=0)
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Shift(Base):
    """Who is to serve a group from when until when."""

    __tablename__ = "shifts"
    __table_args__ = (Index("ix_shifts_when", "ends_at", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int]
    team: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Steward(Base):
    """The agent who looks after a customer of the shop in person."""

    __tablename__ = "stewards"

    customer_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    agent_id: Mapped[int]


class Assignment(Base):
    """Where a hand-off stands: its group, to whom it is offered and until when, who had it first.

    `passed` are the agents who let an offer go by in this round. `told_away` is set once the customer knows that nobody
    is there, `writing` while the customer is asked for a message to leave.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        Index("ix_assignments_due", "stage", "due_at"),
        Index("ix_assignments_ended", "ended_at"),
        Index("ix_assignments_load", "queued_at", "team"),
    )

    handoff_id: Mapped[int] = mapped_column(ForeignKey("handoffs.id"), primary_key=True, autoincrement=False)
    conversation_id: Mapped[str] = mapped_column(String(40), index=True)
    team: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(10), default=Stage.WAITING)
    offered_to: Mapped[int | None]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    passed: Mapped[list[Any]] = mapped_column(JSON, default=list)
    agent_id: Mapped[int | None]
    first_owner_id: Mapped[int | None]
    told_away: Mapped[bool] = mapped_column(default=False)
    writing: Mapped[bool] = mapped_column(default=False)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Transfer(Base):
    """A wish to pass a conversation to a colleague or a group; until it is accepted the sender has it."""

    __tablename__ = "transfers"
    __table_args__ = (Index("ix_transfers_open", "state", "conversation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(40), index=True)
    handoff_id: Mapped[int]
    from_id: Mapped[int]
    to_id: Mapped[int | None]
    team: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default=TransferState.OPEN)
    answer: Mapped[str] = mapped_column(String(200), default="")
    decided_by: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
