"""What agents do: take, answer, give back, close; exactly once, and only who may."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from desk.conversations import rating, timeline
from desk.conversations.model import Author, Kind, Owner
from desk.db import Database
from tests.support.staff import Colleague, Office

SCRIPT = "<script>alert(1)</script>"
KEY = "QWERT-ASDF5-ZXCV6"


def at_once(*calls: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """Make calls at the same time."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


# ── Taking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_agents_take_at_once_and_one_gets_it(database: Database, tmp_path: Path) -> None:
    office = Office(database, tmp_path)
    people = [office.sign_in(login) for login in ("xiaolin", "xiaozhou", "zhuguan")]
    for _ in range(3):
        conversation_id = office.customer("转人工", reason="requested")
        found = at_once(*(partial(who.does, conversation_id, "take") for who in people))
        assert sorted(answer.status_code for answer in found) == [204, 409, 409]
        lost = next(answer for answer in found if answer.status_code == 409)
        assert (lost.json()["error"], "其他同事" in lost.json()["message"]) == ("already_taken", True)
        joined = [entry for entry in office.entries(conversation_id) if entry.kind == Kind.NOTICE]
        assert (office.conversation(conversation_id).owner, len(joined)) == (Owner.AGENT, 1)
    office.desk.database.close()


@pytest.mark.parametrize(
    ("login", "owner", "status"),
    [
        ("xiaolin", Owner.QUEUED, 204),
        ("zhuguan", Owner.QUEUED, 204),
        ("admin", Owner.QUEUED, 204),
        ("xiaolin", Owner.BOT, 403),
        ("zhuguan", Owner.BOT, 204),
        ("admin", Owner.BOT, 204),
        ("xiaolin", Owner.CLOSED, 403),
        ("zhuguan", Owner.CLOSED, 204),
        ("xiaolin", Owner.AGENT, 409),
        ("zhuguan", Owner.AGENT, 409),
    ],
)
def test_who_may_take_what(office: Office, login: str, owner: Owner, status: int) -> None:
    conversation_id = office.customer("你好", reason=None if owner == Owner.BOT else "requested")
    if owner in (Owner.AGENT, Owner.CLOSED):
        zhou = office.sign_in("xiaozhou")
        zhou.does(conversation_id, "take")
        if owner == Owner.CLOSED:
            zhou.does(conversation_id, "close")
    who = office.sign_in(login)
    button = "do-take" in who.page(f"/desk/c/{conversation_id}")
    assert who.does(conversation_id, "take").status_code == status
    assert button is (status == 204)
    assert ("您正在接待" in who.page(f"/desk/c/{conversation_id}")) is (status == 204)


# ── Answering ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_sent_many_times_at_once_is_written_once(database: Database, tmp_path: Path) -> None:
    office = Office(database, tmp_path)
    lin, conversation_id = office.sign_in("xiaolin"), office.customer("转人工", reason="requested")
    lin.does(conversation_id, "take")
    send = partial(lin.answers, conversation_id, f"新卡密 {KEY}", uuid4().hex)
    found = at_once(*[send] * 6)
    assert {answer.status_code for answer in found} == {200}
    assert len({answer.json()["seq"] for answer in found}) == 1
    written = [entry for entry in office.entries(conversation_id) if entry.author == Author.AGENT]
    assert (len(written), written[0].name, KEY in written[0].text) == (1, "林晓", False)
    office.desk.database.close()


@pytest.mark.parametrize(
    ("text", "client_id", "status", "says"),
    [
        ("您好", "abcdefgh", 200, ""),
        ("您好", "", 422, "格式"),
        ("您好", "short", 422, "格式"),
        ("您好", "x" * 200, 422, "格式"),
        ("您好", "<script>alert(1)</script>", 422, "格式"),
        ("", "abcdefgi", 422, "空"),
        (" \n\t\u200b", "abcdefgj", 422, "空"),
        ("长" * 2001, "abcdefgk", 422, "最多 2000 字"),
        ("😀", "abcdefgl", 200, ""),
    ],
)
def test_what_can_be_sent(office: Office, lin: Colleague, text: str, client_id: str, status: int, says: str) -> None:
    conversation_id = office.customer("转人工", reason="requested")
    lin.does(conversation_id, "take")
    before = len(office.entries(conversation_id))
    answer = (
        lin.answers(conversation_id, text, client_id) if client_id else lin.does(conversation_id, "answer", text=text)
    )
    assert (answer.status_code, says in answer.text) == (status, True)
    assert len(office.entries(conversation_id)) - before == (status == 200)


@pytest.mark.parametrize("what", ["answer", "return", "close", "typing"])
@pytest.mark.parametrize("owner", ["queued", "bot", "colleague"])
def test_only_who_has_taken_it_acts(office: Office, lin: Colleague, what: str, owner: str) -> None:
    conversation_id = office.customer("你好", reason=None if owner == "bot" else "requested")
    if owner == "colleague":
        office.sign_in("xiaozhou").does(conversation_id, "take")
    before = len(office.entries(conversation_id))
    answer = lin.does(conversation_id, what, text="您好", client_id=uuid4().hex)
    assert (answer.status_code, answer.json()["error"]) == (409, "not_yours")
    assert len(office.entries(conversation_id)) == before


def test_giving_back_to_the_bot(office: Office, lin: Colleague) -> None:
    conversation_id = office.customer("转人工", reason="requested")
    lin.does(conversation_id, "take")
    before = office.conversation(conversation_id).generation
    assert lin.does(conversation_id, "return").status_code == 204
    after = office.conversation(conversation_id)
    assert (after.owner, after.agent_id, after.generation) == (Owner.BOT, None, before + 1)
    assert lin.answers(conversation_id, "还在").status_code == 409


def test_closing_asks_for_a_rating_and_shows_it(office: Office, lin: Colleague) -> None:
    conversation_id = office.customer("转人工", reason="requested")
    lin.does(conversation_id, "take")
    assert lin.does(conversation_id, "close").status_code == 204
    assert office.conversation(conversation_id).owner == Owner.CLOSED
    asked = [entry for entry in office.entries(conversation_id) if entry.kind == Kind.RATING]
    assert len(asked) == 1
    assert "等待客户评价" in lin.page(f"/desk/c/{conversation_id}")
    with office.desk.database.write() as session:
        rating.give(session, conversation_id, asked[0].body["rating_id"], 4, f"不错 {SCRIPT}")
    for shown in (lin.page(f"/desk/c/{conversation_id}"), lin.live(conversation_id, after=asked[0].seq)):
        assert "客户打了 <b>4</b> 分" in shown
        assert SCRIPT not in shown


# ── A supervisor in a colleague's conversation ───────────────────────────────────────────────────────────────────────


def test_a_supervisor_goes_on_in_a_colleagues_place(office: Office, lin: Colleague) -> None:
    conversation_id = office.customer("转人工", reason="requested")
    lin.does(conversation_id, "take")
    chief = office.sign_in("zhuguan")
    assert "do-replace" in chief.page(f"/desk/c/{conversation_id}")
    assert lin.does(conversation_id, "replace").status_code == 403
    assert [chief.does(conversation_id, "replace").status_code for _ in range(2)] == [204, 204]
    notices = [entry.text for entry in office.entries(conversation_id) if entry.kind == Kind.NOTICE]
    assert notices[1:] == ["陈主管为您服务，前面说的我都看到了，您不用再说一遍"]
    assert lin.answers(conversation_id, "还在").status_code == 409
    assert chief.answers(conversation_id, "您好").status_code == 200
    chief.does(conversation_id, "close")
    assert chief.does(conversation_id, "replace").json()["error"] == "not_served"


@pytest.mark.parametrize(
    ("login", "status", "tag"), [("xiaolin", 200, "内部备注"), ("zhuguan", 200, "悄悄话"), ("xiaozhou", 409, "")]
)
def test_notes_and_whispers_are_for_colleagues(office: Office, login: str, status: int, tag: str) -> None:
    conversation_id = office.customer("转人工", reason="requested")
    office.sign_in("xiaolin").does(conversation_id, "take")
    who, client_id = office.sign_in(login), uuid4().hex
    for _ in range(2):
        fields = {"text": f"先别退款 {KEY}", "client_id": client_id}
        assert who.does(conversation_id, "note", **fields).status_code == status
    notes = [entry for entry in office.entries(conversation_id) if entry.kind == Kind.NOTE]
    assert [(entry.internal, KEY in entry.text) for entry in notes] == ([(True, False)] if tag else [])
    assert ("先别退款" in office.sign_in("xiaolin").page(f"/desk/c/{conversation_id}")) is bool(tag)
    with office.desk.database.read() as session:
        assert all(entry.kind != Kind.NOTE for entry in timeline.entries(session, conversation_id))
    assert tag in office.sign_in("xiaolin").page(f"/desk/c/{conversation_id}")


def test_a_note_answers_nobody(office: Office, lin: Colleague) -> None:
    conversation_id = office.customer("转人工", reason="requested")
    lin.does(conversation_id, "take")
    office.says(conversation_id, "在吗")
    waits = f'data-id="{conversation_id}" data-seq="{office.conversation(conversation_id).last_seq}"'
    lin.does(conversation_id, "note", text="先问技术", client_id=uuid4().hex)
    assert waits in lin.page("/desk/lists")
    assert "先问技术" not in lin.page("/desk/lists")
    lin.answers(conversation_id, "在的")
    assert f'data-id="{conversation_id}" data-seq="0"' in lin.page("/desk/lists")


@pytest.mark.parametrize("what", ["take", "return", "close"])
def test_a_browser_without_script_comes_back_to_the_page(office: Office, lin: Colleague, what: str) -> None:
    conversation_id = office.customer("转人工", reason="requested")
    if what != "take":
        lin.does(conversation_id, "take")
    answer = lin.post(f"/desk/c/{conversation_id}/{what}", script=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/c/{conversation_id}")
