"""Accounts as admins keep them: passwords, roles, the last admin, the rules of signing in, the command."""

import io
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError
from sqlalchemy import select

from desk import __main__ as command
from desk import clock
from desk.audit.model import AuditEntry
from desk.db import Database
from desk.options.service import current, save
from desk.staff import cases, devices, own, password_rules, service, sessions, tries, two_factor
from desk.staff.access import Access
from desk.staff.errors import (
    AccountStopped,
    LastAdmin,
    NotSignedIn,
    NotYourself,
    SignInLocked,
    WeakPassword,
    WrongCredentials,
    WrongPassword,
)
from desk.staff.roles import Permission, Role, may
from tests.support.staff_store import database, staff_store

__all__ = ["database", "staff_store"]

PASSWORD, OTHER = "spring-onion-soup", "river-stone-lantern"


@pytest.fixture
def people(database: Database) -> dict[str, int]:
    """Two admins and an agent."""
    with database.write() as session:
        return {
            login: service.add_agent(session, login, name, role, PASSWORD)
            for login, name, role in [("li", "李雷", "admin"), ("han", "韩梅", "admin"), ("wang", "王芳", "agent")]
        }


def signed_in(database: Database, login: str, password: str = PASSWORD) -> sessions.SignedIn:
    token = sessions.sign_in(database, login, password, "here")
    with database.read() as session:
        return sessions.agent_of(session, token)


# ── Passwords ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("spring-onion", ""),
        ("我家门口有棵大榕树呀", ""),
        ("tr0ub4dor&3-x", ""),
        ("short-one", "至少 10 位"),
        ("x" * 300, "最多"),
        ("aaaaaaaaaaaa", "重复或连续"),
        ("abababababab", "重复或连续"),
        ("1234567890", "重复或连续"),
        ("qwertyuiop123", "重复或连续"),
        ("abcdefghijkl", "重复或连续"),
        ("0987654321ab", "重复或连续"),
        ("ilovewangfang", "账号名或姓名"),
        ("我是王小芳今年二十岁", "账号名或姓名"),
        ("Password2026!", "太容易"),
        ("P@ssw0rd2026!", "太容易"),
        ("2026kamidesk!", "太容易"),
        ("woaini1314520", "太容易"),
    ],
)
def test_which_passwords_may_be_chosen(password: str, why: str) -> None:
    if not why:
        password_rules.check(password, login="wangfang", name="王小芳", shortest=10)
        return
    with pytest.raises(WeakPassword) as refused:
        password_rules.check(password, login="wangfang", name="王小芳", shortest=10)
    assert why in refused.value.text


def test_a_new_password_ends_the_other_sessions_and_only_those(database: Database, people: dict[str, int]) -> None:
    elsewhere = sessions.sign_in(database, "wang", PASSWORD, "here")
    here = sessions.sign_in(database, "wang", PASSWORD, "here")
    with database.read() as session:
        staff = sessions.agent_of(session, here)
    for present, chosen, error in (("wrong", OTHER, WrongPassword), (PASSWORD, PASSWORD, WeakPassword)):
        with pytest.raises(error):
            own.change_password(database, staff, present, chosen, "here")
    own.change_password(database, staff, PASSWORD, OTHER, "here")
    with database.read() as session:
        sessions.agent_of(session, here)
        with pytest.raises(NotSignedIn):
            sessions.agent_of(session, elsewhere)
    with pytest.raises(WrongCredentials):
        signed_in(database, "wang")
    signed_in(database, "wang", OTHER)


def test_a_one_time_password_has_to_be_changed(database: Database, people: dict[str, int]) -> None:
    before = sessions.sign_in(database, "wang", PASSWORD, "here")
    with database.write() as session:
        once = service.reset_password(session, people["wang"], actor="agent:1")
    with database.read() as session, pytest.raises(NotSignedIn):
        sessions.agent_of(session, before)
    staff = signed_in(database, "wang", once)
    assert staff.duty == sessions.Duty.PASSWORD
    own.change_password(database, staff, once, OTHER, "here")
    assert signed_in(database, "wang", OTHER).duty == sessions.Duty.NONE
    with database.read() as session:
        written = str([entry.detail for entry in session.scalars(select(AuditEntry))])
    assert once not in written


# ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_is_always_left_to_manage_accounts(database: Database, people: dict[str, int]) -> None:
    li, han = people["li"], people["han"]
    for act in (
        lambda s: service.stop(s, li, actor=f"agent:{li}"),
        lambda s: service.change(s, li, "李雷", Role.AGENT, actor=f"agent:{li}"),
    ):
        with pytest.raises(NotYourself), database.write() as session:
            act(session)
    with database.write() as session:
        service.stop(session, han, actor=f"agent:{li}")
    for act in (
        lambda s: service.stop(s, li, actor="command"),
        lambda s: service.change(s, li, "李雷", Role.AGENT, actor="command"),
    ):
        with pytest.raises(LastAdmin), database.write() as session:
            act(session)
    with database.write() as session:
        service.start(session, han, actor=f"agent:{li}")
        service.stop(session, li, actor=f"agent:{han}")
    with pytest.raises(AccountStopped):
        signed_in(database, "li")
    with database.read() as session:
        wanted = AuditEntry.action.in_(("staff.stop", "staff.start"))
        actions = list(session.scalars(select(AuditEntry.action).where(wanted).order_by(AuditEntry.id)))
    assert actions == ["staff.stop", "staff.start", "staff.stop"]


def test_a_role_counts_from_the_next_click_on(database: Database, people: dict[str, int]) -> None:
    token = sessions.sign_in(database, "wang", PASSWORD, "here")
    with database.write() as session:
        service.change(session, people["wang"], "王芳芳", Role.RISK, actor="agent:1")
    with database.read() as session:
        staff = sessions.agent_of(session, token)
    assert (staff.name, staff.role, staff.may(Permission.RISK_CASES)) == ("王芳芳", "risk", True)


# ── The operators' rules ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_rules_of_signing_in_are_the_operators(database: Database, people: dict[str, int]) -> None:
    with database.write() as session:
        rules = current(session, Access).model_copy(
            update={"tries_per_login_and_client": 3, "window_minutes": 60, "session_hours": 1, "password_length": 20}
        )
        save(session, rules, seen=0, actor="agent:1")
    now = clock.now()
    with clock.frozen(now):
        token = sessions.sign_in(database, "li", PASSWORD, "there")
        for _ in range(3):
            with pytest.raises(WrongCredentials):
                signed_in(database, "wang", "wrong")
        with pytest.raises(SignInLocked) as locked:
            signed_in(database, "wang")
        assert locked.value.details["minutes"] == 60
        with database.write() as session:
            assert [m.login for m in service.members(session) if m.locked] == ["wang"]
            service.unlock(session, people["wang"], actor="agent:1")
            assert not tries.locked(session, ["wang", "li"])
        staff = signed_in(database, "wang")
        with pytest.raises(WeakPassword):
            own.change_password(database, staff, PASSWORD, OTHER, "here")
    with clock.frozen(now + timedelta(hours=1, seconds=1)), database.read() as session, pytest.raises(NotSignedIn):
        sessions.agent_of(session, token)


def test_a_role_can_be_made_to_use_two_steps(database: Database, people: dict[str, int]) -> None:
    with database.write() as session:
        rules = current(session, Access).model_copy(update={"two_factor_roles": (Role.ADMIN,)})
        save(session, rules, seen=0, actor="agent:1")
        assert (two_factor.required(session, "admin"), two_factor.required(session, "agent")) == (True, False)
    assert signed_in(database, "li").duty == sessions.Duty.TWO_FACTOR
    assert signed_in(database, "wang").duty == sessions.Duty.NONE


@pytest.mark.parametrize("change", [{"session_hours": 0}, {"password_length": 9}, {"two_factor_roles": ["root"]}])
def test_rules_that_cannot_be(database: Database, change: dict[str, object]) -> None:
    with database.read() as session, pytest.raises(ValidationError):
        Access.model_validate({**current(session, Access).model_dump(), **change})


# ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("signs", "needed"),
    [
        (["requested", "card_key_invalid"], None),
        ([None], None),
        (["risk", "account_stolen"], Permission.RISK_CASES),
        (["requested", "account_frozen"], Permission.RISK_CASES),
        (["finance", "balance_not_credited"], Permission.FUND_CASES),
        (["requested", "fund_dispute"], Permission.FUND_CASES),
        (["risk", "fund_dispute"], Permission.RISK_CASES),
    ],
)
def test_which_cases_are_not_for_everybody(signs: list[str | None], needed: Permission | None) -> None:
    assert cases.needed(signs) == needed


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("agent", "converse work_tickets see_customers remedy reveal"),
        ("second_line", "converse work_tickets see_customers remedy reveal take_over"),
        ("merchant", "converse work_tickets see_customers remedy reveal"),
        ("finance", "converse work_tickets see_customers remedy reveal fund_cases export"),
        ("risk", "converse work_tickets see_customers remedy reveal risk_cases fund_cases see_audit"),
        ("analyst", "see_team export"),
        (
            "supervisor",
            "converse work_tickets see_customers remedy reveal take_over see_team approve risk_cases fund_cases "
            "manage_desk "
            "see_audit export plan_team lead_tickets edit_macros edit_scripts merge_customers personal_data",
        ),
        (
            "admin",
            "converse work_tickets see_customers remedy reveal take_over see_team approve risk_cases fund_cases "
            "manage_desk "
            "see_audit export manage_staff plan_team "
            "lead_tickets edit_macros edit_scripts merge_customers personal_data",
        ),
        ("root", ""),
    ],
)
def test_what_each_role_may(role: str, allowed: str) -> None:
    assert {permission for permission in Permission if may(role, permission)} == set(allowed.split())


@pytest.mark.parametrize(
    ("agent", "host", "shown"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537",
            "203.0.113.9",
            ("Chrome · Windows", "203.0.*.*"),
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "::1", ("Edge · Windows", "0000:0000:*")),
        (
            "Mozilla/5.0 (iPhone; CPU like Mac OS X) Version/18 Safari/604",
            "2001:db8::7",
            ("Safari · iPhone", "2001:0db8:*"),
        ),
        ("curl/8", "testclient", ("未知浏览器", "")),
    ],
)
def test_what_is_kept_of_a_browser(agent: str, host: str, shown: tuple[str, str]) -> None:
    found = devices.device(agent, host)
    assert (found.browser, found.address) == shown


# ── The command ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def settings(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = {
        "SETTINGS": str(tmp_path / "none.env"),
        "STATE_DIR": str(tmp_path),
        "DATABASE_URL": database.url,
        "VAULT_KEY": Fernet.generate_key().decode(),
        **dict.fromkeys(("SECRET_KEY", "BOT_TOKEN", "SHOP_SECRET"), "s" * 32),
    }
    for name, value in chosen.items():
        monkeypatch.setenv(f"KAMIDESK_{name}", value)


def call(monkeypatch: pytest.MonkeyPatch, typed: str, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["desk", "staff", *arguments])
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return command.main()


def test_the_command(
    database: Database, settings: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, f"{PASSWORD}\n", "add", "Boss", "--name", "老板", "--role", "admin") == 0
    assert signed_in(database, "boss").role == "admin"
    for typed, arguments, says in (
        (f"{PASSWORD}\n", ("add", "boss", "--name", "老板"), "已被使用"),
        ("short\n", ("add", "new", "--name", "新人"), "至少 10 位"),
        ("", ("stop", "boss"), "最后一个管理员"),
        ("", ("stop", "nobody"), "没有这个账号"),
    ):
        capsys.readouterr()
        assert call(monkeypatch, typed, *arguments) == 1
        assert says in capsys.readouterr().err
    capsys.readouterr()
    assert call(monkeypatch, "", "reset-password", "boss") == 0
    once = capsys.readouterr().out.strip()
    assert signed_in(database, "boss", once).duty == sessions.Duty.PASSWORD
    assert call(monkeypatch, "", "list") == 0
    assert capsys.readouterr().out.split("\t")[:4] == ["boss", "老板", "admin", "在职"]
