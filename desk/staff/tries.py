"""How often signing in may fail, by login and by client."""

import hashlib
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from desk import clock
from desk.serial import hold
from desk.staff.errors import SignInLocked
from desk.staff.model import SignInTry

WINDOW = timedelta(minutes=15)
PER_LOGIN_AND_CLIENT = 5
# From all clients together: higher, so that a stranger cannot easily lock an agent out.
PER_LOGIN = 20
PER_CLIENT = 30


def reserve(session: Session, login: str, client: str) -> None:
    """Count a try before it is made, so that tries at the same time cannot slip through.

    Raises:
        SignInLocked: too many have failed lately.
    """
    name = _digest(login)
    hold(session, f"sign-in:{name}", f"sign-in:{client}")
    session.execute(delete(SignInTry).where(SignInTry.at < clock.now() - WINDOW))
    for limit, matches in (
        (PER_LOGIN_AND_CLIENT, (SignInTry.login == name) & (SignInTry.client == client)),
        (PER_LOGIN, SignInTry.login == name),
        (PER_CLIENT, SignInTry.client == client),
    ):
        _check(session, matches, limit)
    session.add(SignInTry(login=name, client=client, at=clock.now()))


def forgive(session: Session, login: str, client: str) -> None:
    """Forget the failed tries of someone who has now signed in."""
    session.execute(
        delete(SignInTry).where(SignInTry.login == _digest(login), SignInTry.client == client),
        execution_options={"synchronize_session": False},
    )


def _check(session: Session, matches: ColumnElement[bool], limit: int) -> None:
    count, first = session.execute(select(func.count(), func.min(SignInTry.at)).where(matches)).one()
    if count >= limit:
        left = first + WINDOW - clock.now()
        minutes = max(1, -(-int(left.total_seconds()) // 60))
        raise SignInLocked(f"登录失败次数太多，请 {minutes} 分钟后再试", minutes=minutes)


def _digest(login: str) -> str:
    return hashlib.sha256(login.encode()).hexdigest()
