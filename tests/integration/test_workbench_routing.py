"""Routing at the workbench: the switch, offers, transfers and the team's page, and who may do what there."""

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import delete, select, update

from desk import clock
from desk.conversations.model import Conversation, Owner
from desk.options.service import current
from desk.routing import presence
from desk.routing.groups import Groups
from desk.routing.model import Assignment, Duty, Membership, Shift, Steward, Transfer
from desk.shop.embedded.model import ShopCustomer
from desk.staff.model import StaffAccount, StaffSession
from desk.tickets.service import open_ticket
from tests.support.staff import Colleague, Office

KEY = "QWERT-ASDF5-ZXCV6"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def nobody_there(office: Office) -> None:
    """Tests share an office: each begins with nobody at work, no plan and nobody waiting for offers."""
    with office.desk.database.write() as session:
        for table in (Transfer, Assignment, Duty, Membership, Shift, Steward, StaffSession):
            session.execute(delete(table))
        session.execute(update(Conversation).values(owner=Owner.CLOSED, agent_id=None))


@pytest.fixture
def zhou(office: Office) -> Colleague:
    """Another agent."""
    return office.sign_in("xiaozhou")


@pytest.fixture
def chief(office: Office) -> Colleague:
    """A supervisor."""
    return office.sign_in("zhuguan")


def number(office: Office, login: str) -> int:
    with office.desk.database.read() as session:
        return session.scalars(select(StaffAccount.id).where(StaffAccount.login == login)).one()


def comes(office: Office, login: str) -> None:
    """Let an agent's page be open."""
    with office.desk.database.write() as session:
        presence.beat(session, number(office, login))


def ask(sender: Colleague, conversation_id: str, to: str, reason: str = "要查风控记录") -> httpx.Response:
    return sender.does(conversation_id, "transfer", to=to, reason=reason)


def transfer_id(page: str) -> str:
    found = re.search(r"/desk/transfers/(\d+)/", page)
    assert found
    return found[1]


# ── The switch ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_switch_shows_and_sets_how_one_stands(office: Office, lin: Colleague) -> None:
    assert 'id="presence"' in lin.page("/desk")
    assert 'value="online" selected' in lin.page("/desk/presence")
    assert lin.http.get("/desk/presence?state=online").status_code == 204  # nothing new: nothing is swapped
    assert lin.post("/desk/presence", state="away").status_code == 204
    assert 'value="away" selected' in lin.page("/desk/presence?state=online")
    assert "您在小休，不会收到新会话" in lin.page("/desk/lists")
    assert lin.post("/desk/presence", state="asleep").status_code == 422


def test_who_signs_out_everywhere_is_gone_at_once(office: Office, lin: Colleague) -> None:
    elsewhere = office.sign_in("xiaolin")
    comes(office, "xiaolin")
    conversation_id = office.customer("转人工", reason="requested")
    for browser, there in [(elsewhere, True), (lin, False)]:
        assert browser.post("/desk/logout", script=False).status_code == 303
        with office.desk.database.read() as session:
            row = session.scalars(select(Assignment).where(Assignment.conversation_id == conversation_id)).one()
            assert (row.offered_to is not None) is there


# ── Offers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_offer_stands_at_the_top_of_one_list_and_is_taken_as_always(
    office: Office, lin: Colleague, zhou: Colleague
) -> None:
    comes(office, "xiaolin")
    conversation_id = office.customer("转人工", reason="requested")
    comes(office, "xiaozhou")
    mine, others = lin.page("/desk/lists"), zhou.page("/desk/lists")
    assert mine.index("请您接待") < mine.index(conversation_id) < mine.index("我的会话")
    assert "请接待，还剩" in mine
    assert mine.count(f'data-id="{conversation_id}"') == 1
    assert "正在请林晓接待" in others
    assert "请您接待" not in others
    assert zhou.does(conversation_id, "take").status_code == 204  # by hand, as before
    assert "请您接待" not in lin.page("/desk/lists")


def test_agents_see_the_queue_of_their_groups(office: Office, lin: Colleague, chief: Colleague) -> None:
    plain, cheated = office.customer("在吗", reason="requested"), office.customer("盗号", reason="risk")
    agent = number(office, "xiaolin")
    for groups, sees in [(["risk"], [cheated]), (["first"], [plain, cheated]), ([], [plain, cheated])]:
        assert (
            chief.http.post(
                f"/desk/team/agents/{agent}",
                data={"groups": groups},
                headers={"X-CSRF-Token": chief.csrf, "HX-Request": "true"},
            ).status_code
            == 204
        )
        shown = lin.page("/desk/lists").partition("排队中")[2].partition("最近会话")[0]
        assert [each for each in (plain, cheated) if each in shown] == sees
        assert cheated in chief.page("/desk/lists")


# ── Transfers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_transfer_refused_and_then_accepted(office: Office, lin: Colleague, zhou: Colleague) -> None:
    conversation_id = office.customer("转人工", reason="requested")
    lin.does(conversation_id, "take")
    form = lin.page(f"/desk/c/{conversation_id}/transfer")
    assert "周敏" in form
    assert "林晓" not in form
    whom = f"agent:{number(office, 'xiaozhou')}"
    assert ask(lin, conversation_id, whom, f"他有卡 {KEY} {SCRIPT}").status_code == 204
    for shown in (zhou.page("/desk/lists"), lin.page(f"/desk/c/{conversation_id}")):
        assert KEY not in shown
        assert SCRIPT not in shown
    assert "正在请周敏接手" in lin.page(f"/desk/c/{conversation_id}")
    first = transfer_id(zhou.page("/desk/lists"))
    assert zhou.post(f"/desk/transfers/{first}/refuse").status_code == 422
    assert zhou.post(f"/desk/transfers/{first}/refuse", reason="手上已满").status_code == 204
    assert "周敏没有接受转交：手上已满" in lin.page(f"/desk/c/{conversation_id}")
    assert office.conversation(conversation_id).agent_id == number(office, "xiaolin")

    assert ask(lin, conversation_id, "group:second").status_code == 204
    second = transfer_id(zhou.page("/desk/lists"))
    accepted = zhou.post(f"/desk/transfers/{second}/accept")
    assert (accepted.status_code, accepted.headers["hx-redirect"]) == (204, f"/desk/c/{conversation_id}")
    page = zhou.page(f"/desk/c/{conversation_id}")
    assert "您正在接待" in page
    assert "首问林晓" in page
    assert zhou.post(f"/desk/transfers/{second}/accept").status_code == 409


@pytest.mark.parametrize(
    ("to", "reason", "status"),
    [
        ("", "忙", 422),
        ("agent:x", "忙", 422),
        ("agent:99999999999999", "忙", 422),
        ("agent:９", "忙", 422),
        ("group:nobody", "忙", 422),
        ("group:second", " ", 422),
        ("group:second", "长" * 201, 422),
        ("group:second", "忙", 204),
    ],
)
def test_what_can_be_asked(office: Office, lin: Colleague, to: str, reason: str, status: int) -> None:
    conversation_id = office.customer("转人工", reason="requested")
    lin.does(conversation_id, "take")
    assert ask(lin, conversation_id, to, reason).status_code == status


def test_only_who_is_meant_answers(office: Office, lin: Colleague, zhou: Colleague, chief: Colleague) -> None:
    conversation_id = office.customer("转人工", reason="requested")
    lin.does(conversation_id, "take")
    assert ask(zhou, conversation_id, "group:second").status_code == 409
    ask(lin, conversation_id, f"agent:{number(office, 'xiaozhou')}")
    one = transfer_id(zhou.page("/desk/lists"))
    assert "/desk/transfers/" not in chief.page("/desk/lists")
    for who in (lin, chief):
        assert who.post(f"/desk/transfers/{one}/accept").status_code == 404
        assert who.post(f"/desk/transfers/{one}/refuse", reason="不").status_code == 404
    assert zhou.post(f"/desk/transfers/{one}/withdraw").status_code == 404
    assert lin.post(f"/desk/transfers/{one}/withdraw").status_code == 204
    assert office.conversation(conversation_id).owner == Owner.AGENT
    for path in ("/desk/transfers/999999/accept", "/desk/transfers/99999999999999999999/accept"):
        assert lin.post(path).status_code in {404, 422}


# ── The team ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_agents_neither_see_nor_plan(office: Office, lin: Colleague) -> None:
    assert "/desk/team" not in lin.page("/desk")
    assert {lin.http.get(path).status_code for path in ("/desk/team", "/desk/team/now")} == {403}
    day = clock.local(clock.now()).date().isoformat()
    shift = {"agent": "1", "team": "first", "day": day, "begins": "09:00", "ends": "10:00"}
    assert lin.post("/desk/team/shifts", **shift).status_code == 403
    assert lin.post("/desk/team/shifts/1/cancel").status_code == 403
    assert lin.post("/desk/team/agents/1", main="first").status_code == 403
    assert lin.post("/desk/team/stewards", customer="c_1", agent="1").status_code == 403


def test_the_page_shows_who_is_there_and_who_waits(office: Office, chief: Colleague) -> None:
    assert 'href="/desk/team"' in chief.page("/desk")
    comes(office, "xiaozhou")
    office.customer("转人工", reason="requested")
    with office.desk.database.write() as session:
        open_ticket(session, "risk", "账号被盗", dedupe="stolen:1")
    page = chief.page("/desk/team")
    for word in ("林晓", "周敏", "离线", "在线", "每天 09:00–23:00", "周一至周五 09:00–18:00", "没有人"):
        assert word in page
    row = re.search(r"<b>一线</b></td>\s*<td[^>]*>(\d)</td>\s*<td[^>]*>(\d)</td>", chief.page("/desk/team/now"))
    assert row
    assert row.groups() == ("1", "1")
    assert re.search(r'<b>风控</b>.*?data-name="工单">1<', chief.page("/desk/team/now"), re.DOTALL)


def test_a_shift_is_planned_for_several_days_and_taken_off(office: Office, chief: Colleague) -> None:
    day = (clock.local(clock.now()) + timedelta(days=1)).date().isoformat()
    shift = {"agent": str(number(office, "xiaolin")), "team": "first", "day": day, "begins": "22:00", "ends": "06:00"}
    assert chief.post("/desk/team/shifts", **shift, days="3").status_code == 204
    page = chief.page("/desk/team")
    numbers = re.findall(r"/desk/team/shifts/(\d+)/cancel", page)
    assert len(numbers) == 3
    assert chief.post("/desk/team/shifts", **shift).status_code == 409
    assert chief.post(f"/desk/team/shifts/{numbers[0]}/cancel").status_code == 204
    assert chief.post(f"/desk/team/shifts/{numbers[0]}/cancel").status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"agent": "99999"}, 422),
        ({"team": "nobody"}, 422),
        ({"day": "yesterday"}, 422),
        ({"day": "0001-01-01"}, 422),
        ({"day": "9999-12-31"}, 422),
        ({"begins": "25:00"}, 422),
        ({"begins": "x"}, 422),
        ({"begins": "05:00", "ends": "23:00"}, 422),
        ({"days": "15"}, 422),
        ({"days": "0"}, 422),
    ],
)
def test_shifts_that_cannot_be(office: Office, chief: Colleague, change: dict[str, str], status: int) -> None:
    day = (clock.local(clock.now()) + timedelta(days=1)).date().isoformat()
    shift = {"agent": str(number(office, "xiaolin")), "team": "first", "day": day, "begins": "09:00", "ends": "17:00"}
    assert chief.post("/desk/team/shifts", **(shift | change)).status_code == status
    with office.desk.database.read() as session:
        assert session.scalars(select(Shift)).all() == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"groups": "second", "main": "second", "capacity": "8"}, 204),
        ({"groups": "nobody"}, 422),
        ({"groups": "second", "main": "risk"}, 422),
        ({"capacity": "0"}, 422),
        ({"capacity": "many"}, 422),
        ({"capacity": "²"}, 422),
    ],
)
def test_groups_and_capacity(office: Office, chief: Colleague, fields: dict[str, str], status: int) -> None:
    answer = chief.post(f"/desk/team/agents/{number(office, 'xiaolin')}", **fields)
    assert answer.status_code == status
    if status == 204:
        page = chief.page("/desk/team")
        assert "二线（主）" in page
        assert re.search(r"\d / 8<", page)


def test_stewards_are_named_for_customers_that_exist(office: Office, chief: Colleague) -> None:
    agent = str(number(office, "xiaolin"))
    assert chief.post("/desk/team/stewards", customer="c_nobody", agent=agent).status_code == 422
    assert "还没有给客户指定管家" in chief.page("/desk/team")
    with office.desk.database.write() as session:
        session.merge(ShopCustomer(id="c_vip", name="林小雨", phone="13900000001", created_at=clock.now()))
    assert chief.post("/desk/team/stewards", customer=" c_vip ", agent=agent).status_code == 204
    assert "<code>c_vip</code> 林晓" in chief.page("/desk/team")
    assert chief.post("/desk/team/stewards", customer="c_vip").status_code == 204
    assert "还没有给客户指定管家" in chief.page("/desk/team")


# ── The groups' settings ─────────────────────────────────────────────────────────────────────────────────────────────


def settings(page: str) -> dict[str, str]:
    """Return the form as a browser would send it."""
    form = page.partition('hx-post="/desk/team/groups"')[2]
    fields = dict(re.findall(r'<input (?:type="(?:number|hidden)" )?name="([^"]+)" value="([^"]*)"', form))
    fields |= dict.fromkeys(re.findall(r'type="checkbox" name="([^"]+)" value="1" checked', form), "1")
    for name, options in re.findall(r'<select name="([^"]+)">(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_a_form_that_nobody_touched_changes_nothing_but_the_version(office: Office, chief: Colleague) -> None:
    with office.desk.database.read() as session:
        before = current(session, Groups)
    assert chief.post("/desk/team/groups", **settings(chief.page("/desk/team/groups"))).status_code == 204
    with office.desk.database.read() as session:
        assert current(session, Groups) == before


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"offer_seconds": "20", "first.hours": "每天 8:00-22:00；周六 23:00–24:00"}, 204, ""),
        ({"upset_agents": "xiaozhou zhuguan", "risk.auto_accept": "1"}, 204, ""),
        ({"offer_seconds": "1"}, 422, "多少秒没接换下一位不能小于 5"),
        ({"capacity": "很多"}, 422, "同时接待几位客户要填整数"),
        ({"first.name": " "}, 422, "组名不能空着"),
        ({"first.hours": "早九晚六"}, 422, "营业时间“早九晚六”看不懂"),
        ({"first.hours": ""}, 422, "看不懂"),
        ({"first.hours": "每天 22:00–06:00"}, 422, "跨零点请分成两段"),
        ({"first.overflow": "nobody"}, 422, "接替组 nobody 不存在"),
        ({"seen": "999"}, 409, "刚被别人改过"),
        ({"seen": "x"}, 422, "页面已过期"),
    ],
)
def test_what_can_be_set(
    office: Office, chief: Colleague, lin: Colleague, change: dict[str, str], status: int, says: str
) -> None:
    assert lin.http.get("/desk/team/groups").status_code == 403
    form = settings(chief.page("/desk/team/groups")) | change
    assert lin.post("/desk/team/groups", **form).status_code == 403
    answer = chief.post("/desk/team/groups", **form)
    assert (answer.status_code, says in answer.text) == (status, True)
    shown = settings(chief.page("/desk/team/groups"))
    kept = {name: value for name, value in change.items() if name != "seen" and shown.get(name) == value}
    assert bool(kept) is (status == 204)
