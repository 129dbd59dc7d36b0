"""Staff accounts: adding them, stopping them, naming them. Signing in is in `sessions`."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk.audit.service import record
from desk.db import announce
from desk.staff import passwords
from desk.staff.errors import BadAccount, LoginTaken
from desk.staff.model import StaffAccount, StaffSession
from desk.staff.roles import Permission, Role, may
from desk.staff.sessions import SignedIn, agent_of, normalised, sign_in, sign_out, topic

__all__ = [
    "DEMO_STAFF",
    "Member",
    "SignedIn",
    "active",
    "add_agent",
    "agent_of",
    "members",
    "name_of",
    "names_of",
    "seed_demo",
    "sign_in",
    "sign_out",
    "stop",
]

DEMO_STAFF: list[tuple[str, str, str]] = [
    ("xiaolin", "林晓", Role.AGENT),
    ("xiaozhou", "周敏", Role.AGENT),
    ("zhuguan", "陈主管", Role.SUPERVISOR),
    ("admin", "管理员", Role.ADMIN),
]
SHORTEST_PASSWORD = 8


def add_agent(session: Session, login: str, name: str, role: str, password: str, *, actor: str = "system") -> int:
    """Add an account; return its id.

    Raises:
        BadAccount: login, name or role cannot be used, or the password is too short.
        LoginTaken: there is one with this login.
    """
    login, name = normalised(login), name.strip()
    if not (0 < len(login) <= 40 and 0 < len(name) <= 40 and role in list(Role)):
        raise BadAccount
    if not SHORTEST_PASSWORD <= len(password) <= passwords.LONGEST:
        raise BadAccount(f"密码至少 {SHORTEST_PASSWORD} 位")
    if session.scalar(select(StaffAccount.id).where(StaffAccount.login == login)) is not None:
        raise LoginTaken
    return _add(session, login, name, role, passwords.hashed(password), actor)


def stop(session: Session, agent_id: int, *, actor: str = "system") -> None:
    """Stop an account and end its sessions."""
    account = session.get(StaffAccount, agent_id)
    if account is None or not account.active:
        return
    account.active = False
    session.execute(delete(StaffSession).where(StaffSession.agent_id == agent_id))
    record(session, actor, "staff.stop", f"agent:{agent_id}")
    announce(session, topic(agent_id))


def name_of(session: Session, agent_id: int) -> str | None:
    """Return an agent's name as customers see it, or None."""
    return session.scalar(select(StaffAccount.name).where(StaffAccount.id == agent_id))


def names_of(session: Session, agent_ids: Collection[int]) -> dict[int, str]:
    """Return names by id."""
    if not agent_ids:
        return {}
    query = select(StaffAccount.id, StaffAccount.name).where(StaffAccount.id.in_(agent_ids))
    return {row[0]: row[1] for row in session.execute(query)}


@dataclass(frozen=True)
class Member:
    """Somebody who works here and may sign in."""

    id: int
    name: str
    login: str
    role: str

    def may(self, permission: Permission) -> bool:
        """Return whether this person has the permission."""
        return may(self.role, permission)


def members(session: Session) -> list[Member]:
    """Return everybody whose account is in use, in the order in which they came."""
    query = select(StaffAccount).where(StaffAccount.active.is_(True)).order_by(StaffAccount.id)
    return [Member(each.id, each.name, each.login, each.role) for each in session.scalars(query)]


def active(session: Session, role: str | None = None) -> dict[int, str]:
    """Return those who can sign in, names by id in the order of the ids; with `role` only those who have it."""
    query = select(StaffAccount.id, StaffAccount.name).where(StaffAccount.active).order_by(StaffAccount.id)
    if role is not None:
        query = query.where(StaffAccount.role == role)
    return {row[0]: row[1] for row in session.execute(query)}


def seed_demo(session: Session, password: str) -> list[tuple[str, str, str]]:
    """Add the demo's staff, all with this password, and return (login, name, role) of each.

    Accounts that are there keep everything but an outdated demo password.
    """
    logins = [login for login, _, _ in DEMO_STAFF]
    known = {a.login: a for a in session.scalars(select(StaffAccount).where(StaffAccount.login.in_(logins)))}
    # One hash for all of them: they share the password, and a start should not take longer for it.
    fitting = next((a.password_hash for a in known.values() if passwords.fits(a.password_hash, password)), None)
    stored = fitting or passwords.hashed(password)
    for login, name, role in DEMO_STAFF:
        if login in known:
            known[login].password_hash = stored
        else:
            _add(session, login, name, role, stored, "system")
    return DEMO_STAFF


def _add(session: Session, login: str, name: str, role: str, password_hash: str, actor: str) -> int:
    account = StaffAccount(login=login, name=name, role=role, password_hash=password_hash)
    session.add(account)
    session.flush()
    record(session, actor, "staff.add", f"agent:{account.id}", detail={"role": role})
    return account.id
