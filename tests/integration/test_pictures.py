"""Pictures on a served desk: once each, for the right eyes only, refused in words, filed to the open case."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, update

from desk import clock, housekeeping
from desk.channels.web import limits
from desk.conversations import handoff
from desk.conversations.model import Conversation, Entry, InboxMessage
from desk.pictures import service as pictures
from desk.pictures.model import Picture
from desk.staff import service as staff
from desk.tickets import search
from desk.tickets import service as tickets
from tests.support import databases
from tests.support.colleague import PASSWORD, Colleague
from tests.support.customer import Customer, texts
from tests.support.desk_server import Served, serve
from tests.support.pictures import GPS_NOTE, claims, noise, opened, photograph, picture

HEADERS = {
    "cache-control": "private, max-age=3600",
    "content-disposition": "inline",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


@pytest.fixture(scope="module", params=databases.KINDS)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        # All customers here come from one address; how fast one may send is tested with a customer's own bucket.
        patch.setattr(limits.WebLimits, "__init__", _generous)
        with databases.bare(request.param, folder) as url, serve(folder, url) as served:
            with served.database.write() as session:
                staff.seed_demo(session, PASSWORD)
            yield served


def _generous(self: limits.WebLimits) -> None:
    self.messages = limits.Buckets(burst=8, per_second=1)
    self.signals = limits.Buckets(burst=10, per_second=2)
    self.sessions = limits.Buckets(burst=1000, per_second=100)
    self.pictures = limits.Buckets(burst=6, per_second=0.2, error=limits.PicturesTooFast)
    self.pictures_from = limits.Buckets(burst=1000, per_second=100)


@pytest.fixture
def visitor(desk: Served) -> Customer:
    desk.bot.mood = "ok"
    desk.bot.turns.clear()
    return Customer(desk.url)


@pytest.fixture
def lin(desk: Served) -> Colleague:
    return Colleague(httpx.Client(base_url=desk.url, trust_env=False, timeout=30), "xiaolin")


def send(customer: Customer, data: bytes | None = None, client_id: str | None = None) -> httpx.Response:
    """Send a picture, whatever the answer."""
    return customer.http.post(
        "/pictures",
        params={"client_id": client_id or uuid4().hex},
        content=picture() if data is None else data,
        headers={"Content-Type": "image/png"},
    )


def shown(customer: Customer) -> list[dict[str, Any]]:
    """Return the pictures on the customer's timeline."""
    return [entry["picture"] for entry in customer.history() if entry["kind"] == "picture"]


def conversation_of(desk: Served, picture_id: str) -> Conversation:
    with desk.database.read() as session:
        found = session.get_one(Conversation, session.get_one(Picture, picture_id).conversation_id)
        session.expunge_all()
    return found


def files(desk: Served) -> list[Path]:
    folder = desk.settings.state / "pictures"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def filed(desk: Served, conversation: Conversation, key: str | None = None) -> dict[str, Any]:
    """Ask as the bot's action does."""
    token = desk.settings.bot_token.get_secret_value()
    answer = httpx.post(
        f"{desk.url}/internal/v1/conversations/{conversation.sender_id}/pictures/filed",
        json={},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key or uuid4().hex},
    )
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


# ── Sent and shown ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_photograph_is_shown_to_its_owner_and_to_the_bot_as_a_word(desk: Served, visitor: Customer) -> None:
    sent = send(visitor, photograph())
    assert sent.status_code == 202
    assert "收到：/send_picture" in texts(visitor.read(sent.json()["seq"]))
    assert [(turn["text"], turn["trusted"]) for turn in desk.bot.turns] == [("/send_picture", True)]
    (mine,) = shown(visitor)
    assert (mine["width"], mine["height"]) == (40, 80)
    for path, media_type in [(mine["id"], "image/jpeg"), (f"{mine['id']}/small", "image/webp")]:
        answer = visitor.http.get(f"/pictures/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert HEADERS.items() <= dict(answer.headers).items()
        assert opened(answer.content).size == (40, 80)
        assert GPS_NOTE not in answer.content
    entry = visitor.since(0)[0]
    assert (entry["kind"], entry["text"], entry["from"]) == ("picture", "", "customer")


def test_it_is_for_its_owner_and_for_staff_only(desk: Served, visitor: Customer, lin: Colleague) -> None:
    send(visitor)
    picture_id = shown(visitor)[0]["id"]
    stranger = Customer(desk.url)
    for path in (picture_id, f"{picture_id}/small", "p_nothing", "..%2f..%2fdesk.db", picture_id + "0"):
        answer = stranger.http.get(f"/pictures/{path}")
        assert answer.status_code == 404, path
    anonymous = httpx.get(f"{desk.url}/widget/v1/pictures/{picture_id}")
    assert (anonymous.status_code, anonymous.json()["error"]) == (401, "session_invalid")
    outside = httpx.get(f"{desk.url}/desk/pictures/{picture_id}")
    assert (outside.status_code, outside.headers["location"][:11]) == (303, "/desk/login")
    token = {"Authorization": visitor.http.headers["Authorization"]}
    assert httpx.get(f"{desk.url}/desk/pictures/{picture_id}/small", headers=token).status_code == 303
    assert httpx.get(f"{desk.url}/static/pictures/{files(desk)[0].name}").status_code == 404
    for path in (picture_id, f"{picture_id}/small"):
        answer = lin.http.get(f"/desk/pictures/{path}")
        assert answer.headers["content-type"].startswith("image/")
        assert HEADERS.items() <= dict(answer.headers).items()
    assert lin.http.get("/desk/pictures/p_nothing").status_code == 404


def test_what_a_customer_types_is_no_picture(desk: Served, visitor: Customer) -> None:
    visitor.say("/send_picture")
    assert [(turn["text"], turn["trusted"]) for turn in desk.bot.turns] == [("/send_picture", False)]
    assert shown(visitor) == []


# ── Exactly once ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_picture_id_at_once_and_again_is_one_picture(desk: Served, visitor: Customer) -> None:
    before, client_id = len(files(desk)), uuid4().hex
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: send(visitor, client_id=client_id), range(6)))
    answers += [send(visitor, client_id=client_id) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["seq"] for answer in answers}) == 1
    assert [answer.json()["duplicate"] for answer in answers].count(False) == 1
    visitor.read(answers[0].json()["seq"])
    assert len(shown(visitor)) == 1
    assert len(files(desk)) == before + 2
    assert texts(visitor.history()).count("收到") == 1
    said = visitor.http.post("/messages", json={"client_id": client_id, "text": "同一个编号"})
    assert said.json()["duplicate"] is True


def test_pictures_in_a_row_are_one_turn(desk: Served, visitor: Customer) -> None:
    visitor.say("先打个招呼")
    desk.bot.mood = "slow"  # what comes meanwhile piles up
    first = send(visitor)
    _until(lambda: any(turn["text"] == "/send_picture" for turn in desk.bot.turns))
    last = [send(visitor) for _ in range(2)][-1]
    desk.bot.mood = "ok"
    assert first.status_code == last.status_code == 202
    _until(lambda: not _waiting(desk))
    assert len(shown(visitor)) == 3
    with desk.database.read() as session:
        rows = session.scalars(select(InboxMessage.turn).where(InboxMessage.text == "/send_picture"))
        assert len(set(list(rows)[-2:])) == 1


# ── Refused ──────────────────────────────────────────────────────────────────────────────────────────────────────

FIVE = 5 * 2**20


@pytest.mark.parametrize(
    ("data", "status", "code", "words"),
    [
        (b"", 422, "not_a_picture", "不是图片"),
        (b"<svg onload=alert(1)>", 422, "not_a_picture", "不是图片"),
        (b"<html><script>alert(1)</script>", 422, "not_a_picture", "不是图片"),
        (noise((300, 300))[:4000], 422, "broken_picture", "损坏"),
        (claims(20_000, 20_000), 422, "picture_too_many_pixels", "4000 万像素"),
        (picture() + bytes(FIVE), 413, "picture_too_big", "5 MB"),
        (bytes(3 * FIVE), 413, "picture_too_big", "5 MB"),
    ],
    ids=["nothing", "SVG", "HTML", "half", "a bomb", "a byte too much", "15 MB"],
)
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in pieces"])
def test_what_is_no_good_is_refused_in_words(
    desk: Served, visitor: Customer, data: bytes, status: int, code: str, words: str, announced: bool
) -> None:
    before = files(desk)

    def pieces() -> Iterator[bytes]:
        yield from (data[i : i + 65536] for i in range(0, len(data), 65536))

    try:
        answer = visitor.http.post(
            "/pictures", params={"client_id": uuid4().hex}, content=data if announced else pieces()
        )
    except httpx.WriteError:
        assert status == 413  # the desk hung up while we were still writing
    else:
        assert (answer.status_code, answer.json()["error"]) == (status, code)
        assert words in answer.json()["message"]
    assert visitor.history() == []
    assert files(desk) == before
    assert "收到：文字照常" in texts(visitor.say("文字照常"))


def test_five_megabytes_are_taken(visitor: Customer) -> None:
    data = picture("JPEG")
    assert send(visitor, data + bytes(FIVE - len(data))).status_code == 202


@pytest.mark.parametrize("client_id", ["", "x", "../../etc/passwd", "长" * 10, "a" * 81])
def test_a_picture_needs_a_usable_id(visitor: Customer, client_id: str) -> None:
    answer = visitor.http.post("/pictures", params={"client_id": client_id}, content=picture())
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_request")


def test_too_many_at_once_are_slowed_down_and_text_is_not(visitor: Customer) -> None:
    answers = [send(visitor) for _ in range(8)]
    slowed = [answer for answer in answers if answer.status_code == 429]
    assert slowed
    assert len(slowed) <= 2
    assert all("图片发得太快" in a.json()["message"] and a.json()["retry_after"] > 0 for a in slowed)
    assert visitor.post(text="还能打字").status_code == 202
    assert len(shown(visitor)) == 8 - len(slowed)


def test_too_many_in_a_day_are_refused(visitor: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_A_DAY", 1)
    client_id = uuid4().hex
    assert send(visitor, client_id=client_id).status_code == 202
    assert (send(visitor).status_code, send(visitor).json()["error"]) == (422, "too_many_pictures")
    assert send(visitor, client_id=client_id).status_code == 202, "a repeat is no new one"


def test_a_full_disk_is_worth_another_try(visitor: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr("desk.pictures.folder._ROOM", 2**62)
        client_id = uuid4().hex
        answer = send(visitor, client_id=client_id)
        assert (answer.status_code, answer.json()["error"]) == (503, "picture_not_kept")
    assert send(visitor, client_id=client_id).status_code == 202


# ── Filed ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _ticket(desk: Served, conversation: Conversation, kind: str = "key") -> str:
    with desk.database.write() as session:
        opened_ticket = tickets.open_ticket(
            session, kind, "卡密用不了", dedupe=uuid4().hex, conversation_id=conversation.id
        )
        return opened_ticket.number


def test_without_an_open_case_a_picture_is_kept(desk: Served, visitor: Customer) -> None:
    send(visitor)
    conversation = conversation_of(desk, shown(visitor)[0]["id"])
    _ticket(desk, conversation, "suggestion")  # nobody waits for that
    closed = _ticket(desk, conversation)
    with desk.database.write() as session:
        ticket = search.find(session, closed)
        assert ticket
        tickets.set_status(session, ticket, "solved", "agent:1")
    assert filed(desk, conversation)["outcome"] == "kept"
    assert filed(desk, conversation)["outcome"] == "kept_again"


def test_pictures_are_filed_to_the_newest_open_case(desk: Served, visitor: Customer, lin: Colleague) -> None:
    for _ in range(2):
        send(visitor)
    first, second = (each["id"] for each in shown(visitor))
    conversation = conversation_of(desk, first)
    older, number = _ticket(desk, conversation), _ticket(desk, conversation)
    answers = [filed(desk, conversation, "the same call") for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert (answers[0]["outcome"], answers[0]["facts"]) == ("filed", {"ticket_no": number})
    page = lin.page(f"/desk/tickets/{number}")
    assert page.count("客户发来截图") == 1
    for picture_id in (first, second):
        assert f'href="/desk/pictures/{picture_id}" target="_blank" rel="noopener">查看图片</a>' in page
        assert f'src="/desk/pictures/{picture_id}/small"' in page
    assert "/desk/pictures/" not in lin.page(f"/desk/tickets/{older}")
    send(visitor)
    again = filed(desk, conversation)
    assert (again["outcome"], again["facts"]) == ("filed_again", {"ticket_no": number})
    assert lin.page(f"/desk/tickets/{number}").count("客户发来截图") == 2


def test_only_the_bot_may_file(desk: Served, visitor: Customer) -> None:
    url = f"{desk.url}/internal/v1/conversations/c_x.1/pictures/filed"
    for headers in ({}, {"Authorization": visitor.http.headers["Authorization"]}):
        assert httpx.post(url, json={}, headers={**headers, "Idempotency-Key": "k"}).status_code == 401


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_sees_it_and_the_bot_is_silent(desk: Served, visitor: Customer, lin: Colleague) -> None:
    visitor.say("转人工")
    with desk.database.write() as session:
        conversation_id = session.scalars(select(Entry.conversation_id).where(Entry.text == "转人工")).all()[-1]
        handoff.request(session, conversation_id, "requested")
    assert lin.does(conversation_id, "take").status_code == 204
    desk.bot.turns.clear()
    sent = send(visitor)
    _until(lambda: not _waiting(desk))
    assert desk.bot.turns == []
    assert visitor.since(sent.json()["seq"]) == []
    picture_id = shown(visitor)[0]["id"]
    for page in (lin.page(f"/desk/c/{conversation_id}"), lin.live(conversation_id, sent.json()["seq"] - 1)):
        assert f'href="/desk/pictures/{picture_id}"' in page
        assert re.search(rf'<img src="/desk/pictures/{picture_id}/small" width="64" height="48" alt="[^"]+"', page)
    assert "[图片]" in lin.page("/desk/lists")


# ── The end ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_old_picture_goes_and_its_place_says_so(desk: Served, visitor: Customer, lin: Colleague) -> None:
    for _ in range(2):
        send(visitor)
    old, young = (each["id"] for each in shown(visitor))
    conversation = conversation_of(desk, old)
    with desk.database.write() as session:
        long_ago = clock.now() - timedelta(days=desk.settings.picture_days, minutes=1)
        session.execute(update(Picture).where(Picture.id == old).values(created_at=long_ago))
    housekeeping.sweep(desk.database, desk.gallery)
    gone = visitor.http.get(f"/pictures/{old}")
    assert (gone.status_code, gone.json()["message"]) == (404, "图片已过期删除，或者不存在")
    assert visitor.http.get(f"/pictures/{young}/small").status_code == 200
    page = lin.page(f"/desk/c/{conversation.id}")
    assert page.count("图片已过期删除") == 1
    assert old not in page
    assert young in page


def _waiting(desk: Served) -> bool:
    with desk.database.read() as session:
        return session.scalars(select(InboxMessage.id).where(InboxMessage.done_at.is_(None))).first() is not None


def _until(condition: Any, patience: float = 20) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
