"""How often signing in may fail, by login and by client; the numbers are the operators' (`access.Access`)."""

import hashlib
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from desk import clock
from desk.options.service import current
from desk.serial import hold
from desk.staff.access import Access
from desk.staff.errors import SignInLocked
from desk.staff.model import SignInTry


def reserve(session: Session, login: str, client: str) -> None:
    """Count a try before it is made, so that tries at the same time cannot slip through.

    Raises:
        SignInLocked: too many have failed lately.
    """
    name, rules = _digest(login), current(session, Access)
    window = timedelta(minutes=rules.window_minutes)
    hold(session, f"sign-in:{name}", f"sign-in:{client}")
    session.execute(delete(SignInTry).where(SignInTry.at < clock.now() - window))
    for limit, matches in (
        (rules.tries_per_login_and_client, (SignInTry.login == name) & (SignInTry.client == client)),
        (rules.tries_per_login, SignInTry.login == name),
        (rules.tries_per_client, SignInTry.client == client),
    ):
        _check(session, matches, limit, window)
    session.add(SignInTry(login=name, client=client, at=clock.now()))


def forgive(session: Session, login: str, client: str) -> None:
    """Forget the failed tries of someone who has now signed in."""
    session.execute(
        delete(SignInTry).where(SignInTry.login == _digest(login), SignInTry.client == client),
        execution_options={"synchronize_session": False},
    )


def unlock(session: Session, login: str) -> int:
    """Forget all failed tries for a login; return how many."""
    found = session.scalars(select(SignInTry).where(SignInTry.login == _digest(login))).all()
    for row in found:
        session.delete(row)
    return len(found)


def locked(session: Session, logins: Collection[str]) -> set[str]:
    """Return those of the logins that are refused now, from anywhere or from one of the addresses tried."""
    rules = current(session, Access)
    since = clock.now() - timedelta(minutes=rules.window_minutes)
    query = select(SignInTry.login, func.count()).where(SignInTry.at >= since)
    counts: dict[str, list[int]] = {}
    for name, count in session.execute(query.group_by(SignInTry.login, SignInTry.client)):
        counts.setdefault(name, []).append(count)
    return {
        login
        for login in logins
        if (found := counts.get(_digest(login)))
        and (sum(found) >= rules.tries_per_login or max(found) >= rules.tries_per_login_and_client)
    }


def _check(session: Session, matches: ColumnElement[bool], limit: int, window: timedelta) -> None:
    count, first = session.execute(select(func.count(), func.min(SignInTry.at)).where(matches)).one()
    if count >= limit:
        left = first + window - clock.now()
        minutes = max(1, -(-int(left.total_seconds()) // 60))
        raise SignInLocked(f"登录失败次数太多，请 {minutes} 分钟后再试", minutes=minutes)


def _digest(login: str) -> str:
    return hashlib.sha256(login.encode()).hexdigest()
