"""A shop's server that gets webhooks, as a real HTTP server that can misbehave."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The JSON in it."""
        return json.loads(self.body)


class Receiver(ThreadingHTTPServer):
    """Answers by `mood`: ok, error (500), redirect, silent (never answers), slow (drips), hang_up, huge."""

    daemon_threads = True

    def __init__(self) -> None:
        self.mood = "ok"
        self.got: list[Received] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"  # connections stay open, unless the sender closes them

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(Received(self.path, dict(self.headers), body))
        with suppress(OSError):
            getattr(self, f"_{self.server.mood}")()

    def _ok(self) -> None:
        self._answer(200, b"thanks")

    def _error(self) -> None:
        self._answer(500, b"oops")

    def _redirect(self) -> None:
        self._answer(302, b"", location=f"{self.server.url}/elsewhere")

    def _silent(self) -> None:
        time.sleep(1.5)

    def _slow(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(15):
            self.wfile.write(b".")
            self.wfile.flush()
            time.sleep(0.1)

    def _hang_up(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def _huge(self) -> None:
        self._answer(200, b"x" * 200_000)

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.title(), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver."""
    server = Receiver()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
