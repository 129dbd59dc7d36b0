"""The workbench's live stream on a served desk: it tells what changed, and ends with the session."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.staff import service
from desk.staff.model import StaffAccount
from desk.web.workbench import events
from tests.support.customer import Customer
from tests.support.desk_server import Served, serve
from tests.support.staff import PASSWORD, Colleague

Event = tuple[str, Any]
PATIENCE = 25.0  # seconds
GREETING = ["queue", "tickets", "conversation"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("desk")) as served:
        with served.database.write() as session:
            service.seed_demo(session, PASSWORD)
        yield served


def sign_in(desk: Served, login: str) -> Colleague:
    return Colleague(httpx.Client(base_url=desk.url, trust_env=False), login)


def listen(who: httpx.Client, path: str, until: str, then: Callable[[], object]) -> list[Event]:
    """Open a stream, do something once it is open, and return the events up to one of kind `until`."""
    heard: list[Event] = []
    kind, doing = "", threading.Thread(target=then)
    deadline = time.monotonic() + PATIENCE
    with who.stream("GET", path, timeout=20) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: "):
                heard.append((kind, json.loads(line.removeprefix("data: "))))
                if len(heard) == len(GREETING):
                    doing.start()
                elif len(heard) > len(GREETING) and (kind == until or time.monotonic() > deadline):
                    break
    doing.join()
    return heard


def newest_conversation(who: Colleague) -> str:
    return who.page("/desk").split('data-id="')[1].split('"')[0]


def test_a_page_hears_what_changes(desk: Served) -> None:
    lin, customer = sign_in(desk, "xiaolin"), Customer(desk.url)
    customer.say("你好")
    conversation_id = newest_conversation(lin)
    path = f"/desk/events?c={conversation_id}"
    for until, act in [
        ("conversation", lambda: customer.post(text="在吗")),
        ("queue", lambda: customer.post(text="卡密没到")),
        ("typing", lambda: customer.http.post("/typing", json={})),
        ("tickets", lambda: lin.does(conversation_id, "ticket", form_id="f" * 20, kind="key", title="查")),
    ]:
        heard = listen(lin.http, path, until, act)
        assert [kind for kind, _ in heard[:3]] == GREETING
        assert heard[-1][0] == until
    typing = listen(lin.http, path, "typing", lambda: customer.http.post("/typing", json={}))
    assert typing[-1][1] == {"from": "customer", "on": True}


def test_nothing_of_the_content_travels_in_the_stream(desk: Served) -> None:
    lin, customer = sign_in(desk, "xiaolin"), Customer(desk.url)
    heard = listen(lin.http, "/desk/events", "queue", lambda: customer.post(text="秘密"))
    assert "秘密" not in json.dumps(heard, ensure_ascii=False)


@pytest.mark.parametrize("cookie", ["", "forged"])
def test_strangers_hear_nothing(desk: Served, cookie: str) -> None:
    with httpx.Client(base_url=desk.url, cookies={"kamidesk_staff": cookie}, trust_env=False) as stranger:
        answer = stranger.get("/desk/events")
    assert answer.text == "event: signed_out\ndata: {}\n\n"


def test_the_stream_ends_when_somebody_signs_out(desk: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "CHECK_EVERY", 3600.0)
    zhou = sign_in(desk, "xiaozhou")

    def leave() -> None:  # in another tab: this one's connection is busy listening
        with httpx.Client(base_url=desk.url, cookies=zhou.http.cookies, trust_env=False) as tab:
            tab.post("/desk/logout", data={"csrf": zhou.csrf})

    assert listen(zhou.http, "/desk/events", "signed_out", leave)[-1][0] == "signed_out"


def test_the_stream_ends_when_the_session_ended_elsewhere(desk: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "CHECK_EVERY", 0.0)
    boss = sign_in(desk, "zhuguan")

    def stop() -> None:  # by another process: nothing tells this one, it has to look
        with desk.database.write() as session:
            service.stop(session, agent_id(session, "zhuguan"))
        Customer(desk.url).post(text="你好")

    assert listen(boss.http, "/desk/events", "signed_out", stop)[-1][0] == "signed_out"


def agent_id(session: Session, login: str) -> int:
    return session.scalars(select(StaffAccount.id).where(StaffAccount.login == login)).one()
