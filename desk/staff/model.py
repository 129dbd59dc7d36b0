"""Tables of staff: accounts, browser sessions, failed sign-ins and second steps."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from desk import clock
from desk.db import Base, UtcDateTime


class StaffAccount(Base):
    """Someone who works here. `login` is kept in lower case; `role` is one of `roles.Role`.

    `must_change`: somebody else knows the password. `password_at` is when its owner last chose one.
    """

    __tablename__ = "agents"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    must_change: Mapped[bool] = mapped_column(default=False, server_default=false())
    password_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffSession(Base):
    """A signed-in browser; only the token's digest is kept. `csrf` is what its forms must bring.

    `browser` and `address` are for the owner's eye: "Chrome · Windows", "203.0.*.*".
    """

    __tablename__ = "staff_sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    browser: Mapped[str] = mapped_column(String(40), default="", server_default="")
    address: Mapped[str] = mapped_column(String(40), default="", server_default="")


class SignInTry(Base):
    """A sign-in that has not succeeded; it limits the next ones. Logins are digests: people mistype."""

    __tablename__ = "staff_tries"
    __table_args__ = (
        Index("ix_staff_tries_login", "login", "at"),
        Index("ix_staff_tries_client", "client", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64))
    client: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class TwoFactor(Base):
    """An account's secret of the second step, sealed. It counts once `confirmed_at` is set.

    `last_step` is the newest period of 30 s whose code was accepted: no code is accepted twice.
    """

    __tablename__ = "staff_two_factor"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code that replaces the second step once; only its keyed digest is kept."""

    __tablename__ = "staff_recovery"
    __table_args__ = (UniqueConstraint("agent_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HalfWay(Base):
    """A browser that has brought the password and not yet the code."""

    __tablename__ = "staff_half_way"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
