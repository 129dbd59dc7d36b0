"""The page of the public API: for those who manage, secrets shown once, dead letters replayed."""

import re

import pytest

from desk.api.webhooks import deliveries
from desk.api.webhooks.model import Delivery, State
from desk.tickets import service as tickets
from tests.support.staff import Colleague, Office


@pytest.fixture
def boss(office: Office) -> Colleague:
    """Who manages accounts."""
    return office.sign_in("admin")


def secret_in(html: str) -> str:
    found = re.search(r'id="secret">([^<]+)<', html)
    assert found, html
    return found[1]


@pytest.mark.parametrize("login", ["xiaolin", "zhuguan"])
def test_others_neither_see_nor_do_it(office: Office, login: str) -> None:
    other = office.sign_in(login)
    assert "/desk/api" not in other.page("/desk")
    for path in ("", "/rows", "/token", "/webhook"):
        assert other.http.get(f"/desk/api{path}").status_code == 403
    for path in ("tokens", "tokens/1/revoke", "webhooks", "webhooks/x/active", "webhooks/x/remove"):
        assert other.post(f"/desk/api/{path}", active="true").status_code == 403
    assert other.post("/desk/api/deliveries/1/replay").status_code == 403


def test_a_token_is_shown_once_works_and_ends(office: Office, boss: Colleague) -> None:
    assert "还没有令牌" in boss.page("/desk/api")
    assert 'value="tickets:read"' in boss.page("/desk/api/token")
    made = boss.post("/desk/api/tokens", name="ERP <系统>", scope="tickets:read", days="30")
    token = secret_in(made.text)
    assert made.headers["hx-trigger"] == '{"desk:refresh": ""}'
    shown = boss.page("/desk/api")
    assert token not in shown
    assert token[:9] in shown
    assert "ERP &lt;系统&gt;" in shown
    calls = {"headers": {"Authorization": f"Bearer {token}"}}
    assert office.browser().get("/api/v1/tickets", **calls).status_code == 200
    number = re.search(r'id="revoke-(\d+)"', shown)
    assert number
    for _ in range(2):
        assert boss.post(f"/desk/api/tokens/{number[1]}/revoke").status_code == 204
    assert office.browser().get("/api/v1/tickets", **calls).status_code == 401
    assert "已停用" in boss.page("/desk/api/rows")


@pytest.mark.parametrize(
    ("path", "fields", "status", "says"),
    [
        ("tokens", {"name": "", "scope": "tickets:read"}, 422, "名称"),
        ("tokens", {"name": "x"}, 422, "至少勾选一项权限"),
        ("tokens", {"name": "x", "scope": "all"}, 422, "权限"),
        ("tokens", {"name": "x", "scope": "tickets:read", "days": "0"}, 422, "3650"),
        ("tokens", {"name": "x", "scope": "tickets:read", "days": "many"}, 422, "3650"),
        ("tokens", {"name": "x", "scope": "tickets:read", "days": "9" * 5000}, 422, "3650"),
        ("tokens/999/revoke", {}, 404, "令牌"),
        ("webhooks", {"url": "http://127.0.0.1/", "event": "ticket.opened"}, 422, "内网"),
        ("webhooks", {"url": "javascript:alert(1)", "event": "ticket.opened"}, 422, "http"),
        ("webhooks", {"url": "https://shop.example/"}, 422, "至少勾选一种事件"),
        ("tokens/99999999999999999999/revoke", {}, 422, ""),
        ("webhooks/x/remove", {}, 404, "推送地址"),
        ("webhooks/x/active", {"active": "perhaps"}, 422, ""),
        ("deliveries/999/replay", {}, 404, "推送记录"),
    ],
)
def test_what_is_refused(boss: Colleague, path: str, fields: dict[str, str], status: int, says: str) -> None:
    answer = boss.post(f"/desk/api/{path}", **fields)
    assert answer.status_code == status
    assert says in answer.json()["message"]


def test_a_webhook_from_adding_to_removing(office: Office, boss: Colleague) -> None:
    made = boss.post("/desk/api/webhooks", url="https://shop.example/hook?key=1", event="ticket.opened")
    secret = secret_in(made.text)
    assert secret.startswith("whsec_")
    shown = boss.page("/desk/api")
    assert secret not in shown
    assert "推送中" in shown
    found = re.search(r"/desk/api/webhooks/(wh_[\w-]+)/active", shown)
    assert found
    with office.desk.database.write() as session:
        tickets.open_ticket(session, "delivery", "没发货", dedupe="page")
        (row,) = deliveries.newest(session, limit=9, endpoint_id=found[1])
        row.state, number = State.DEAD, row.id
    assert f'id="replay-{number}"' in boss.page("/desk/api/rows")
    assert boss.post(f"/desk/api/deliveries/{number}/replay").status_code == 204
    assert boss.post(f"/desk/api/deliveries/{number}/replay").status_code == 409
    with office.desk.database.read() as session:
        assert session.get_one(Delivery, number).state == State.PENDING
    boss.post(f"/desk/api/webhooks/{found[1]}/active", active="false")
    assert "已暂停" in boss.page("/desk/api/rows")
    assert boss.post(f"/desk/api/webhooks/{found[1]}/remove").status_code == 204
    assert found[1] not in boss.page("/desk/api/rows")
    assert "推送地址已删除" in boss.page("/desk/api/rows")


def test_a_ticket_of_a_program_says_so(office: Office, boss: Colleague) -> None:
    with office.desk.database.write() as session:
        made = tickets.open_ticket(session, "delivery", "没发货", dedupe="by program", created_by="api:3")
        number = made.number
    assert "店铺系统" in boss.page(f"/desk/tickets/{number}")
