"""Signing in: the table of what is right and wrong, and how often it may fail."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from argon2 import PasswordHasher, Type
from sqlalchemy import select

from desk import clock
from desk.db import Database
from desk.staff import passwords, service, sessions, tries
from desk.staff.errors import SignInLocked, WrongCredentials
from desk.staff.model import StaffAccount
from desk.web.workbench.edge import COOKIE
from tests.support.staff import PASSWORD, Office

# As delivered; `test_staff_access` changes them.
PER_LOGIN_AND_CLIENT, PER_LOGIN, PER_CLIENT, WINDOW = 5, 20, 30, timedelta(minutes=15)


def stop(office: Office, login: str) -> None:
    with office.desk.database.write() as session:
        account = session.scalars(select(StaffAccount).where(StaffAccount.login == login)).one()
        service.stop(session, account.id)


# ── Signing in ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("login", "password", "status", "says"),
    [
        ("xiaolin", PASSWORD, 303, ""),
        (" XiaoLin ", PASSWORD, 303, ""),
        ("xiaolin", PASSWORD + "x", 401, "账号或密码不对"),
        ("xiaolin", PASSWORD.upper(), 401, "账号或密码不对"),
        ("xiaolin", "", 401, "账号或密码不对"),
        ("xiaolin", PASSWORD * 50, 401, "账号或密码不对"),
        ("nobody", PASSWORD, 401, "账号或密码不对"),
        ("' OR 1=1 --", PASSWORD, 401, "账号或密码不对"),
        ("", "", 401, "账号或密码不对"),
        ("x" * 5000, PASSWORD, 401, "账号或密码不对"),
        ("xiaozhou", PASSWORD, 403, "已停用"),
        ("xiaozhou", "wrong-password", 401, "账号或密码不对"),
    ],
)
def test_signing_in(office: Office, login: str, password: str, status: int, says: str) -> None:
    stop(office, "xiaozhou")
    answer = office.browser().post("/desk/login", data={"login": login, "password": password})
    assert (answer.status_code, says in answer.text) == (status, True)
    assert (COOKIE in answer.cookies) == (status == 303)


@pytest.mark.parametrize("secure", [False, True])
def test_the_cookie_is_for_our_server_only(office: Office, tmp_path: Path, secure: bool) -> None:
    strict = Office(office.desk.database, tmp_path, cookie_secure=secure)
    answer = strict.browser().post("/desk/login", data={"login": "xiaolin", "password": PASSWORD})
    flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert ("secure" in flags) is secure


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/desk/tickets", "/desk/tickets"),
        ("", "/desk"),
        ("https://evil.example", "/desk"),
        ("//evil.example", "/desk"),
        ("/desk/../x", "/desk"),
        ("/desk/\\evil", "/desk"),
        ("/desk/\r\nSet-Cookie: a=b", "/desk"),
        ("/desk/login", "/desk"),
    ],
)
def test_signing_in_never_leads_out_of_the_workbench(office: Office, target: str, lands: str) -> None:
    form = {"login": "xiaolin", "password": PASSWORD, "next": target}
    assert office.browser().post("/desk/login", data=form).headers["location"] == lands


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://testserver"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 303),
    ],
)
def test_another_site_cannot_sign_someone_in(office: Office, headers: dict[str, str], status: int) -> None:
    form = {"login": "xiaolin", "password": PASSWORD}
    assert office.browser().post("/desk/login", data=form, headers=headers).status_code == status


@pytest.mark.parametrize("login", ["xiaolin", "nobody"])
def test_an_unknown_login_costs_the_same_work(office: Office, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            checked.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting(time_cost=1, memory_cost=64, parallelism=1))
    with pytest.raises(WrongCredentials):
        sessions.sign_in(office.desk.database, login, "wrong-password", "here")
    assert [stored.startswith("$argon2id$") for stored in checked] == [True]


def test_passwords_are_hashed_with_argon2id_and_64_mib_by_default() -> None:
    hasher = PasswordHasher()
    assert (hasher.type, hasher.memory_cost >= 65536) == (Type.ID, True)
    assert passwords.hashed(PASSWORD) != passwords.hashed(PASSWORD)


# ── Limits ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("limit", "login", "client"),
    [
        (PER_LOGIN_AND_CLIENT, "xiaolin", "one"),
        (PER_LOGIN_AND_CLIENT, "nobody", "one"),
        (PER_LOGIN, "xiaolin", None),
        (PER_CLIENT, None, "one"),
    ],
)
def test_tries_are_limited_by_login_and_by_client(
    database: Database, limit: int, login: str | None, client: str | None
) -> None:
    now = clock.now()
    with clock.frozen(now):
        for number in range(limit):
            with database.write() as session:
                tries.reserve(session, login or f"login{number}", client or f"client{number}")
        with database.write() as session, pytest.raises(SignInLocked) as locked:
            tries.reserve(session, login or "another", client or "another")
    assert locked.value.details["minutes"] == 15
    with clock.frozen(now + WINDOW + timedelta(seconds=1)), database.write() as session:
        tries.reserve(session, login or "another", client or "another")


def test_a_locked_login_is_not_opened_by_the_right_password(office: Office) -> None:
    browser = office.browser()
    for _ in range(PER_LOGIN_AND_CLIENT):
        assert browser.post("/desk/login", data={"login": "xiaolin", "password": "wrong"}).status_code == 401
    locked = browser.post("/desk/login", data={"login": "xiaolin", "password": PASSWORD})
    assert (locked.status_code, "15 分钟后再试" in locked.text, COOKIE in locked.cookies) == (429, True, False)
    assert browser.post("/desk/login", data={"login": "xiaozhou", "password": PASSWORD}).status_code == 303


def test_signing_in_forgives_earlier_slips(office: Office) -> None:
    for password in ["wrong"] * (PER_LOGIN_AND_CLIENT - 1) + [PASSWORD] + ["wrong"] * 2:
        status = 303 if password == PASSWORD else 401
        answer = office.browser().post("/desk/login", data={"login": "xiaolin", "password": password})
        assert answer.status_code == status
