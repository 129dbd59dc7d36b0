"""Tickets at the workbench."""

import re
from uuid import uuid4

import pytest

from desk.tickets import search
from tests.support.staff import Colleague, Office

KEY = "QWERT-ASDF5-ZXCV6"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"form_id": ""}, "页面已过期"),
        ({"kind": ""}, "类型"),
        ({"kind": "nonsense"}, "类型"),
        ({"priority": "nonsense"}, "优先级"),
        ({"order_no": "DD20261121A7K3"}, "不属于该客户"),
        ({"title": " "}, "请填写标题"),
        ({"title": "长" * 101}, "标题最多 100 字"),
        ({"note": "长" * 1001}, "情况说明最多 1000 字"),
    ],
)
def test_tickets_that_cannot_be_opened(office: Office, lin: Colleague, fields: dict[str, str], says: str) -> None:
    conversation_id = office.customer("你好")
    right = {"form_id": uuid4().hex, "kind": "key", "title": "查卡密", "note": ""}
    answer = lin.does(conversation_id, "ticket", **{**right, **fields})
    assert (answer.status_code, says in answer.json()["message"]) == (422, True)
    with office.desk.database.read() as session:
        assert not search.of_owner(session, None, conversation_id)


def test_a_ticket_from_form_to_closing(office: Office, lin: Colleague) -> None:
    conversation_id = office.customer("你好")
    form = lin.page(f"/desk/c/{conversation_id}/ticket")
    found = re.search(r'name="form_id" value="([^"]+)"', form)
    assert found
    fields = {"form_id": found[1], "kind": "key", "title": f"补发 {KEY}", "note": f"客户发来 {KEY}"}
    for _ in range(2):  # a double click
        assert lin.does(conversation_id, "ticket", **fields).status_code == 204
    with office.desk.database.read() as session:
        tickets = search.of_owner(session, None, conversation_id)
        assert len(tickets) == 1
        number, lines = tickets[0].number, search.history(session, tickets[0])
        assert [line.kind for line in lines] == ["opened", "note"]
        assert (tickets[0].note, KEY in tickets[0].title + lines[1].text) == ("", False)
    path = f"/desk/tickets/{number}"
    assert number in lin.page("/desk/tickets?kind=key")
    assert number not in lin.page("/desk/tickets/rows?status=closed")
    assert lin.post(f"{path}/note", text="").status_code == 422
    assert lin.post(f"{path}/note", text="已联系供货", public="1").status_code == 204
    for status, code in [("nonsense", 422), ("in_progress", 204), ("open", 409), ("closed", 409)]:
        assert lin.post(f"{path}/status", status=status).status_code == code, status
    chen = office.sign_in("zhuguan")  # the customer has not confirmed: a supervisor may, with a reason
    for reason, code in [("", 422), ("客户来电说好了", 204)]:
        assert chen.post(f"{path}/status", status="closed", reason=reason).status_code == code
    assert lin.post(f"{path}/status", status="open").status_code == 409
    page = lin.page(path)
    for shown in (
        "林晓",
        "已受理 → 处理中",
        "处理中 → 已关闭",
        "已联系供货",
        "工单已关闭",
        f"/desk/c/{conversation_id}",
    ):
        assert shown in page, shown
