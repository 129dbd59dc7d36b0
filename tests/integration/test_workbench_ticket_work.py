"""Working on tickets at the workbench: each button once, who may, what is shown."""

import csv
import re
from io import BytesIO, StringIO
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from desk.conversations.model import Author
from desk.tickets import attachments, report, search, subtasks
from desk.tickets.model import Ticket
from tests.support.staff import Colleague, Office

KEY = "QWERT-ASDF5-ZXCV6"


def new_ticket(office: Office, lin: Colleague, kind: str = "key", **fields: str) -> tuple[str, str]:
    """Open a ticket about a new conversation; return both ids."""
    conversation_id = office.customer("你好")
    form = {"form_id": uuid4().hex, "kind": kind, "title": "查卡密", **fields}
    assert lin.does(conversation_id, "ticket", **form).status_code == 204
    with office.desk.database.read() as session:
        return search.of_owner(session, None, conversation_id)[0].number, conversation_id


def at(office: Office, number: str) -> Ticket:
    with office.desk.database.read() as session:
        found = search.find(session, number)
        assert found
        session.expunge(found)
        return found


@pytest.fixture
def chen(office: Office) -> Colleague:
    """A supervisor at work."""
    return office.sign_in("zhuguan")


def test_a_reply_is_one_message_however_often_it_is_sent(office: Office, lin: Colleague) -> None:
    number, conversation_id = new_ticket(office, lin)
    form = uuid4().hex
    for _ in range(2):
        assert lin.post(f"/desk/tickets/{number}/reply", text=f"换好了 {KEY}", form_id=form).status_code == 204
    said = [entry for entry in office.entries(conversation_id) if entry.author == Author.AGENT]
    assert len(said) == 1
    assert KEY not in said[0].text
    assert office.desk.progress.link(number) in said[0].text
    assert KEY not in lin.page(f"/desk/tickets/{number}")
    assert lin.post(f"/desk/tickets/{number}/reply", text="在吗", form_id="x").status_code == 422


def test_facts_and_parts_from_the_page(office: Office, lin: Colleague) -> None:
    number, _ = new_ticket(office, lin)
    path, other = f"/desk/tickets/{number}", new_ticket(office, lin)[0]
    facts = {"group": "second_line", "assignee": "2", "priority": "urgent", "is_complex": "1"}
    form = uuid4().hex
    steps = [
        ("facts", facts, 204),
        ("facts", {**facts, "assignee": "99"}, 422),
        ("facts", {**facts, "assignee": "x"}, 422),
        ("facts", {**facts, "is_complex": "", "was_complex": "1"}, 403),
        ("tags", {"tag": "大客户"}, 204),
        ("links", {"kind": "ticket", "target": other}, 204),
        ("links", {"kind": "ticket", "target": number}, 422),
        ("links", {"kind": "order", "target": "DD20261121A7K3"}, 422),
        ("links", {"kind": "conversation", "target": "c_nobody"}, 422),
        ("links", {"kind": "key", "target": "没有"}, 422),
        ("links", {"kind": "key", "target": KEY}, 204),
        ("subtasks", {"form_id": form, "group": "technical", "title": "查日志", "due": "2026-12-01T18:00"}, 204),
        ("subtasks", {"form_id": form, "group": "technical", "title": "查日志"}, 204),
        ("subtasks", {"form_id": uuid4().hex, "group": "technical", "title": "查", "due": "明天"}, 422),
        ("watch", {}, 204),
        ("urge", {"reason": ""}, 422),
        ("urge", {"reason": "客户催了三次"}, 204),
        ("urge", {"reason": "再催"}, 409),
    ]
    for what, fields, code in steps:
        answer = lin.post(f"{path}/{what}", **fields)
        assert answer.status_code == code, (what, fields, answer.text)
    page = lin.page(path)
    expected = (
        "周敏",
        "#大客户",
        other,
        "••••",
        "查日志",
        "12月1日 18:00",
        "林晓",
        "陈主管",
        "客户催了三次",
        "要写分析报告",
    )
    assert [shown for shown in expected if shown not in page] == []
    assert KEY not in page
    assert number in lin.page(f"/desk/tickets/{other}")
    with office.desk.database.read() as session:
        task = subtasks.of(session, at(office, number))[0].id
    assert lin.post(f"{path}/subtasks/{task}/done", result="上游已恢复").status_code == 204
    assert "上游已恢复" in lin.page(path)


def test_an_old_page_does_not_undo_what_a_colleague_changed(office: Office, lin: Colleague) -> None:
    number, _ = new_ticket(office, lin)
    shown = {"group": "second_line", "assignee": "", "priority": "normal"}
    was = {f"was_{name}": value for name, value in shown.items()}
    for changed in ({"assignee": "2"}, {"priority": "urgent"}):
        assert lin.post(f"/desk/tickets/{number}/facts", **{**shown, **was, **changed}).status_code == 204
    assert (at(office, number).assignee_id, at(office, number).priority) == (2, "urgent")


def test_the_list_filters_and_keeps_its_filters(office: Office, lin: Colleague) -> None:
    number, _ = new_ticket(office, lin, kind="merchant", title="批量拿货 <b>")
    lin.post(f"/desk/tickets/{number}/urge", reason="催")
    for query, there in [
        ("kind=merchant", True),
        ("group=merchant", True),
        ("group=risk", False),
        ("view=urged", True),
        ("view=overdue", False),
        ("view=nonsense&status=nonsense&assignee=nonsense&kind=nonsense", True),
        ("assignee=none", True),
        ("assignee=me", False),
        (f"q={number.lower()}", True),
        ("q=%E6%89%B9%E9%87%8F%E6%8B%BF%E8%B4%A7", True),
        ("q=zzz", False),
        ("page=2", False),
    ]:
        assert (number in lin.page(f"/desk/tickets/rows?{query}")) is there, query
    page = lin.page("/desk/tickets?kind=merchant&q=%3Cb%3E")
    assert "批量拿货 &lt;b&gt;" in page
    assert 'hx-get="/desk/tickets/rows?kind=merchant&amp;q=%3Cb%3E"' in page
    assert lin.http.get("/desk/tickets?page=0").status_code == 422


def test_bulk_names_what_failed(office: Office, lin: Colleague, chen: Colleague) -> None:
    numbers = [new_ticket(office, lin)[0] for _ in range(3)]
    chen.post(f"/desk/tickets/{numbers[1]}/status", status="closed", reason="客户来电说好了")

    def many(**fields: str | list[str]) -> httpx.Response:
        headers = {"X-CSRF-Token": lin.csrf, "HX-Request": "true"}
        return lin.http.post("/desk/ticket-bulk", data={"numbers": numbers, **fields}, headers=headers)

    assert many().status_code == 422
    assert many(status="closed").status_code == 422
    assert many(numbers=[], tag="大促").status_code == 422
    answer = many(all_or_none="1", assignee="1")
    assert "都没有改" in answer.text
    assert at(office, numbers[0]).assignee_id is None
    answer = many(assignee="1", tag="大促", priority="urgent")
    assert "改好 2 张，1 张没改成" in answer.text
    assert re.search(rf"{numbers[1]}</code></a> 工单已关闭", answer.text)
    assert (at(office, numbers[2]).assignee_id, at(office, numbers[2]).priority) == (1, "urgent")


def test_the_export_is_what_the_list_shows(office: Office, lin: Colleague, chen: Colleague) -> None:
    number, _ = new_ticket(office, lin, kind="finance", title=f"=cmd|{KEY}")
    new_ticket(office, lin, kind="merchant")
    assert lin.http.get("/desk/ticket-export?kind=finance").status_code == 403
    answer = chen.http.get("/desk/ticket-export?kind=finance")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="tickets-')
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["工单号"] for row in rows] == [number]
    assert rows[0]["标题"].startswith("'=cmd|••••")
    assert KEY not in answer.text


def test_merging_shows_where_the_work_goes_on(office: Office, lin: Colleague) -> None:
    one, conversation_id = new_ticket(office, lin)
    form = {"form_id": uuid4().hex, "kind": "topup", "title": "又来问"}
    lin.does(conversation_id, "ticket", **form)
    with office.desk.database.read() as session:
        other = search.of_owner(session, None, conversation_id)[0].number
    stranger, _ = new_ticket(office, lin)
    assert lin.post(f"/desk/tickets/{one}/merge", into=stranger).status_code == 409
    assert lin.post(f"/desk/tickets/{one}/merge", into="T20261121-9999").status_code == 404
    answer = lin.post(f"/desk/tickets/{one}/merge", into=f" {other.lower()} ")
    assert answer.headers["HX-Redirect"] == f"/desk/tickets/{other}"
    assert f'已合并到 <a href="/desk/tickets/{other}">' in lin.page(f"/desk/tickets/{one}")
    assert one in lin.page(f"/desk/tickets/{other}")


def upload(lin: Colleague, number: str, name: str, data: bytes, **fields: str) -> httpx.Response:
    headers = {"X-CSRF-Token": lin.csrf, "HX-Request": "true"}
    form = {"number": number, "form_id": uuid4().hex, **fields}
    return lin.http.post("/desk/ticket-files", data=form, files={"file": (name, data)}, headers=headers)


def picture() -> bytes:
    target = BytesIO()
    Image.new("RGB", (8, 8), "red").save(target, "PNG")
    return target.getvalue()


def test_files_are_kept_apart_from_what_a_browser_runs(office: Office, lin: Colleague) -> None:
    number, _ = new_ticket(office, lin)
    form = uuid4().hex
    for name, data, code in [
        ("截图.png", picture(), 204),
        ("x.html", b"<script>alert(1)</script>", 422),
        ("卡密.txt", f"卡密：{KEY}".encode(), 422),
        ("大.pdf", b"%PDF-" + b"x" * (6 * 2**20), 413),
        ("空.txt", b"", 422),
    ]:
        assert upload(lin, number, name, data).status_code == code, name
    for _ in range(2):
        assert (
            upload(lin, number, "说明.txt", b"<script>alert(1)</script>", public="1", form_id=form).status_code == 204
        )
    assert upload(lin, "T20261121-9999", "a.txt", b"x").status_code == 404
    with office.desk.database.read() as session:
        files = attachments.of(session, at(office, number))
        assert [file.name for file in files] == ["截图.png", "说明.txt"]
        path = f"/desk/ticket-files/{number}/{files[1].id}"
    assert len(list((office.desk.settings.state / "attachments").iterdir())) == 2
    answer = lin.http.get(path)
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%E8%AF%B4%E6%98%8E.txt"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert office.browser().get(path).status_code == 303
    assert lin.http.get(f"/desk/ticket-files/{number}/f_nothing").status_code == 404


def test_macros_are_seen_before_they_are_done(office: Office, lin: Colleague) -> None:
    number, conversation_id = new_ticket(office, lin)
    preview = lin.page(f"/desk/tickets/{number}/macros/to_technical")
    assert f"工单号 {number}" in preview
    found = re.search(r'name="form_id" value="([^"]+)"', preview)
    assert found
    for _ in range(2):
        path = f"/desk/tickets/{number}/macros/to_technical"
        assert lin.post(path, form_id=found[1]).status_code == 204
    assert (at(office, number).group, at(office, number).status) == ("technical", "in_progress")
    assert len([entry for entry in office.entries(conversation_id) if entry.author == Author.AGENT]) == 1
    assert lin.http.get(f"/desk/tickets/{number}/macros/restock").status_code == 409
    assert lin.http.get(f"/desk/tickets/{number}/macros/nonsense").status_code == 404


def test_macros_and_rules_are_changed_by_those_who_may(office: Office, lin: Colleague, chen: Colleague) -> None:
    assert lin.http.get("/desk/ticket-macros").status_code == 403
    assert lin.post("/desk/ticket-macros", key="x", name="x", reply="x", seen="0").status_code == 403
    assert lin.post("/desk/ticket-rules", confirm_hours="1", seen="0").status_code == 403
    page = chen.page("/desk/ticket-macros")
    assert "已向供货商催货" in page
    right = {"key": "m_1", "name": "道歉", "reply": "{customer}抱歉久等了", "do": "save"}
    for fields, code in [
        ({**right, "seen": "0", "reply": "{password}"}, 422),
        ({**right, "seen": "0", "status": "closed"}, 422),
        ({**right, "seen": "0", "name": ""}, 422),
        ({**right, "seen": "0"}, 204),
        ({**right, "seen": "0"}, 409),
        ({"key": "m_1", "do": "up", "seen": "1"}, 204),
        ({"key": "m_1", "do": "delete", "seen": "2"}, 204),
    ]:
        answer = chen.post("/desk/ticket-macros", **fields)
        assert answer.status_code == code, (fields, answer.text)
    chen.post("/desk/ticket-macros", **{**right, "seen": "3", "reply": f"卡密：{KEY}"})
    assert "••••" in chen.page("/desk/ticket-macros")
    assert KEY not in chen.page("/desk/ticket-macros")
    chen.post("/desk/ticket-macros", key="m_1", do="delete", seen="4")
    assert "道歉" not in chen.page("/desk/ticket-macros")
    rules = {"seen": "0", "confirm_hours": "24", "report_kinds": "complaint", "reopened_key": "2"}
    assert chen.post("/desk/ticket-rules", **{**rules, "confirm_hours": "0"}).status_code == 422
    assert chen.post("/desk/ticket-rules", **{**rules, "reopened_key": "x"}).status_code == 422
    assert chen.post("/desk/ticket-rules", **rules).status_code == 204
    assert 'value="24"' in chen.page("/desk/ticket-macros")


def test_a_complex_case_is_closed_after_its_report(office: Office, lin: Colleague, chen: Colleague) -> None:
    number, _ = new_ticket(office, lin, kind="complaint")
    path, form = f"/desk/tickets/{number}", uuid4().hex
    close = {"status": "closed", "reason": "客户来电说好了"}
    assert "《问题分析报告》" in chen.post(f"{path}/status", **close).json()["message"]
    for what, fields, code in [
        ("report", {"root_cause": "上游超时", "impact": "12 位客户", "seen": "0"}, 204),
        ("report", {"root_cause": "别的", "impact": "", "seen": "0"}, 409),
        ("actions", {"text": "加备用线路", "owner": "2", "due": "2026-12-01", "form_id": form}, 204),
        ("actions", {"text": "加备用线路", "owner": "2", "due": "2026-12-01", "form_id": form}, 204),
        ("actions", {"text": "加备用线路", "owner": "99", "due": "2026-12-01", "form_id": uuid4().hex}, 422),
        ("actions", {"text": "加备用线路", "owner": "2", "due": "明天", "form_id": uuid4().hex}, 422),
    ]:
        assert lin.post(f"{path}/{what}", **fields).status_code == code, (what, fields)
    shown = lin.page(f"{path}/report")
    assert all(text in shown for text in ("上游超时", "12 位客户", "加备用线路", "周敏", "2026-12-01"))
    assert chen.post(f"{path}/status", **close).status_code == 204
    assert "加备用线路" in lin.page("/desk/ticket-actions")
    assert "加备用线路" not in lin.page("/desk/ticket-actions?mine=1")
    with office.desk.database.read() as session:
        action_id = report.actions(session, at(office, number))[0].id
    assert lin.post(f"{path}/actions/{action_id}/done", back="1").headers["HX-Redirect"] == "/desk/ticket-actions"
    assert "加备用线路" not in lin.page("/desk/ticket-actions")
