"""The customer's page of a ticket: only its link leads there, it names nobody, and it takes one answer."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from desk import clock
from desk.tickets import attachments, holding, moving, service
from desk.tickets.by import By
from desk.tickets.files import Checked
from desk.web.progress import page
from tests.support.staff import Colleague, Office

LIN = By(1, "林晓")


@pytest.fixture
def customer(office: Office) -> TestClient:
    """Somebody without an account, who has not looked before."""
    page._LOOKS._levels.clear()
    return office.browser()


def ticket(office: Office, **more: Any) -> str:
    conversation_id = office.customer("你好", customer_id="c_secret")
    with office.desk.database.write() as session:
        fields = {"dedupe": uuid4().hex, "customer_id": "c_secret", "conversation_id": conversation_id, **more}
        return service.open_ticket(session, "key", "查卡密 张三", **fields).number


def solve(office: Office, number: str) -> None:
    with office.desk.database.write() as session:
        moving.move(session, office.desk.progress, holding.hold(session, number), "solved", LIN, "已补发")


def path_of(office: Office, number: str) -> str:
    return office.desk.progress.link(number).removeprefix(office.desk.settings.site)


def test_the_page_shows_how_it_stands_and_nothing_else(office: Office, customer: TestClient) -> None:
    number = ticket(office, order_no="DD20261121A7K3")
    with office.desk.database.write() as session:
        held = holding.hold(session, number)
        service.add_note(session, held, "怀疑是羊毛党", "agent:1")
        moving.move(session, office.desk.progress, held, "waiting", LIN, "等供货商 <b>")
    answer = customer.get(path_of(office, number))
    assert answer.status_code == 200
    for shown in (number, "等待中", "等供货商 &lt;b&gt;", "预计完成", "前"):
        assert shown in answer.text, shown
    for hidden in ("羊毛党", "林晓", "张三", "c_secret", "DD20261121A7K3", "<script"):
        assert hidden not in answer.text, hidden
    headers = answer.headers
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    assert "default-src 'none'" in headers["content-security-policy"]
    with clock.frozen(clock.now() + timedelta(days=3)):
        assert "比预计的慢了" in customer.get(path_of(office, number)).text


def test_wrong_numbers_and_wrong_tokens_look_the_same(office: Office, customer: TestClient) -> None:
    number, other = ticket(office), ticket(office)
    token = office.desk.progress.token
    wrong = [
        f"/t/{number}",
        f"/t/{number}?k=",
        f"/t/{number}?k={token(other)}",
        f"/t/{number}?k={token(number)[:-1]}",
        f"/t/{number}?k=%EF%BF%A5",
        f"/t/T20261121-9999?k={token('T20261121-9999')}",
        f"/t/T20261121-9999?k={token(number)}",
        "/t/nonsense?k=x",
    ]
    answers = [customer.get(path) for path in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "没有找到这张工单" in answers[0].text
    posted = customer.post(f"/t/{number}", data={"k": token(other), "solved": "yes"})
    assert (posted.status_code, posted.text) == (404, answers[0].text)


def test_the_answer_counts_once(office: Office, customer: TestClient) -> None:
    yes, no = ticket(office), ticket(office)
    assert "问题解决了吗" not in customer.get(path_of(office, yes)).text
    for number in (yes, no):
        solve(office, number)
        assert "问题解决了吗" in customer.get(path_of(office, number)).text
    for number, solved in ((yes, "yes"), (no, "no")):
        for _ in range(2):
            fields = {"k": office.desk.progress.token(number), "solved": solved}
            answer = customer.post(f"/t/{number}", data=fields)
            assert (answer.status_code, answer.headers["location"]) == (303, path_of(office, number))
    with office.desk.database.read() as session:
        closed, again = holding.hold(session, yes), holding.hold(session, no)
        assert (closed.status, closed.closed_how) == ("closed", "confirmed")
        assert (again.status, again.reopened_count) == ("in_progress", 1)
    assert "已关闭" in customer.get(path_of(office, yes)).text


def test_staff_do_not_answer_for_the_customer(office: Office, customer: TestClient, lin: Colleague) -> None:
    number = ticket(office)
    solve(office, number)
    assert "问题解决了吗" not in lin.page(path_of(office, number))
    fields = {"k": office.desk.progress.token(number), "solved": "yes"}
    assert lin.http.post(f"/t/{number}", data=fields).status_code == 403
    assert "问题解决了吗" in customer.get(path_of(office, number)).text


def test_only_public_files_are_there(office: Office, customer: TestClient) -> None:
    number = ticket(office)
    made = {}
    for public in (True, False):
        file = office.desk.ticket_files.put(b"x")
        with office.desk.database.write() as session:
            held = holding.hold(session, number)
            checked = Checked(f"{public}.txt", "text/plain", b"x")
            attachments.add(session, held, checked, file, "agent:1", public=public, client_id=f"f-{public}")
            made = {row.public: row.id for row in attachments.of(session, held)}
    page_text = customer.get(path_of(office, number)).text
    assert ("True.txt" in page_text, "False.txt" in page_text) == (True, False)
    key = office.desk.progress.token(number)
    assert customer.get(f"/t/{number}/files/{made[True]}?k={key}").content == b"x"
    assert customer.get(f"/t/{number}/files/{made[False]}?k={key}").status_code == 404
    assert customer.get(f"/t/{number}/files/{made[True]}?k=x").status_code == 404


def test_guessing_is_slow(office: Office, customer: TestClient) -> None:
    codes = [customer.get("/t/T20261121-0001?k=x").status_code for _ in range(40)]
    assert codes[0] == 404
    assert codes[-1] == 429
