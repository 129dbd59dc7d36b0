"""An action server that does what a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ActionStub:
    """Listens on a port of its own choice. `behave` is what it does next.

    Attributes:
        behave: reply, nothing (no event, no reply), crash (status 500), slow (replies after `delay`).
        calls: Trackers' sender ids and message ids, in order.
    """

    def __init__(self) -> None:
        self.behave, self.delay = "reply", 1.0
        self.calls: list[tuple[str, str]] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["content-length"])))
                stub.calls.append((call["sender_id"], call["tracker"]["latest_message"]["message_id"]))
                if stub.behave == "slow":
                    time.sleep(stub.delay)
                body = json.dumps(stub._answer()).encode()
                self.send_response(500 if stub.behave == "crash" else 200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _answer(self) -> dict[str, Any]:
        if self.behave == "nothing":
            return {"events": [], "responses": []}
        card = {"type": "order", "order_no": "DD20261121A7K3", "product": "Q币", "cost_price": "1.00"}
        return {
            "events": [],
            "responses": [{"text": f"第{len(self.calls)}次", "custom": {"cards": [card]}, "buttons": []}],
        }

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
