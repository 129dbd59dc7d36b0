"""Promised times at the workbench: timers, the overdue list, what supervisors watch, and the settings."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import delete, select

from desk import clock
from desk.audit.model import AuditEntry
from desk.options.model import OptionsRow
from desk.options.service import current
from desk.sla.calendars import Calendars
from desk.sla.model import SlaClock
from desk.sla.sweep import sweep
from desk.sla.targets import Sla
from desk.tickets import service
from tests.support.staff import Colleague, Office

SETTINGS = "/desk/sla/settings"


@pytest.fixture(autouse=True)
def clean(office: Office) -> None:
    """Forget clocks and changed documents."""
    with office.desk.database.write() as session:
        session.execute(delete(SlaClock))
        session.execute(delete(OptionsRow))


@pytest.fixture
def chief(office: Office) -> Colleague:
    return office.sign_in("zhuguan")


@pytest.fixture
def admin(office: Office) -> Colleague:
    return office.sign_in("admin")


def ticket(office: Office, kind: str = "technical") -> str:
    with office.desk.database.write() as session:
        return service.open_ticket(session, kind, "接口报错", dedupe=f"x:{uuid4().hex}").number


def swept(office: Office, **later: float) -> None:
    with clock.frozen(clock.now() + timedelta(**later)):
        sweep(office.desk.database, office.desk.policies)


def test_who_waits_has_a_timer_until_answered(office: Office, lin: Colleague) -> None:
    conversation_id = office.customer("在吗", reason="complaint")
    item = re.compile(rf'data-id="{conversation_id}".*?</li>', re.S)
    for page in (lin.page("/desk/lists"), lin.page(f"/desk/c/{conversation_id}")):
        assert "data-due=" in item.search(page)[0]  # type: ignore[index]
    assert "首次响应 <" in lin.page(f"/desk/c/{conversation_id}")
    lin.does(conversation_id, "take")
    lin.answers(conversation_id, "您好")
    assert "data-due=" not in item.search(lin.page("/desk/lists"))[0]  # type: ignore[index]
    office.says(conversation_id, "卡密用不了")
    assert "后续响应 <" in lin.live(conversation_id)


def test_the_list_of_overdue_tickets(office: Office, lin: Colleague) -> None:
    fresh = ticket(office, "refund")
    late = ticket(office)
    assert late in lin.page("/desk/tickets")
    assert "没有符合条件的工单" in lin.page("/desk/tickets/rows?status=overdue")
    with clock.frozen(clock.now() + timedelta(hours=1)):
        shown = lin.page("/desk/tickets?status=overdue")
        rows = lin.page("/desk/tickets/rows?status=overdue")
    assert (late in rows, fresh in rows) == (True, False)
    assert '<a href="/desk/tickets?view=overdue" aria-current="page">' in shown
    assert 'class="due over"' in rows


def test_a_paused_ticket_says_so(office: Office, lin: Colleague) -> None:
    number = ticket(office)
    lin.post(f"/desk/tickets/{number}/status", status="waiting")
    assert "已暂停" in lin.page("/desk/tickets")
    with clock.frozen(clock.now() + timedelta(hours=9)):
        assert number not in lin.page("/desk/tickets/rows?status=overdue")


def test_supervisors_are_asked_and_one_looks_after_it(office: Office, lin: Colleague, chief: Colleague) -> None:
    number = ticket(office)
    assert "没有超时或快超时的" in chief.page("/desk/sla/rows")
    swept(office, hours=2)
    assert "有 1 项超时需要主管跟进" in chief.page("/desk/lists")
    assert "需要主管跟进" not in lin.page("/desk/lists")
    with office.desk.database.read() as session:
        clock_id = session.scalars(select(SlaClock.id)).one()
    with clock.frozen(clock.now() + timedelta(hours=2)):
        rows = chief.page("/desk/sla/rows")
    assert number in rows
    assert "技术工单" in rows
    for _ in range(2):
        assert chief.post(f"/desk/sla/{clock_id}/watch").status_code == 204
    second = office.sign_in("admin").post(f"/desk/sla/{clock_id}/watch")
    assert (second.status_code, second.json()["message"]) == (409, "已经有主管在跟进")
    assert "需要主管跟进" not in chief.page("/desk/lists")
    assert "陈主管" in chief.page("/desk/sla/rows")
    with office.desk.database.read() as session:
        watches = session.scalars(select(AuditEntry).where(AuditEntry.action == "sla.watch")).all()
        assert [entry.subject for entry in watches] == [f"clock:{clock_id}"]
    lin.post(f"/desk/tickets/{number}/status", status="closed")
    assert chief.post(f"/desk/sla/{clock_id}/watch").status_code == 404


def test_kept_and_broken_promises_are_counted(office: Office, lin: Colleague, chief: Colleague) -> None:
    for hours in (0, 0, 0, 2):
        number = ticket(office)
        with clock.frozen(clock.now() + timedelta(hours=hours)):
            lin.post(f"/desk/tickets/{number}/status", status="closed")
    page = chief.page("/desk/sla")
    assert page.count("75.0%") == 2
    assert page.count("3 按时，1 超时") == 2
    with clock.frozen(clock.now() + timedelta(days=10)):
        assert office.sign_in("zhuguan").page("/desk/sla").count("75.0%") == 1


@pytest.mark.parametrize(
    ("login", "page", "settings"), [("xiaolin", 403, 403), ("zhuguan", 200, 200), ("admin", 200, 200)]
)
def test_who_may_see_and_set(office: Office, login: str, page: int, settings: int) -> None:
    who = office.sign_in(login)
    assert who.http.get("/desk/sla").status_code == page
    assert who.http.get(SETTINGS).status_code == settings
    assert ('href="/desk/sla"' in who.page("/desk")) is (page == 200)
    assert who.post("/desk/sla/999999/watch").status_code == (404 if page == 200 else 403)
    for document in ("calendars", "targets"):
        assert who.post(f"{SETTINGS}/{document}").status_code == (422 if settings == 200 else 403)


def fields(page: str, document: str) -> dict[str, list[str]]:
    """Return what a browser would send of a form that nobody has touched."""
    form = re.search(rf'action="{SETTINGS}/{document}">(.*?)</form>', page, re.S)
    assert form
    found: dict[str, list[str]] = {}
    area = r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>'
    choice = r'<select name="([^"]+)"[^>]*>(.*?)</select>'
    for one, area_name, text, select_name, options in re.findall(f"<input ([^>]*)>|{area}|{choice}", form[1], re.S):
        if one:
            name, value = (re.search(rf'{key}="([^"]*)"', one) for key in ("name", "value"))
            assert name
            assert value
            if 'type="checkbox"' not in one or "checked" in one:
                found.setdefault(name[1], []).append(unescape(value[1]))
        elif area_name:
            found[area_name] = [unescape(text)]
        else:
            chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
            assert chosen
            found[select_name] = [chosen[1]]
    return found


def mark_of(given: dict[str, list[str]], name: str, letter: str = "") -> str:
    """Return the mark of the card of this name; of the empty one's for no name."""
    names = {key: value for key, value in given.items() if key.endswith(".name") and key.startswith(letter)}
    (found,) = (key.partition(".")[0] for key, value in names.items() if value == [name])
    return found


def send(who: Colleague, document: str, given: dict[str, list[str]], **changed: str) -> httpx.Response:
    data = {**given, **{name.replace("__", "."): [value] for name, value in changed.items()}}
    return who.http.post(f"{SETTINGS}/{document}", data=data)


@pytest.mark.parametrize(("document", "kind"), [("calendars", Calendars), ("targets", Sla)])
def test_what_is_saved_untouched_stays_the_same(
    office: Office, admin: Colleague, document: str, kind: type[Calendars] | type[Sla]
) -> None:
    with office.desk.database.read() as session:
        before = current(session, kind)
    assert send(admin, document, fields(admin.page(SETTINGS), document)).status_code == 303
    with office.desk.database.read() as session:
        assert session.get(OptionsRow, kind.NAME) is not None
        assert current(session, kind) == before


def test_a_saved_target_counts_for_the_next_ticket(office: Office, admin: Colleague) -> None:
    given = fields(admin.page(SETTINGS), "targets")
    mark = mark_of(given, "technical")
    answer = send(admin, "targets", given, **{f"{mark}__solved": "10分钟", f"{mark}__steps": "5分钟后 通知主管"})
    assert answer.headers["location"] == f"{SETTINGS}?saved=targets"
    assert "已保存，马上生效" in admin.page(answer.headers["location"])
    ticket(office)
    with office.desk.database.read() as session:
        running = session.scalars(select(SlaClock)).one()
        assert running.target == 600
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "options.save")).all()[-1]
        assert entry.subject == "sla"
    outdated = send(admin, "targets", given)
    assert (outdated.status_code, "刚被别人改过" in outdated.text) == (409, True)


def test_a_new_year_of_holidays_and_a_new_calendar(office: Office, admin: Colleague) -> None:
    page = admin.page(SETTINGS)
    given = fields(page, "calendars")
    year, new = mark_of(given, "2027"), mark_of(given, "", "k")
    (new,) = (
        name.partition(".")[0]
        for name, value in given.items()
        if name.endswith(".name") and value == [""] and name[0] == "k"
    )
    changed = {f"{year}__holidays": "2027-01-01~2027-01-03", f"{year}__workdays": "", f"{new}__name": "night"}
    changed |= {f"{new}__title": "夜班", f"{new}__fri": "20:00-02:00", f"{new}__holiday": ""}
    assert send(admin, "calendars", given, **changed).status_code == 303
    with office.desk.database.read() as session:
        now = current(session, Calendars)
    assert now.years[2027].holidays == ("2027-01-01~2027-01-03",)
    assert (now.calendars["night"].week[4], now.calendars["night"].holiday, now.calendars["night"].makeup) == (
        "20:00-02:00",
        "",
        None,
    )


@pytest.mark.parametrize(
    ("document", "value", "field", "wrong", "says"),
    [
        ("targets", "technical", "solved", "很快", "请写成 30秒"),
        ("targets", "technical", "solved", "times.nothing", "times 里没有 nothing"),
        ("targets", "technical", "title", "", "不能不填"),
        ("targets", "technical", "warn_percent", "x", "请填整数"),
        ("targets", "technical", "warn_percent", "100", "太大了"),
        ("targets", "technical", "steps", "马上解雇", "看不懂"),
        ("targets", "technical", "steps", "60秒后 通知主管\n0秒后 换人处理", "从早到晚"),
        ("targets", "technical", "calendar", "moon", "请选择日历"),
        ("targets", "technical", "name", "chat", "已经有一个同样的了"),
        ("calendars", "office", "mon", "九点", "看不懂"),
        ("calendars", "office", "wed", "09:00-12:00, 11:00-13:00", "不能重叠"),
        ("calendars", "office", "name", "Büro", "代号用小写字母"),
        ("calendars", "desk", "delete", "1", "还在用日历 desk"),
        ("calendars", "2026", "holidays", "2026-02-30", "看不懂"),
        ("calendars", "2026", "workdays", "2026-10-01", "不能既放假又上班"),
        ("calendars", "2026", "name", "26", "四位年份"),
        ("calendars", "2027", "name", "2026", "已经有一个同样的了"),
    ],
)
def test_settings_that_cannot_be(
    office: Office, admin: Colleague, document: str, value: str, field: str, wrong: str, says: str
) -> None:
    given = fields(admin.page(SETTINGS), document)
    mark = mark_of(given, value)
    answer = send(admin, document, given, **{f"{mark}__{field}": wrong})
    assert (answer.status_code, says in unescape(answer.text)) == (422, True)
    assert field in ("delete", "calendar") or wrong in unescape(answer.text)  # nothing that was typed is lost
    with office.desk.database.read() as session:
        assert session.get(OptionsRow, {"targets": "sla"}.get(document, document)) is None


def test_a_form_from_elsewhere_changes_nothing(admin: Colleague) -> None:
    given = fields(admin.page(SETTINGS), "targets")
    assert send(admin, "targets", given, csrf="x").status_code == 403


def test_supervisors_hear_of_a_year_without_holidays(office: Office) -> None:
    with clock.frozen(clock.now().replace(year=2027, month=3)):
        assert "2027 年的法定节假日和调休还没有录入" in office.sign_in("zhuguan").page("/desk/sla")
