"""Staff accounts, their sessions and roles."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from desk import clock
from desk.staff import service, sessions
from desk.staff.errors import BadAccount, LoginTaken, NotSignedIn, WeakPassword, WrongCredentials
from desk.staff.model import StaffAccount, StaffSession
from desk.staff.roles import PERMISSIONS, Permission, Role, may
from desk.web.workbench.edge import COOKIE
from tests.support.staff import PASSWORD, Office


def stop(office: Office, login: str) -> None:
    with office.desk.database.write() as session:
        account = session.scalars(select(StaffAccount).where(StaffAccount.login == login)).one()
        service.stop(session, account.id)


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_is_worth_nothing_in_the_database(office: Office) -> None:
    token = sessions.sign_in(office.desk.database, "xiaolin", PASSWORD, "here")
    with office.desk.database.read() as session:
        stored = [value for row in session.execute(select(StaffSession.__table__)) for value in row]
    assert token not in stored


@pytest.mark.parametrize("ends", ["signed out", "expired", "stopped", "switched off", "forged", "none"])
def test_a_session_that_has_ended_opens_nothing(office: Office, ends: str) -> None:
    database = office.desk.database
    token = sessions.sign_in(database, "xiaolin", PASSWORD, "here")
    moment = clock.now()
    if ends == "signed out":
        with database.write() as session:
            sessions.sign_out(session, token)
    elif ends == "expired":
        moment += timedelta(hours=12, seconds=1)  # as delivered
    elif ends == "stopped":
        stop(office, "xiaolin")
    elif ends == "switched off":
        with database.write() as session:
            session.execute(update(StaffAccount).where(StaffAccount.login == "xiaolin").values(active=False))
    else:
        token = {"forged": "x" * 43, "none": ""}[ends]
    with clock.frozen(moment), database.read() as session, pytest.raises(NotSignedIn):
        sessions.agent_of(session, token)


def test_signing_out_ends_the_session_and_signing_in_replaces_it(office: Office) -> None:
    lin = office.sign_in("xiaolin")
    before = lin.http.cookies[COOKIE]
    again = lin.http.post("/desk/login", data={"login": "xiaolin", "password": PASSWORD})
    assert again.cookies[COOKIE] != before
    with office.desk.database.read() as session, pytest.raises(NotSignedIn):
        sessions.agent_of(session, before)
    other = office.sign_in("xiaozhou")
    assert other.post("/desk/logout", script=False).headers["location"] == "/desk/login"
    assert other.http.get("/desk").headers["location"] == "/desk/login"


# ── Accounts and roles ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("login", "name", "role", "password", "error"),
    [
        ("new", "新人", "agent", "long-enough", None),
        ("XIAOLIN", "新人", "agent", "long-enough", LoginTaken),
        (" ", "新人", "agent", "long-enough", BadAccount),
        ("new", "", "agent", "long-enough", BadAccount),
        ("new", "新人", "root", "long-enough", BadAccount),
        ("new", "新人", "agent", "short", WeakPassword),
        ("n" * 60, "新人", "agent", "long-enough", BadAccount),
    ],
)
def test_accounts(
    office: Office, login: str, name: str, role: str, password: str, error: type[Exception] | None
) -> None:
    with office.desk.database.write() as session:
        if error is None:
            assert service.name_of(session, service.add_agent(session, login, name, role, password)) == name
        else:
            with pytest.raises(error):
                service.add_agent(session, login, name, role, password)


def test_the_demo_is_seeded_once_and_follows_a_new_password(office: Office) -> None:
    database = office.desk.database
    for password in (PASSWORD, "another-password"):
        with database.write() as session:
            assert [login for login, _, _ in service.seed_demo(session, password)] == [
                "xiaolin",
                "xiaozhou",
                "zhuguan",
                "admin",
                "caiwu",
                "fengkong",
            ]
        sessions.sign_in(database, "zhuguan", password, "here")
    with pytest.raises(WrongCredentials):
        sessions.sign_in(database, "zhuguan", PASSWORD, "here")
    with database.read() as session:
        logins = session.scalars(select(StaffAccount.login)).all()
    assert sorted(login for login in logins if login != "new") == sorted(login for login, _, _ in service.DEMO_STAFF)


def test_each_role_may_what_the_one_below_may() -> None:
    order = [PERMISSIONS[role] for role in (Role.AGENT, Role.SUPERVISOR, Role.ADMIN)]
    assert order[0] < order[1] < order[2]
    assert not may("root", Permission.CONVERSE)
