"""The API's resources: what they show, page by page, and that a writing call happens once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from desk import clock, housekeeping
from desk.api import masking
from desk.api.model import ApiCall
from desk.conversations.model import Handoff
from desk.shop.embedded.model import ShopCustomer
from desk.tickets.model import Ticket
from tests.support import databases
from tests.support.api import Program
from tests.support.staff import Office

KEY = "ABCD1-EFGH2-JKLM3-NPQR4"


@pytest.fixture(scope="module", params=databases.KINDS)
def bureau(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on each kind of store."""
    folder = tmp_path_factory.mktemp("api")
    with databases.empty(request.param, folder) as database:
        made = Office(database, folder)
        yield made
        made.desk.database.close()


@pytest.fixture
def program(bureau: Office) -> Program:
    return Program(bureau)


def opened(program: Program, **fields: Any) -> dict[str, Any]:
    answer = program.post("/tickets", {"kind": "delivery", "title": "没发货", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


# ── Tickets ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_ticket_from_opening_to_closing(bureau: Office, program: Program) -> None:
    conversation_id = bureau.customer("卡密呢", customer_id="u_ticket")
    made = opened(program, conversation_id=conversation_id, note=f"客户 13812345678 发来 {KEY}", priority="urgent")
    number = made["number"]
    assert (made["status"], made["priority"], made["customer_id"]) == ("open", "urgent", "u_ticket")
    assert (made["created_by"], made["note"]) == (f"api:{program.id}", "")
    assert program.post(f"/tickets/{number}/notes", {"text": "已补发", "public": True}).json()["note"] == "已补发"
    moved = program.post(f"/tickets/{number}/status", {"status": "solved", "note": "已解决"}).json()
    assert (moved["status"], moved["status_text"], moved["note"]) == ("solved", "已解决", "已解决")
    assert program.post(f"/tickets/{number}/status", {"status": "waiting"}).json()["error"] == "bad_move"
    shown = program.get(f"/tickets/{number.lower()}")
    assert [line["kind"] for line in shown["history"]] == ["opened", "note", "note", "status"]
    first = shown["history"][1]["text"]
    assert "138****5678" in first
    assert KEY not in first
    assert "••••" in first


def test_what_a_ticket_names_must_belong_together(bureau: Office, program: Program) -> None:
    with bureau.desk.database.write() as session:
        session.merge(ShopCustomer(id="u_other", name="王五", phone="13900000002", created_at=clock.now()))
    conversation_id = bureau.customer("你好", customer_id="u_mine")
    body = {"kind": "delivery", "title": "x", "conversation_id": conversation_id, "customer_id": "u_other"}
    refused = program.post("/tickets", body)
    assert (refused.status_code, refused.json()["error"]) == (422, "not_the_same_customer")


def test_pages_hold_each_ticket_once_also_when_new_ones_come(program: Program) -> None:
    marks = [opened(program, kind="risk", title=f"第{n}张")["number"] for n in range(5)]
    first = program.get("/tickets", kind="risk", limit=2)
    opened(program, kind="risk", title="中途来的")
    seen, cursor = [each["number"] for each in first["items"]], first["next_cursor"]
    while cursor:
        page = program.get("/tickets", kind="risk", limit=2, cursor=cursor)
        seen += [each["number"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert seen == marks[::-1]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"status": "solved"}, ["b"]),
        ({"priority": "urgent"}, ["a"]),
        ({"conversation_id": "?"}, ["a"]),
        ({"kind": "merchant"}, ["b", "a"]),
        ({"order_no": "DD0"}, []),
        ({"customer_id": "u_filter"}, ["a"]),
        ({"updated_after": "2999-01-01T00:00:00Z"}, []),
        ({"updated_after": "2020-01-01T00:00:00+08:00"}, ["b", "a"]),
    ],
)
def test_filters(bureau: Office, program: Program, wanted: dict[str, str], found: list[str]) -> None:
    conversation_id = bureau.customer("你好", customer_id="u_filter")
    mine = uuid4().hex[:6]
    opened(program, kind="merchant", title=f"{mine}a", priority="urgent", conversation_id=conversation_id)
    second = opened(program, kind="merchant", title=f"{mine}b")
    program.post(f"/tickets/{second['number']}/status", {"status": "solved"})
    if "conversation_id" in wanted:
        wanted = {"conversation_id": conversation_id}
    items = program.get("/tickets", **wanted)["items"]
    assert [each["title"][-1] for each in items if each["title"].startswith(mine)] == found


# ── Once ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def count(bureau: Office, model: Any) -> int:
    with bureau.desk.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_same_call_at_once_happens_once(bureau: Office, program: Program) -> None:
    body, key, before = {"kind": "delivery", "title": "同时来的"}, uuid4().hex, count(bureau, Ticket)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: program.post("/tickets", body, key), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert count(bureau, Ticket) == before + 1


def test_a_key_belongs_to_one_request_of_one_token(bureau: Office, program: Program) -> None:
    key, number = uuid4().hex, opened(program)["number"]
    first = program.post(f"/tickets/{number}/notes", {"text": "一"}, key)
    again = program.http.post(
        f"/api/v1/tickets/{number}/notes",
        content=b'{ "text" : "\\u4e00" }',  # the same, spelled otherwise
        headers={
            "Authorization": f"Bearer {program.token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        },
    )
    assert (again.status_code, again.json()) == (201, first.json())
    for other in (
        program.post(f"/tickets/{number}/notes", {"text": "二"}, key),
        program.post(f"/tickets/{opened(program)['number']}/notes", {"text": "一"}, key),
    ):
        assert (other.status_code, other.json()["error"]) == (409, "idempotency_key_reused")
    assert Program(bureau).post(f"/tickets/{number}/notes", {"text": "二"}, key).status_code == 201
    texts = [line["text"] for line in program.get(f"/tickets/{number}")["history"] if line["kind"] == "note"]
    assert texts == ["一", "二"]


def test_a_failure_is_not_kept(program: Program) -> None:
    key, number = uuid4().hex, opened(program)["number"]
    program.post(f"/tickets/{number}/status", {"status": "solved"})
    assert program.post(f"/tickets/{number}/status", {"status": "waiting"}, key).status_code == 409
    program.post(f"/tickets/{number}/status", {"status": "in_progress"})
    assert program.post(f"/tickets/{number}/status", {"status": "waiting"}, key).status_code == 200


def test_answers_are_forgotten_after_two_days(bureau: Office, program: Program) -> None:
    opened(program)
    with clock.frozen(clock.now() + timedelta(days=1)):
        housekeeping.sweep(bureau.desk.database, bureau.desk.gallery)
    assert count(bureau, ApiCall) > 0
    with clock.frozen(clock.now() + timedelta(days=3)):
        housekeeping.sweep(bureau.desk.database, bureau.desk.gallery)
    assert count(bureau, ApiCall) == 0


# ── Conversations ────────────────────────────────────────────────────────────────────────────────────────────────


def test_messages_come_without_keys_persons_and_notes(bureau: Office, program: Program) -> None:
    conversation_id = bureau.customer(f"卡密 {KEY} 用不了，我电话13812345678", "在吗", "在吗？")
    written = program.post(f"/conversations/{conversation_id}/messages", {"text": "内部", "audience": "staff"})
    assert (written.status_code, written.json()["kind"]) == (201, "note")
    page = program.get(f"/conversations/{conversation_id}/messages", limit=2)
    assert page["next_after"] == 2
    first = page["items"][0]["text"]
    assert KEY not in first
    assert "••••" in first
    assert "138****5678" in first
    rest = program.get(f"/conversations/{conversation_id}/messages", after=2)
    assert ([each["text"] for each in rest["items"]], rest["next_after"]) == (["在吗？"], None)


def test_a_key_that_the_shop_writes_reaches_the_customer_only(bureau: Office, program: Program) -> None:
    conversation_id = bureau.customer("你好")
    answer = program.post(f"/conversations/{conversation_id}/messages", {"text": f"补发的卡密：{KEY}"})
    assert KEY not in answer.text
    entry = bureau.entries(conversation_id)[-1]
    assert KEY not in entry.text
    with bureau.desk.database.read() as session:
        assert KEY in bureau.desk.vault.fill(session, entry.text, conversation_id)


def test_a_handoff_is_asked_for_once(bureau: Office, program: Program) -> None:
    conversation_id, before = bureau.customer("你好"), count(bureau, Handoff)
    body = {"note": "大额订单", "priority": "high"}
    for _ in range(2):
        shown = program.post(f"/conversations/{conversation_id}/handoff", body).json()
        assert (shown["owner"], shown["handoff"]["state"], shown["handoff"]["priority"]) == ("queued", "queued", "high")
    assert count(bureau, Handoff) == before + 1
    told = [entry.text for entry in bureau.entries(conversation_id) if "转接人工" in entry.text]
    assert len(told) == 1


def test_conversations_page_by_page(bureau: Office, program: Program) -> None:
    made = [bureau.customer("你好", customer_id=f"u_page{n}") for n in range(3)]
    seen, cursor = [], None
    while True:
        page = program.get("/conversations", limit=1, **({"cursor": cursor} if cursor else {}))
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen[:3] == made[::-1]
    assert len(seen) == len(set(seen))
    (mine,) = program.get("/conversations", customer_id="u_page1")["items"]
    assert (mine["id"], mine["name"], mine["owner"]) == (made[1], "林**", "bot")
    assert program.get("/conversations", owner="closed")["items"] == []


# ── Customers, knowledge, masking ────────────────────────────────────────────────────────────────────────────────


def test_a_customer_is_masked(bureau: Office, program: Program) -> None:
    with bureau.desk.database.write() as session:
        session.merge(ShopCustomer(id="u_shown", name="林小雨", phone="13812345678", created_at=clock.now()))
    assert program.get("/customers/u_shown") == {
        "id": "u_shown",
        "name": "林**",
        "phone": "138****5678",
        "profile": "novice",
        "orders": 0,
        "month_spend": "0.00",
    }


def test_the_knowledge_base_answers(program: Program) -> None:
    items = program.get("/knowledge/search", q="卡密在哪里看", limit=2)["items"]
    assert 0 < len(items) <= 2
    assert items[0]["answer"]
    assert "{" not in items[0]["answer"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("+86 138 1234 5678", "138****5678"),
        ("lin.xiaoyu@mail.example.com", "l***@mail.example.com"),
        ("身份证110101199003070011", "身份证1101**********0011"),
        ("11010119900307001X", "1101**********001X"),
        ("单号DD20261121138123456", "单号DD20261121138123456"),
        ("T20261121-0042 还要多久", "T20261121-0042 还要多久"),
        ("充 100 元", "充 100 元"),
    ],
)
def test_masking_of_texts(said: str, shown: str) -> None:
    assert masking.text(said) == shown


def test_the_command_makes_lists_and_revokes_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from desk import __main__, settings
    from tests.support.desk_server import settings_for

    with databases.empty("sqlite", tmp_path) as database:
        chosen = settings_for(tmp_path, database_url=database.url)
        monkeypatch.setattr(settings, "load", lambda: chosen)

        def run(*words: str) -> tuple[int, str]:
            monkeypatch.setattr("sys.argv", ["desk", "api-token", *words])
            return __main__.main(), capsys.readouterr().out.strip()

        code, token = run("add", "ERP", "--scope", "tickets:read", "--scope", "tickets:write")
        assert (code, token[:3], len(token)) == (0, "kd_", 46)
        assert run("list") == (0, f"1  {token[:9]}…  usable  ERP  tickets:read tickets:write")
        assert run("revoke", "1") == (0, "")
        assert run("list")[1].split("  ")[2] == "revoked"
        assert run("revoke", "7")[0] == 1
        assert run("add", " ", "--scope", "tickets:read")[0] == 1
