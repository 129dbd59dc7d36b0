"""Accounts, second steps, sessions, masked values and the audit, in the workbench's pages."""

import csv
import html
import io
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import delete, select, update

from desk import clock
from desk.audit.anchor import anchor_of
from desk.audit.chain import Chain
from desk.audit.model import AuditCheck, AuditEntry
from desk.audit.sealing import seal
from desk.audit.service import record
from desk.options.model import OptionsRow
from desk.options.service import current, save, version
from desk.shop.embedded.model import ShopCustomer
from desk.staff import service, totp, two_factor
from desk.staff.access import Access
from desk.staff.model import StaffAccount
from desk.staff.roles import Role
from desk.web.workbench import audit, reveal
from desk.web.workbench.edge import COOKIE
from desk.web.workbench.sign_in import HALF_WAY
from tests.support.staff import PASSWORD, Colleague, Office

OTHER = "river-stone-lantern"


@pytest.fixture
def boss(office: Office) -> Colleague:
    """An admin."""
    with office.desk.database.write() as session:
        session.execute(delete(OptionsRow))
    return office.sign_in("admin")


def new_member(office: Office, login: str, role: str = Role.AGENT) -> int:
    with office.desk.database.write() as session:
        return service.add_agent(session, login, "新同事", role, PASSWORD)


def audited(office: Office, action: str) -> list[tuple[str, str, dict[str, object]]]:
    with office.desk.database.read() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
        return [(entry.actor, entry.subject, entry.detail) for entry in found]


def enter(browser: httpx.Client, login: str, password: str, **more: str) -> httpx.Response:
    return browser.post("/desk/login", data={"login": login, "password": password, **more})


# ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_colleague_begins_with_a_password_of_their_own(office: Office, boss: Colleague) -> None:
    made = boss.post("/desk/staff", login="wangfang", name="王芳", role="finance")
    once = re.search(r'id="once">([^<]+)<', made.text)
    assert once
    assert once[1] not in boss.page("/desk/staff")
    browser = office.browser()
    assert enter(browser, "wangfang", once[1]).status_code == 303
    for path in ("/desk", "/desk/tickets", "/desk/lists", "/desk/c/x", "/desk/nothing"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/me")
    script = browser.get("/desk/lists", headers={"HX-Request": "true"})
    assert (script.status_code, script.headers["hx-redirect"]) == (403, "/desk/me")
    page = browser.get("/desk/me")
    assert "一次性密码" in page.text
    csrf = re.search(r'data-csrf="([^"]+)"', page.text)
    assert csrf
    for chosen, again, status in (("short", "short", 422), (OTHER, "another", 422), (OTHER, OTHER, 204)):
        form = {"present": once[1], "chosen": chosen, "again": again}
        answer = browser.post("/desk/me/password", data=form, headers={"X-CSRF-Token": csrf[1], "HX-Request": "true"})
        assert answer.status_code == status
    assert browser.get("/desk").status_code == 200
    assert enter(office.browser(), "wangfang", once[1]).status_code == 401
    assert enter(office.browser(), "wangfang", OTHER).status_code == 303


def test_an_admin_changes_stops_and_restarts_accounts(office: Office, boss: Colleague) -> None:
    number = new_member(office, "zhao")
    zhao = office.sign_in("zhao")
    assert boss.post(f"/desk/staff/{number}", name="赵云", role="second_line").status_code == 204
    assert "二线客服" in zhao.page("/desk/me")
    assert boss.post(f"/desk/staff/{number}/stop").status_code == 204
    assert zhao.http.get("/desk").headers["location"] == "/desk/login"
    assert "已停用" in boss.page(f"/desk/staff/{number}")
    assert boss.post(f"/desk/staff/{number}/start").status_code == 204
    office.sign_in("zhao")
    me = boss.http.get("/desk/staff").text
    assert "还没登录过" in me
    with office.desk.database.read() as session:
        admin = session.scalars(select(StaffAccount.id).where(StaffAccount.login == "admin")).one()
    refused = boss.post(f"/desk/staff/{admin}/stop")
    assert (refused.status_code, refused.json()["error"]) == (409, "not_yourself")
    refused = boss.post(f"/desk/staff/{admin}", name="管理员", role="agent")
    assert (refused.status_code, refused.json()["error"]) == (409, "not_yourself")


def test_an_admin_unlocks_an_account(office: Office, boss: Colleague) -> None:
    number, browser = new_member(office, "sun"), office.browser()
    while enter(browser, "sun", "wrong").status_code == 401:
        pass
    assert enter(browser, "sun", PASSWORD).status_code == 429
    assert "暂时锁定" in boss.page(f"/desk/staff/{number}")
    assert boss.post(f"/desk/staff/{number}/unlock").status_code == 204
    assert enter(browser, "sun", PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 204),
        ({"session_hours": "0"}, 422),
        ({"password_length": "abc"}, 422),
        ({"two_factor_roles": "root"}, 422),
        ({"seen": "7"}, 409),
    ],
)
def test_the_rules_of_signing_in_are_set_in_a_page(
    office: Office, boss: Colleague, change: dict[str, str], status: int
) -> None:
    page = boss.page("/desk/staff/rules")
    fields = dict(re.findall(r'name="(\w+)" type="number"[^>]* value="(\d+)"', page)) | {"seen": "0"}
    assert len(fields) == 7
    answer = boss.post("/desk/staff/rules", **{**fields, "session_hours": "3", **change})
    assert answer.status_code == status, answer.text
    with office.desk.database.read() as session:
        assert current(session, Access).session_hours == (3 if status == 204 else 12)


# ── The second step ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_second_step_is_set_up_and_then_asked_for(office: Office) -> None:
    new_member(office, "qian")
    qian = office.sign_in("qian")
    assert qian.post("/desk/me/two-factor", password="wrong").status_code == 403
    assert qian.post("/desk/me/two-factor", password=PASSWORD).headers["hx-redirect"].startswith("/desk/me")
    page = qian.page("/desk/me")
    shown = re.search(r'id="secret">([A-Z2-7 ]+)<', page)
    assert shown
    secret = shown[1].replace(" ", "")
    assert f"secret={secret}" in html.unescape(page)
    assert qian.post("/desk/me/two-factor/confirm", code="000000").status_code == 401
    moment = clock.now()
    with clock.frozen(moment):
        answer = qian.post("/desk/me/two-factor/confirm", code=totp.code_at(secret, totp.step_of(moment)))
    spare = re.findall(r"<li><code>([^<]+)</code>", answer.text)
    assert len(spare) == two_factor.RECOVERY_CODES
    assert secret not in qian.page("/desk/me").replace(" ", "")

    browser, later = office.browser(), moment + timedelta(seconds=60)
    with clock.frozen(later):
        half = enter(browser, "qian", PASSWORD, next="/desk/tickets")
        assert (half.status_code, COOKIE in half.cookies, HALF_WAY in half.cookies) == (200, False, True)
        assert browser.get("/desk").headers["location"] == "/desk/login"
        code = totp.code_at(secret, totp.step_of(later))
        wrong = browser.post("/desk/login/code", data={"code": "000000"})
        assert (wrong.status_code, "验证码不对" in wrong.text) == (401, True)
        form = {"code": code, "next": "//evil.example"}
        foreign = browser.post("/desk/login/code", data=form, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403
        done = browser.post("/desk/login/code", data=form)
        assert (done.status_code, done.headers["location"], COOKIE in done.cookies) == (303, "/desk", True)
        assert done.cookies[COOKIE] != half.cookies[HALF_WAY]
    assert browser.get("/desk").status_code == 200
    stranger = office.browser().post("/desk/login/code", data={"code": spare[0]})
    assert (stranger.status_code, "重新登录" in stranger.text) == (401, True)

    assert qian.post("/desk/me/two-factor/off", password="wrong").status_code == 403
    assert qian.post("/desk/me/two-factor/off", password=PASSWORD).status_code == 204
    assert enter(office.browser(), "qian", PASSWORD).status_code == 303


def test_a_role_that_needs_it_does_nothing_else_first(office: Office, boss: Colleague) -> None:
    with office.desk.database.write() as session:
        rules = current(session, Access).model_copy(update={"two_factor_roles": (Role.ANALYST,)})
        save(session, rules, seen=version(session, Access), actor="agent:1")
    new_member(office, "feng", Role.ANALYST)
    browser = office.browser()
    enter(browser, "feng", PASSWORD)
    assert browser.get("/desk").headers["location"] == "/desk/me"
    assert "必须使用两步验证" in browser.get("/desk/me").text
    with office.desk.database.write() as session:
        session.execute(delete(OptionsRow))
    assert browser.get("/desk").status_code == 200


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sessions_are_listed_and_ended(office: Office, boss: Colleague) -> None:
    number = new_member(office, "wu")
    here, there, third = (office.sign_in("wu") for _ in range(3))
    page = here.page("/desk/me")
    others = re.findall(r'name="handle" value="([0-9a-f]{16})"', page)
    assert (len(others), page.count(">当前<")) == (2, 1)
    assert here.post("/desk/me/sessions", handle=others[0]).status_code == 204
    ended = [each for each in (there, third) if each.http.get("/desk").status_code == 303]
    assert len(ended) == 1
    stranger = office.sign_in("xiaozhou")
    assert stranger.post("/desk/me/sessions", handle=others[1]).status_code == 204  # not theirs: nothing happens
    assert [each.http.get("/desk").status_code for each in (there, third) if each not in ended] == [200]
    assert boss.post(f"/desk/staff/{number}/sessions", handle="others").status_code == 204
    assert here.http.get("/desk").status_code == 303


# ── Masked values ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def customer(office: Office) -> str:
    """A customer with a telephone, who has written; the conversation's id."""
    with office.desk.database.write() as session:
        session.merge(ShopCustomer(id="c_masked", name="林小雨", phone="13912345678", created_at=clock.now()))
    return office.customer("在吗", customer_id="c_masked", reason="requested")


def test_a_masked_value_is_shown_for_a_reason_and_that_is_kept(office: Office, lin: Colleague, customer: str) -> None:
    page = lin.page(f"/desk/c/{customer}")
    assert ("139****5678" in page, "13912345678" in page) == (True, False)
    asked = lin.page(f"/desk/reveal?kind=customer_phone&id=c_masked&c={customer}")
    assert "为什么要看" in asked
    given = {"kind": "customer_phone", "id": "c_masked", "conversation_id": customer}
    for reason, note, status in (("", "", 422), ("nonsense", "", 422), ("other", " ", 422)):
        assert lin.post("/desk/reveal", **given, reason=reason, note=note).status_code == status
    before = len(audited(office, "reveal"))
    answer = lin.post("/desk/reveal", **given, reason="contact", note="客户要回电")
    assert (answer.json(), answer.headers["cache-control"]) == ({"value": "13912345678", "seconds": 60}, "no-store")
    kept = audited(office, "reveal")[before:]
    assert [(subject, detail) for _, subject, detail in kept] == [
        ("c_masked", {"kind": "customer_phone", "reason": "contact", "note": "客户要回电"})
    ]
    assert "13912345678" not in str(kept)
    reveal._PACE._levels.clear()
    statuses = [lin.post("/desk/reveal", **given, reason="contact").status_code for _ in range(25)]
    assert (statuses[0], statuses[-1]) == (200, 429)
    reveal._PACE._levels.clear()


def test_analysts_see_neither_values_nor_buttons(office: Office, customer: str) -> None:
    new_member(office, "shuju", Role.ANALYST)
    analyst = office.sign_in("shuju")
    page = analyst.page(f"/desk/c/{customer}")
    assert ("139****5678" in page, "/desk/reveal" in page, "新建工单" in page) == (True, False, False)


# ── The audit ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_audit_is_searched_by_page(office: Office, boss: Colleague) -> None:
    with office.desk.database.write() as session:
        for number in range(60):
            record(session, "bot", "key.show", f"DD{number:03}", "c_audit", {"note": "<script>x"})
    first = boss.page("/desk/audit?conversation=c_audit")
    assert ("DD059" in first, "DD009" in first, "再次展示卡密" in first, "<script>x" in first) == (
        True,
        False,
        True,
        False,
    )
    older = re.search(r'href="(/desk/audit\?[^"]*before=[^"]*)"', first)
    assert older
    assert "DD009" in boss.page(html.unescape(older[1]))
    for query, there in (
        ("subject=DD007", True),
        ("subject=DD007&actor=system", False),
        ("subject=DD007&action=key.", True),
        ("subject=DD007&action=staff.", False),
        ("subject=DD007&since=2020-01-01", True),
        ("subject=DD007&until=2020-01-01", False),
        ("subject=DD007&since=nonsense", True),
    ):
        assert (
            "DD007</" in boss.page(f"/desk/audit?{query}") or "DD007<br" in boss.page(f"/desk/audit?{query}")
        ) is there


def test_the_export_is_harmless_and_kept(office: Office, boss: Colleague) -> None:
    for subject in ("=1+1", "@SUM(A1)", "-2", "+3", "\t=4"):
        with office.desk.database.write() as session:
            record(session, "bot", "key.show", subject, "c_export", {"note": "=cmd"})
    answer = boss.http.get("/desk/audit/export?conversation=c_export")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[4] for row in rows[1:]] == ["'\t=4", "'+3", "'-2", "'@SUM(A1)", "'=1+1"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert audited(office, "audit.export")[-1][2] == {"query": "conversation=c_export"}


def test_a_broken_chain_is_red(office: Office, boss: Colleague) -> None:
    desk = office.desk
    audit._PACE._levels.clear()
    with desk.database.write() as session:
        session.execute(delete(AuditCheck))
    assert "还没有校验过" in boss.page("/desk/audit")
    assert boss.post("/desk/audit/check").status_code == 204
    assert "没有被改动" in boss.page("/desk/audit")
    seal(desk.database, Chain(desk.vault), anchor_of(desk.database, desk.settings.state))
    with desk.database.write() as session:
        genuine = session.scalars(select(AuditEntry).where(AuditEntry.place == 2)).one().actor
        session.execute(update(AuditEntry).where(AuditEntry.place == 2).values(actor="agent:9"))
    assert boss.post("/desk/audit/check").status_code == 204
    page = boss.page("/desk/audit")
    assert ("第 2 条起不可信" in page, "被改过" in page, "怎么办" in page) == (True, True, True)
    with desk.database.write() as session:
        session.execute(update(AuditEntry).where(AuditEntry.place == 2).values(actor=genuine))
    boss.post("/desk/audit/check")
    assert "没有被改动" in boss.page("/desk/audit")
    assert boss.post("/desk/audit/check").status_code == 429
