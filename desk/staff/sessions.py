"""Signing in and out, and who is behind a session's token."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk import clock
from desk.db import Database, announce
from desk.ids import digest, new_token
from desk.staff import passwords, tries
from desk.staff.errors import AccountStopped, NotSignedIn, WrongCredentials
from desk.staff.model import StaffAccount, StaffSession
from desk.staff.roles import Permission, may

# A long shift; a browser that was left open overnight has to sign in again.
SESSION_LIFE = timedelta(hours=12)


@dataclass(frozen=True)
class SignedIn:
    """Who works with this session."""

    id: int
    name: str
    login: str
    role: str
    csrf: str = field(repr=False)

    def may(self, permission: Permission) -> bool:
        """Return whether this person has the permission."""
        return may(self.role, permission)


def topic(agent_id: int) -> str:
    """Return the topic that is announced when one of the agent's sessions ends."""
    return f"staff:{agent_id}"


def normalised(login: str) -> str:
    """Return a login as it is stored."""
    return login.strip().casefold()[:80]


def sign_in(database: Database, login: str, password: str, client: str) -> str:
    """Return the token of a new session.

    It runs its own transactions: a failed try must stay counted, and nobody waits while a password is
    checked (which takes as long for logins that do not exist).

    Args:
        client: a digest of where the request comes from.

    Raises:
        SignInLocked, WrongCredentials, AccountStopped: no session was made.
    """
    login = normalised(login)
    with database.write() as session:
        tries.reserve(session, login, client)
        account = session.scalar(select(StaffAccount).where(StaffAccount.login == login))
    if not passwords.fits(account.password_hash if account else None, password) or account is None:
        raise WrongCredentials
    if not account.active:
        raise AccountStopped
    fresh = passwords.hashed(password) if passwords.outdated(account.password_hash) else None
    with database.write() as session:
        tries.forgive(session, login, client)
        return _open(session, account.id, fresh)


def sign_out(session: Session, token: str) -> None:
    """End a session; its open streams end too."""
    found = session.get(StaffSession, digest(token))
    if found is not None:
        announce(session, topic(found.agent_id))
        session.delete(found)


def agent_of(session: Session, token: str) -> SignedIn:
    """Return who a token belongs to.

    Raises:
        NotSignedIn: unknown, expired or ended, or the account was stopped.
    """
    query = (
        select(StaffAccount, StaffSession.csrf)
        .join(StaffSession, StaffSession.agent_id == StaffAccount.id)
        .where(
            StaffSession.digest == digest(token),
            StaffSession.expires_at > clock.now(),
            StaffAccount.active.is_(True),
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotSignedIn
    account, csrf = row
    return SignedIn(account.id, account.name, account.login, account.role, csrf)


def is_signed_in(session: Session, agent_id: int) -> bool:
    """Return whether the agent has a session that has not ended."""
    mine = select(StaffSession.digest).where(StaffSession.agent_id == agent_id, StaffSession.expires_at > clock.now())
    return session.scalar(mine.limit(1)) is not None


def touch(session: Session, token: str) -> SignedIn:
    """Note that the session's page is open; return whose it is.

    Raises:
        NotSignedIn: it has ended.
    """
    staff = agent_of(session, token)
    session.get_one(StaffSession, digest(token)).last_seen = clock.now()
    return staff


def _open(session: Session, agent_id: int, fresh_hash: str | None) -> str:
    session.execute(delete(StaffSession).where(StaffSession.expires_at <= clock.now()))
    if fresh_hash is not None:
        session.get_one(StaffAccount, agent_id).password_hash = fresh_hash
    token = new_token()
    session.add(
        StaffSession(
            digest=digest(token),
            agent_id=agent_id,
            csrf=new_token(),
            created_at=clock.now(),
            last_seen=clock.now(),
            expires_at=clock.now() + SESSION_LIFE,
        )
    )
    return token
