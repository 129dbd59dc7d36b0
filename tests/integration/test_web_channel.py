"""The widget's API on a served desk: identity, exactly once, other people's conversations, bad input, a bad bot."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from desk import clock, housekeeping
from desk.channels.web.identity import sign
from desk.channels.web.model import WebToken
from desk.conversations import handoff
from desk.conversations.model import Entry, InboxMessage
from desk.ids import digest
from tests.support import databases
from tests.support.customer import Customer, texts
from tests.support.desk_server import Served, serve


@pytest.fixture(scope="module", params=databases.KINDS)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("desk")
    with databases.bare(request.param, folder) as url, serve(folder, url) as served:
        yield served


@pytest.fixture
def visitor(desk: Served) -> Customer:
    desk.bot.mood = "ok"
    return Customer(desk.url)


def identity(secret: str, **changes: Any) -> dict[str, Any]:
    fields = {"id": "u1", "name": "林小雨", "exp": int(time.time()) + 300, **changes}
    return {**fields, "sig": changes.get("sig") or sign(secret, fields["id"], fields["name"], fields["exp"])}


# ── Identity ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sig": "0" * 64}, "identify_invalid"),
        ({"sig": "ü" * 10}, "identify_invalid"),
        ({"exp": int(time.time()) - 5}, "identify_expired"),
        ({"exp": int(time.time()) + 10 * 86400}, "identify_invalid"),
        ({"id": ""}, "identify_invalid"),
        ({"id": "u1\nu2"}, "identify_invalid"),
    ],
)
def test_an_identity_that_the_shop_did_not_sign_now_is_refused(
    desk: Served, changes: dict[str, Any], code: str
) -> None:
    body = {"identify": identity(desk.shop_secret, **changes), "token": None}
    answer = httpx.post(f"{desk.url}/widget/v1/session", json=body)
    assert (answer.status_code, answer.json()["error"]) == (401, code)


def test_a_signed_identity_for_one_name_is_no_good_for_another(desk: Served) -> None:
    body = identity(desk.shop_secret)
    for field, value in [("id", "u2"), ("name", "别人"), ("exp", body["exp"] + 1)]:
        answer = httpx.post(f"{desk.url}/widget/v1/session", json={"identify": {**body, field: value}})
        assert answer.json()["error"] == "identify_invalid", field


@pytest.mark.parametrize("token", ["x", "Bearer", "0" * 43, "' OR 1=1 --", "a" * 5000])
def test_forged_tokens_open_nothing(desk: Served, token: str) -> None:
    for method, path in [("GET", "history"), ("GET", "events"), ("GET", "poll"), ("POST", "messages")]:
        answer = httpx.request(
            method,
            f"{desk.url}/widget/v1/{path}",
            headers={"Authorization": f"Bearer {token}"},
            json={"client_id": uuid4().hex, "text": "你好"} if method == "POST" else None,
        )
        assert (answer.status_code, answer.json()["error"]) == (401, "session_invalid"), path


def test_an_expired_token_opens_nothing(desk: Served, visitor: Customer) -> None:

    with desk.database.write() as session:
        session.get_one(WebToken, digest(visitor.session["token"])).expires_at = clock.now()
    assert visitor.http.get("/history").json()["error"] == "session_invalid"


def test_what_an_anonymous_visitor_said_goes_with_them_when_they_sign_in(desk: Served) -> None:
    anonymous = Customer(desk.url)
    anonymous.say("卡密没到")
    signed = identity(desk.shop_secret, id="u_merge")
    body = {"identify": signed, "token": anonymous.session["token"]}
    session = httpx.post(f"{desk.url}/widget/v1/session", json=body).json()
    assert session["visitor"] == {"name": "林小雨", "signed_in": True}
    headers = {"Authorization": f"Bearer {session['token']}"}
    history = httpx.get(f"{desk.url}/widget/v1/history", headers=headers).json()
    assert "卡密没到" in texts(history["entries"])
    assert anonymous.http.get("/history").json()["error"] == "session_invalid"


def test_nobody_sees_another_conversation_whatever_ids_they_send(desk: Served, visitor: Customer) -> None:
    secret = "只有我知道的话"
    visitor.say(secret)
    stranger = Customer(desk.url)
    conversation = _conversation_of(desk, secret)
    for path in ("/history", "/poll"):
        answer = stranger.http.get(path, params={"after": 0, "wait": 0, "conversation": conversation})
        assert secret not in answer.text
    sent = stranger.http.post(
        "/messages", json={"client_id": uuid4().hex, "text": "hi", "conversation_id": conversation}
    )
    assert sent.status_code == 202
    assert "hi" not in texts(visitor.history())


# ── Exactly once ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_message_id_ten_times_is_one_message(desk: Served, visitor: Customer) -> None:
    client_id = uuid4().hex
    answers: list[httpx.Response] = []
    for _ in range(10):
        answer = visitor.http.post("/messages", json={"client_id": client_id, "text": "只发一次"})
        if answer.status_code == 429:
            time.sleep(answer.json()["retry_after"])
            answer = visitor.http.post("/messages", json={"client_id": client_id, "text": "只发一次"})
        answers.append(answer)
    assert {a.status_code for a in answers} == {202}
    assert len({a.json()["seq"] for a in answers}) == 1
    visitor.read(answers[0].json()["seq"])
    assert texts(visitor.history()).count("收到：只发一次") == 1


def test_a_flood_is_slowed_down_and_nothing_acknowledged_is_lost(desk: Served, visitor: Customer) -> None:
    answers = [visitor.post(text=f"消息{n}号") for n in range(20)]
    taken = [n for n, a in enumerate(answers) if a.status_code == 202]
    refused = [a for a in answers if a.status_code == 429]
    assert taken
    assert refused
    assert all(a.json()["retry_after"] > 0 and "太快" in a.json()["message"] for a in refused)
    _until(lambda: _open_messages(desk) == 0)
    shown = texts([e for e in visitor.history() if e["from"] == "bot"])
    assert all(shown.count(f"消息{n}号") == 1 for n in taken)


# ── Bad input ────────────────────────────────────────────────────────────────────────────────────────────────────

ID = "0123456789abcdef"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"client_id": ID, "text": ""}, 422, "empty"),
        ({"client_id": ID, "text": "   \n "}, 422, "empty"),
        ({"client_id": ID, "text": "\x00\x01\x02"}, 422, "empty"),
        ({"client_id": ID, "text": "长" * 10_000}, 422, "too_long"),
        ({"client_id": ID, "text": "长" * 60_000}, 422, "bad_request"),
        ({"client_id": ID, "button": "b_unknown"}, 422, "unknown_button"),
        ({"client_id": ID, "button": "/request_human"}, 422, "unknown_button"),
        ({"client_id": ID, "button": "desk:leave_queue"}, 422, "unknown_button"),
        ({"client_id": ID}, 422, "bad_request"),
        ({"client_id": ID, "text": "a", "button": "b"}, 422, "bad_request"),
        ({"client_id": "x", "text": "a"}, 422, "bad_request"),
        ({"client_id": "../../etc/passwd", "text": "a"}, 422, "bad_request"),
        ({"client_id": ID, "text": 5}, 422, "bad_request"),
        ({"client_id": ID, "text": ["a"]}, 422, "bad_request"),
        ([], 422, "bad_request"),
        ("text", 422, "bad_request"),
    ],
)
def test_bad_messages_get_a_clear_answer(desk: Served, visitor: Customer, body: Any, status: int, code: str) -> None:
    answer = visitor.http.post("/messages", json=body)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer.json()["message"]
    assert visitor.history() == []


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"null", b'{"client_id":'])
def test_broken_json_gets_a_clear_answer(visitor: Customer, content: bytes) -> None:
    answer = visitor.http.post("/messages", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_request")


@pytest.mark.parametrize("announced", [True, False])
def test_ten_megabytes_are_refused(visitor: Customer, announced: bool) -> None:
    body = json.dumps({"client_id": ID, "text": "x" * 10_000_000}).encode()

    def pieces() -> Iterator[bytes]:
        yield from (body[i : i + 65536] for i in range(0, len(body), 65536))

    try:
        answer = visitor.http.post(
            "/messages",
            content=body if announced else pieces(),
            headers={"Content-Type": "application/json"},
        )
    except httpx.WriteError:
        return  # the desk hung up while we were still writing: refused as well
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


@pytest.mark.parametrize(
    "text",
    [
        "😭😭😭",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "/restart",
        "/request_human",
        "a\x07b",
    ],
)
def test_odd_texts_are_texts(desk: Served, visitor: Customer, text: str) -> None:
    kept = text.replace("\x07", "")
    assert f"收到：{kept}" in texts(visitor.say(text))
    assert desk.bot.turns[-1]["trusted"] is False


@pytest.mark.parametrize("path", ["/widget/v1/nothing", "/nothing", "/internal/v1/x", "/static/..%2f..%2fsettings.py"])
def test_unknown_pages_are_plain_404s(desk: Served, path: str) -> None:
    answer = httpx.get(desk.url + path)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrong", "Basic " + "b" * 40])
def test_the_internal_api_is_for_the_bot_only(desk: Served, token: str) -> None:
    url = f"{desk.url}/internal/v1/conversations/c_x.1/handoff"
    answer = httpx.post(url, json={"reason": "requested"}, headers={"Authorization": token})
    assert answer.status_code == 401


# ── A bot that misbehaves ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mood", ["slow", "error", "refused", "garbage", "empty", "failed", "hang_up"])
def test_a_customer_is_told_and_queued_within_seconds(desk: Served, visitor: Customer, mood: str) -> None:
    desk.bot.mood = mood
    said = visitor.say("卡密没到，急", patience=5)
    assert "转人工" in texts(said)
    assert visitor.state()["owner"] == "queued"
    assert "卡密没到，急" in texts(visitor.history())
    desk.bot.mood = "ok"
    assert "已取消排队" in texts(visitor.press("不等了，问智能客服"))
    assert "收到：还在吗" in texts(visitor.say("还在吗"))


# ── Live ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_stream_goes_on_where_it_broke_off(desk: Served, visitor: Customer) -> None:
    visitor.say("第一句")
    heard = _listen(visitor, after=1, until="收到：第二句", then=lambda: visitor.post(text="第二句"))
    assert [e["seq"] for e in heard] == list(range(2, 2 + len(heard)))
    agent = handoff.Agent(1, "林晓")
    conversation = _conversation_of(desk, "第一句")

    def answer() -> None:
        with desk.database.write() as session:
            handoff.take(session, conversation, agent)
            handoff.answer(session, conversation, agent, "我来帮您", "agent-00001")

    heard = _listen(visitor, after=heard[-1]["seq"], until="我来帮您", then=answer)
    assert heard[-1]["from"] == "agent"


def _listen(visitor: Customer, after: int, until: str, then: Any) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []
    threading.Timer(0.3, then).start()
    with visitor.http.stream("GET", "/events", params={"after": after}) as stream:
        kind = ""
        for line in stream.iter_lines():
            if line.startswith("event:"):
                kind = line.removeprefix("event:").strip()
            elif line.startswith("data:") and kind == "entry":
                heard.append(json.loads(line.removeprefix("data:")))
                if until in heard[-1]["text"]:
                    return heard
    raise AssertionError("the stream ended")


def _conversation_of(desk: Served, text: str) -> str:

    with desk.database.read() as session:
        return session.scalars(select(Entry.conversation_id).where(Entry.text == text)).first() or ""


def _open_messages(desk: Served) -> int:
    with desk.database.read() as session:
        query = select(func.count()).select_from(InboxMessage).where(InboxMessage.done_at.is_(None))
        return session.scalar(query) or 0


def _until(condition: Any, patience: float = 20) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_housekeeping_forgets_what_is_over(desk: Served, visitor: Customer) -> None:

    ended, alive = Customer(desk.url), visitor
    with desk.database.write() as session:
        session.get_one(WebToken, digest(ended.session["token"])).expires_at = clock.now()
    housekeeping.sweep(desk.database, desk.gallery)
    with desk.database.read() as session:
        assert session.get(WebToken, digest(ended.session["token"])) is None
        assert session.get(WebToken, digest(alive.session["token"])) is not None
