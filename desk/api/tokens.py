"""Tokens of the API: made once and shown once, found by digest, revoked for good."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from desk import clock
from desk.api.errors import BadLifetime, BadName, BadScopes, BadToken, NoToken
from desk.api.model import ApiToken
from desk.api.scopes import Scope
from desk.audit.service import record
from desk.db import Database
from desk.ids import digest, new_token

SIGN = "kd_"  # so that scanners of source code find tokens that somebody committed
SHOWN = len(SIGN) + 6
LONGEST_LIFE = 3650  # days
# Noting each use would be a write per read.
_NOTED_EVERY = timedelta(minutes=1)
_FORM = re.compile(rf"{SIGN}[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True)
class Client:
    """The program behind a token."""

    id: int
    name: str
    scopes: frozenset[str]

    @property
    def actor(self) -> str:
        """How audit and tickets name it."""
        return f"api:{self.id}"


def issue(
    session: Session, name: str, scopes: Collection[str], *, actor: str, days: int | None = None
) -> tuple[ApiToken, str]:
    """Make a token; return its row and the token itself, which is stored nowhere.

    Args:
        days: how long it lives; None: until it is revoked.

    Raises:
        BadName, BadScopes, BadLifetime: it was not made.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= 60 or not name.isprintable():
        raise BadName
    if not scopes or not set(scopes) <= set(Scope):
        raise BadScopes
    if days is not None and not 1 <= days <= LONGEST_LIFE:
        raise BadLifetime
    secret = f"{SIGN}{new_token()}"
    token = ApiToken(
        name=name,
        digest=digest(secret),
        prefix=secret[:SHOWN],
        scopes=[scope for scope in Scope if scope in scopes],
        created_by=actor,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=days) if days is not None else None,
    )
    session.add(token)
    session.flush()
    detail = {"name": name, "scopes": " ".join(token.scopes), "days": days}
    record(session, actor, "api_token.add", f"api:{token.id}", detail=detail)
    return token, secret


def revoke(session: Session, token_id: int, *, actor: str) -> None:
    """End a token; one that has ended stays as it is.

    Raises:
        NoToken: there is none with this id.
    """
    token = session.get(ApiToken, token_id, with_for_update=True, populate_existing=True)
    if token is None:
        raise NoToken
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        record(session, actor, "api_token.revoke", f"api:{token.id}", detail={"name": token.name})


def listed(session: Session) -> list[ApiToken]:
    """Return all tokens, the newest first; those that can be used before those that cannot."""
    return list(session.scalars(select(ApiToken).order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())))


def usable(token: ApiToken) -> bool:
    """Return whether a token can be used now."""
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > clock.now())


def client_of(database: Database, secret: str) -> Client:
    """Return who a token belongs to, and note that it was used.

    It is looked up by its digest: how long that takes tells nothing about the tokens that there are.

    Raises:
        BadToken: unknown, revoked or expired.
    """
    if not _FORM.fullmatch(secret):
        raise BadToken
    noted = clock.now() - _NOTED_EVERY
    with database.read() as session:
        token = session.scalar(select(ApiToken).where(ApiToken.digest == digest(secret)))
        if token is None or not usable(token):
            raise BadToken
        client = Client(token.id, token.name, frozenset(token.scopes))
        stale = token.last_used_at is None or token.last_used_at < noted
    if stale:
        still = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < noted)
        with database.write() as session:
            session.execute(update(ApiToken).where(ApiToken.id == client.id, still).values(last_used_at=clock.now()))
    return client
