"""The watched catalogue, against a real HTTP server: what it answers well, and what it answers ill."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.nlu.catalogue import Catalogue, of_environment
from bot.nlu.products import Name

TOKEN = "test-token"
GOOD = {"products": [{"name": "Q币", "ids": ["qb-10", "qb-50"], "said": ["qb"]}]}
EXPECTED = [Name("Q币", ("qb-10", "qb-50"), ("qb",))]


class Desk(ThreadingHTTPServer):
    """Answers with `status` and `body`; knows one tag."""

    status, body, asked = 200, json.dumps(GOOD), 0


class _Handler(BaseHTTPRequestHandler):
    server: Desk

    def do_GET(self) -> None:
        self.server.asked += 1
        status = self.server.status
        if self.headers["Authorization"] != f"Bearer {TOKEN}" or self.path != "/internal/v1/catalogue":
            status = 401
        elif self.headers["If-None-Match"] == '"one"':
            status = 304
        self.send_response(status)
        self.send_header("ETag", '"one"')
        body = self.server.body.encode() if status != 304 else b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def desk() -> Iterator[Desk]:
    server = Desk(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _catalogue(desk: Desk, got: list[list[Name]], token: str = TOKEN) -> Catalogue:
    return Catalogue(f"http://127.0.0.1:{desk.server_address[1]}", token, got.append)


def test_products_arrive_once(desk: Desk) -> None:
    got: list[list[Name]] = []
    catalogue = _catalogue(desk, got)
    assert catalogue.ask()
    assert not catalogue.ask()  # 304
    assert got == [EXPECTED]
    assert desk.asked == 2


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, "{}"),
        (302, ""),
        (200, "no json"),
        (200, "[]"),
        (200, '{"products": {}}'),
        (200, '{"products": [{"name": "Q币"}]}'),
        (200, '{"products": ["Q币"]}'),
    ],
)
def test_a_bad_answer_changes_nothing(desk: Desk, status: int, body: str) -> None:
    got: list[list[Name]] = []
    desk.status, desk.body = status, body
    catalogue = _catalogue(desk, got)
    assert not catalogue.ask()
    desk.status, desk.body = 200, json.dumps(GOOD)
    assert catalogue.ask()
    assert got == [EXPECTED]


def test_a_wrong_token_or_no_desk_changes_nothing(desk: Desk) -> None:
    got: list[list[Name]] = []
    assert not _catalogue(desk, got, "wrong").ask()
    assert not Catalogue("http://127.0.0.1:9", TOKEN, got.append).ask()
    assert got == []


def test_watching_asks_by_itself(desk: Desk) -> None:
    arrived = threading.Event()
    catalogue = Catalogue(f"http://127.0.0.1:{desk.server_address[1]}", TOKEN, lambda _: arrived.set(), pause=0.05)
    catalogue.watch()
    assert arrived.wait(10)
    catalogue.stop()


def test_without_a_desk_nothing_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAMIDESK_DESK_URL", raising=False)
    assert of_environment(lambda _: None) is None
