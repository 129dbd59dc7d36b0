"""Staff accounts: adding them, stopping them, naming them. Signing in is in `sessions`."""

import secrets

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.audit.service import record
from desk.db import announce
from desk.options.service import current
from desk.serial import hold
from desk.staff import open_sessions, password_rules, passwords, tries
from desk.staff.access import Access
from desk.staff.directory import Member, active, by_login, find, members, name_of, names_of
from desk.staff.errors import BadAccount, LastAdmin, LoginTaken, NoAccount, NotYourself
from desk.staff.model import StaffAccount
from desk.staff.roles import Role
from desk.staff.sessions import SignedIn, agent_of, normalised, sign_in, sign_out
from desk.staff.topics import topic

__all__ = [
    "DEMO_STAFF",
    "Member",
    "SignedIn",
    "active",
    "add_agent",
    "agent_of",
    "by_login",
    "change",
    "find",
    "members",
    "name_of",
    "names_of",
    "normalised",
    "reset_password",
    "seed_demo",
    "sign_in",
    "sign_out",
    "start",
    "stop",
    "unlock",
]

DEMO_STAFF: list[tuple[str, str, str]] = [
    ("xiaolin", "林晓", Role.AGENT),
    ("xiaozhou", "周敏", Role.AGENT),
    ("zhuguan", "陈主管", Role.SUPERVISOR),
    ("admin", "管理员", Role.ADMIN),
    ("caiwu", "吴会计", Role.FINANCE),
    ("fengkong", "赵安", Role.RISK),
]
# Without signs that look like others: it is read out or typed off a screen.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def add_agent(
    session: Session,
    login: str,
    name: str,
    role: str,
    password: str | None,
    *,
    actor: str = "system",
) -> int:
    """Add an account; return its id.

    Args:
        password: chosen by its owner; None where `reset_password` gives the first one.

    Raises:
        BadAccount: login, name or role cannot be used.
        WeakPassword: the password breaks a rule.
        LoginTaken: there is one with this login.
    """
    login, name = normalised(login), name.strip()
    if not (0 < len(login) <= 40 and login.isprintable() and " " not in login):
        raise BadAccount("账号名要 1 到 40 个字符，不能有空格")
    _check_fields(name, role)
    if password is not None:
        shortest = current(session, Access).password_length
        password_rules.check(password, login=login, name=name, shortest=shortest)
    hold(session, f"staff.login:{login}")
    if session.scalar(select(StaffAccount.id).where(StaffAccount.login == login)) is not None:
        raise LoginTaken
    return _add(session, login, name, role, passwords.hashed(password or secrets.token_urlsafe(32)), actor)


def change(session: Session, agent_id: int, name: str, role: str, *, actor: str) -> None:
    """Give an account another name or role; it counts from the next click on.

    Raises:
        NoAccount, BadAccount: nothing is changed.
        NotYourself, LastAdmin: nobody would be left to manage accounts.
    """
    hold(session, "staff.admins")
    account, name = _locked(session, agent_id), name.strip()
    _check_fields(name, role)
    if role != account.role:
        if actor == f"agent:{agent_id}":
            raise NotYourself
        _keep_an_admin(session, account)
    if (account.name, account.role) == (name, role):
        return
    detail = {"before": f"{account.name}/{account.role}", "after": f"{name}/{role}"}
    account.name, account.role = name, role
    record(session, actor, "staff.change", f"agent:{agent_id}", detail=detail)
    announce(session, topic(agent_id))


def reset_password(session: Session, agent_id: int, *, actor: str) -> str:
    """Give an account a one-time password and end its sessions; return the password, which is not kept.

    Its owner has to choose another one before doing anything else.

    Raises:
        NoAccount: there is none.
    """
    account = _locked(session, agent_id)
    password = "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))
    account.password_hash, account.must_change = passwords.hashed(password), True
    open_sessions.end_all(session, agent_id)
    tries.unlock(session, account.login)
    record(session, actor, "staff.reset_password", f"agent:{agent_id}")
    return password


def stop(session: Session, agent_id: int, *, actor: str = "system") -> None:
    """Stop an account and end its sessions.

    Raises:
        NotYourself, LastAdmin: nobody would be left to manage accounts.
    """
    hold(session, "staff.admins")
    account = session.get(StaffAccount, agent_id)
    if account is None or not account.active:
        return
    if actor == f"agent:{agent_id}":
        raise NotYourself
    _keep_an_admin(session, account)
    account.active = False
    open_sessions.end_all(session, agent_id)
    record(session, actor, "staff.stop", f"agent:{agent_id}")


def start(session: Session, agent_id: int, *, actor: str) -> None:
    """Let a stopped account work again.

    Raises:
        NoAccount: there is none.
    """
    account = _locked(session, agent_id)
    if not account.active:
        account.active = True
        record(session, actor, "staff.start", f"agent:{agent_id}")


def unlock(session: Session, agent_id: int, *, actor: str) -> None:
    """Forget the failed sign-ins of an account.

    Raises:
        NoAccount: there is none.
    """
    account = _locked(session, agent_id)
    if tries.unlock(session, account.login):
        record(session, actor, "staff.unlock", f"agent:{agent_id}")


def seed_demo(session: Session, password: str) -> list[tuple[str, str, str]]:
    """Add the demo's staff, all with this password, and return (login, name, role) of each.

    Accounts that are there keep everything but an outdated demo password; one that its owner has chosen stays.
    """
    logins = [login for login, _, _ in DEMO_STAFF]
    known = {a.login: a for a in session.scalars(select(StaffAccount).where(StaffAccount.login.in_(logins)))}
    followers = [a for a in known.values() if a.password_at is None and not a.must_change]
    # One hash for all of them: they share the password, and a start should not take longer for it.
    fitting = next((a.password_hash for a in followers if passwords.fits(a.password_hash, password)), None)
    stored = fitting or passwords.hashed(password)
    for account in followers:
        account.password_hash = stored
    for login, name, role in DEMO_STAFF:
        if login not in known:
            _add(session, login, name, role, stored, "system")
    return DEMO_STAFF


def _check_fields(name: str, role: str) -> None:
    if not (0 < len(name) <= 40 and name.isprintable()):
        raise BadAccount("请填写姓名，最多 40 个字")
    if role not in list(Role):
        raise BadAccount("请选择角色")


def _keep_an_admin(session: Session, account: StaffAccount) -> None:
    if account.role != Role.ADMIN or not account.active:
        return
    query = select(func.count()).where(StaffAccount.role == Role.ADMIN, StaffAccount.active.is_(True))
    if (session.scalar(query) or 0) < 2:
        raise LastAdmin


def _locked(session: Session, agent_id: int) -> StaffAccount:
    account = session.get(StaffAccount, agent_id, with_for_update={"key_share": True}, populate_existing=True)
    if account is None:
        raise NoAccount
    return account


def _add(session: Session, login: str, name: str, role: str, password_hash: str, actor: str) -> int:
    account = StaffAccount(login=login, name=name, role=role, password_hash=password_hash)
    session.add(account)
    session.flush()
    record(session, actor, "staff.add", f"agent:{account.id}", detail={"role": role})
    return account.id
