"""Signing in and out, and who is behind a session's token."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.db import Database, announce
from desk.ids import digest, new_token
from desk.options.service import current
from desk.staff import passwords, tries, two_factor
from desk.staff.access import Access
from desk.staff.devices import NOWHERE, Device
from desk.staff.errors import AccountStopped, CodeNeeded, NotHalfWay, NotSignedIn, WrongCode, WrongCredentials
from desk.staff.model import HalfWay, StaffAccount, StaffSession
from desk.staff.open_sessions import handle_of
from desk.staff.roles import Permission, may
from desk.staff.topics import topic
from desk.vault.service import Vault

_HALF_WAY = timedelta(minutes=5)


class Duty(StrEnum):
    """What somebody has to do before anything else."""

    NONE = ""
    PASSWORD = "password"
    TWO_FACTOR = "two_factor"


@dataclass(frozen=True)
class SignedIn:
    """Who works with this session; `handle` names the session without opening it."""

    id: int
    name: str
    login: str
    role: str
    csrf: str = field(repr=False)
    duty: Duty = Duty.NONE
    handle: str = ""

    def may(self, permission: Permission) -> bool:
        """Return whether this person has the permission."""
        return may(self.role, permission)


def normalised(login: str) -> str:
    """Return a login as it is stored."""
    return login.strip().casefold()[:80]


def life(session: Session) -> timedelta:
    """Return how long a sign-in holds."""
    return timedelta(hours=current(session, Access).session_hours)


def sign_in(database: Database, login: str, password: str, client: str, device: Device = NOWHERE) -> str:
    """Return the token of a new session.

    It runs its own transactions: a failed try must stay counted, and nobody waits while a password is
    checked (which takes as long for logins that do not exist).

    Args:
        client: a digest of where the request comes from.
        device: what the list of sessions will say.

    Raises:
        CodeNeeded: `second_step` with its token comes next.
        SignInLocked, WrongCredentials, AccountStopped: no session was made.
    """
    login = normalised(login)
    with database.write() as session:
        tries.reserve(session, login, client)
        account = session.scalar(select(StaffAccount).where(StaffAccount.login == login))
    if not passwords.fits(account.password_hash if account else None, password) or account is None:
        # Also for logins that do not exist, so that it takes as long; but not which: people type passwords there.
        subject = f"agent:{account.id}" if account else "agent:unknown"
        with database.write() as session:
            record(session, "system", "staff.sign_in_failed", subject, detail={"browser": device.browser})
        raise WrongCredentials
    if not account.active:
        raise AccountStopped
    fresh = passwords.hashed(password) if passwords.outdated(account.password_hash) else None
    with database.write() as session:
        if fresh is not None:
            session.get_one(StaffAccount, account.id).password_hash = fresh
        if not two_factor.is_on(session, account.id):
            tries.forgive(session, login, client)
            return _open(session, account.id, device)
        # The try stays counted until the code has come: else codes could be guessed without end.
        half_way = _begin_second(session, account.id)
    raise CodeNeeded(half_way)


def second_step(
    database: Database, vault: Vault, half_way: str, code: str, client: str, device: Device = NOWHERE
) -> str:
    """Return the token of a new session, for the right code.

    Args:
        half_way: the token of `CodeNeeded`.

    Raises:
        NotHalfWay: it is unknown or too old.
        SignInLocked, WrongCode, AccountStopped: no session was made.
    """
    with database.write() as session:
        account = _half_way(session, half_way)
        tries.reserve(session, account.login, client)
    with database.write() as session:
        account = _half_way(session, half_way)
        if not account.active:
            raise AccountStopped
        try:
            two_factor.check(session, vault, account.id, code)
        except WrongCode:
            record(session, f"agent:{account.id}", "staff.wrong_code", f"agent:{account.id}")
            token = ""
        else:
            session.execute(delete(HalfWay).where(HalfWay.agent_id == account.id))
            tries.forgive(session, account.login, client)
            token = _open(session, account.id, device)
    if not token:
        raise WrongCode
    return token


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
    handle, duty = handle_of(digest(token)), _duty(session, account)
    return SignedIn(account.id, account.name, account.login, account.role, csrf, duty, handle)


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


def _duty(session: Session, account: StaffAccount) -> Duty:
    if account.must_change:
        return Duty.PASSWORD
    if two_factor.required(session, account.role) and not two_factor.is_on(session, account.id):
        return Duty.TWO_FACTOR
    return Duty.NONE


def _begin_second(session: Session, agent_id: int) -> str:
    session.execute(delete(HalfWay).where(HalfWay.expires_at <= clock.now()))
    token = new_token()
    session.add(HalfWay(digest=digest(token), agent_id=agent_id, expires_at=clock.now() + _HALF_WAY))
    return token


def _half_way(session: Session, token: str) -> StaffAccount:
    row = session.get(HalfWay, digest(token))
    if row is None or row.expires_at <= clock.now():
        raise NotHalfWay
    return session.get_one(StaffAccount, row.agent_id)


def _open(session: Session, agent_id: int, device: Device) -> str:
    session.execute(delete(StaffSession).where(StaffSession.expires_at <= clock.now()))
    session.get_one(StaffAccount, agent_id).signed_in_at = clock.now()
    token = new_token()
    session.add(
        StaffSession(
            digest=digest(token),
            agent_id=agent_id,
            csrf=new_token(),
            created_at=clock.now(),
            last_seen=clock.now(),
            expires_at=clock.now() + life(session),
            browser=device.browser,
            address=device.address,
        )
    )
    record(session, f"agent:{agent_id}", "staff.sign_in", f"agent:{agent_id}", detail={"browser": device.browser})
    return token
