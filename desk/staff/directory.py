"""Who works here: accounts as admins see them, and names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.staff import tries, two_factor
from desk.staff.errors import NoAccount
from desk.staff.model import StaffAccount
from desk.staff.sessions import normalised


@dataclass(frozen=True)
class Member:
    """An account as admins see it."""

    id: int
    login: str
    name: str
    role: str
    active: bool
    created_at: datetime
    signed_in_at: datetime | None
    must_change: bool
    two_factor: bool
    locked: bool


def members(session: Session) -> list[Member]:
    """Return all accounts: those at work first, by login."""
    found = session.scalars(select(StaffAccount).order_by(StaffAccount.active.desc(), StaffAccount.login)).all()
    safe, locked = two_factor.all_on(session), tries.locked(session, [account.login for account in found])
    return [_member(account, two_factor=account.id in safe, locked=account.login in locked) for account in found]


def find(session: Session, agent_id: int) -> Member:
    """Return one account.

    Raises:
        NoAccount: there is none.
    """
    account = session.get(StaffAccount, agent_id)
    if account is None:
        raise NoAccount
    locked = bool(tries.locked(session, [account.login]))
    return _member(account, two_factor=two_factor.is_on(session, account.id), locked=locked)


def by_login(session: Session, login: str) -> Member:
    """Return the account with this login.

    Raises:
        NoAccount: there is none.
    """
    agent_id = session.scalar(select(StaffAccount.id).where(StaffAccount.login == normalised(login)))
    return find(session, agent_id or 0)


def name_of(session: Session, agent_id: int) -> str | None:
    """Return an agent's name as customers see it, or None."""
    return session.scalar(select(StaffAccount.name).where(StaffAccount.id == agent_id))


def names_of(session: Session, agent_ids: Collection[int]) -> dict[int, str]:
    """Return names by id."""
    if not agent_ids:
        return {}
    query = select(StaffAccount.id, StaffAccount.name).where(StaffAccount.id.in_(agent_ids))
    return {row[0]: row[1] for row in session.execute(query)}


def active(session: Session, role: str | None = None) -> dict[int, str]:
    """Return those who can sign in, names by id in the order of the ids; with `role` only those who have it."""
    query = select(StaffAccount.id, StaffAccount.name).where(StaffAccount.active).order_by(StaffAccount.id)
    if role is not None:
        query = query.where(StaffAccount.role == role)
    return {row[0]: row[1] for row in session.execute(query)}


def _member(account: StaffAccount, *, two_factor: bool, locked: bool) -> Member:
    return Member(
        id=account.id,
        login=account.login,
        name=account.name,
        role=account.role,
        active=account.active,
        created_at=account.created_at,
        signed_in_at=account.signed_in_at,
        must_change=account.must_change,
        two_factor=two_factor,
        locked=locked,
    )
