"""A stand-in for the desk: a real HTTP server with the table's answers and, on demand, every way to fail."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from outcome_table import facts_of

TOKEN = "stub-token"
SLOW = 4.0  # seconds: longer than the client's time-out in the tests
MINE, STRANGERS, SECOND = "DD20261121A7K3", "DD20261120QW81", "DD20261119K2M9"
TAIL, PASSWORD, TICKET = "8000", "abc123", "T20261121-0042"
_PROTECTED = ("orders/status", "cases/")


@dataclass
class Call:
    """One request that the desk got."""

    sender: str
    what: str
    body: dict[str, Any]
    key: str
    token: str


@dataclass
class DeskStub:
    """The desk's state, and what it was asked.

    Attributes:
        signed_in: the customer owns `orders` by his account; otherwise each needs a proof.
        answers: outcome by service, such as {"cases/not-received": "not_received/unpaid"}.
        broken: how a service fails: 401, 404, 422, 500, "slow", "close", "garbage", "list", "empty".
    """

    signed_in: bool = False
    name: str = ""
    orders: list[str] = field(default_factory=lambda: [MINE, SECOND])
    products: dict[str, str] = field(default_factory=lambda: {MINE: "Steam钱包充值卡 100元", SECOND: "移动话费 50元"})
    answers: dict[str, str] = field(default_factory=dict)
    broken: dict[str, Any] = field(default_factory=dict)
    tries: int = 5
    handed: bool = False
    tickets: list[str] = field(default_factory=list)
    proven: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)

    def asked(self, what: str) -> list[dict[str, Any]]:
        """Return the bodies that a service got."""
        return [call.body for call in self.calls if call.what == what]

    def answer(self, sender: str, what: str, body: dict[str, Any], key: str) -> tuple[int, Any]:
        """Return status and JSON; the same idempotency key gets the same answer."""
        stored = f"{sender}:{what}:{key}"
        if stored not in self.kept:
            status, data = self._decide(what, body)
            if status != 200:
                return status, data
            self.kept[stored] = data
        return 200, self.kept[stored]

    def _decide(self, what: str, body: dict[str, Any]) -> tuple[int, Any]:
        if what == "customer":
            return 200, {"signed_in": self.signed_in, "name": self.name}
        if what.startswith(_PROTECTED) and body.get("order_no") and not self._owns(body["order_no"]):
            return 403, {"error": "not_yours", "message": "没有查到您名下的这个订单，请核对订单号"}
        topic, outcome = self.answers.get(what, self._usual(what, body)).split("/")
        facts = facts_of(topic, outcome)
        if "order_no" in facts and body.get("order_no"):
            facts["order_no"] = body["order_no"].upper()
        if topic == "claim" and outcome == "rejected":
            facts["tries_left"] = self.tries
        data = {"topic": topic, "outcome": outcome, "facts": facts, "choices": []}
        return 200, {**data, "cards": self._cards(topic, outcome), "handoff": outcome in _TO_PERSON}

    def _usual(self, what: str, body: dict[str, Any]) -> str:
        if what == "orders/claim":
            return f"claim/{self._claim(str(body['order_no']), body.get('proof'))}"
        if what == "orders/recent":
            return "orders/anonymous" if not self.signed_in else "orders/list" if self.orders else "orders/none"
        if what == "tickets/status":
            return f"ticket/{'found' if body['ticket_no'] == TICKET else 'unknown'}"
        if what == "tickets/mine":
            return f"ticket/{'list' if self.tickets else 'none'}"
        if what == "handoff":
            self.handed = True
            return "handoff/queued"
        return _USUAL[what]

    def _claim(self, no: str, proof: str | None) -> str:
        if not re.fullmatch(r"DD20\d{6}[0-9A-Z]{4,8}|20\d{13,17}", no.upper()):
            return "malformed"
        if self._owns(no):
            return "owned"
        if self.tries <= 0:
            return "locked"
        if not proof:
            return "proof_needed"
        if no.upper() in self.orders and proof in (TAIL, PASSWORD):
            self.proven.append(no.upper())
            return "owned"
        self.tries -= 1
        return "rejected" if self.tries else "locked"

    def _owns(self, no: str) -> bool:
        return (self.signed_in and no.upper() in self.orders) or no.upper() in self.proven

    def _cards(self, topic: str, outcome: str) -> list[dict[str, Any]]:
        if (topic, outcome) == ("orders", "list"):
            return [self._order_card(no) for no in self.orders]
        if outcome in _WITH_KEYS:
            key = {"label": "卡密", "number": "⟦key:num1⟧", "secret": "⟦key:sec1⟧", "product": "Steam钱包充值卡"}
            return [{"type": "key", **key}]
        return []

    def _order_card(self, no: str) -> dict[str, Any]:
        select = {"title": "就是这笔", "payload": "/inform" + json.dumps({"order_no": no})}
        return {"type": "order", "order_no": no, "product": self.products[no], "select": select}


_USUAL = {
    "orders/status": "order/delivered",
    "cases/not-received": "not_received/delivered_again",
    "cases/delivery-time": "delivery_time/general",
    "cases/stock-choice": "stock_choice/refund_requested",
    "cases/key": "key/valid_unused",
    "cases/resend": "not_received/delivered_again",
    "cases/topup": "topup/pending",
    "cases/wrong-account": "topup/wrong_account_open",
    "urge": "urge/nothing",
}
_WITH_KEYS = {"delivered_now", "delivered_again", "partial", "mistyped", "incomplete", "reissued"}
_WITH_KEYS |= {"already_reissued", "expired_reissued"}
_TO_PERSON = {"reissue_limit", "no_stock", "locked", "still_invalid", "still_missing"}
_TO_PERSON |= {"wrong_account_open", "wrong_account_done"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StubServer

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sender, what = self.path.split("/internal/v1/conversations/")[1].split("/", 1)
        stub = self.server.stub
        token = (self.headers.get("Authorization") or "").replace("Bearer ", "")
        key = self.headers.get("Idempotency-Key") or ""
        stub.calls.append(Call(sender, what, json.loads(raw), key, token))
        broken = stub.broken.get(what) or stub.broken.get("*")
        if broken is not None:
            self._break(broken)
        elif token != TOKEN:
            self._send(401, b'{"error": "unauthorized", "message": "..."}')
        else:
            status, data = stub.answer(sender, what, json.loads(raw), key)
            self._send(status, json.dumps(data).encode())

    def _break(self, how: Any) -> None:
        if how == "slow":
            time.sleep(SLOW)
        if how == "close":
            self.close_connection = True
            return
        bodies = {"garbage": b"<html>oops", "list": b"[1, 2]", "empty": b"", "slow": b"{}"}
        status = how if isinstance(how, int) else 200
        self._send(status, bodies.get(how, b'{"error": "broken", "message": "..."}'))

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Stay quiet."""


class StubServer(ThreadingHTTPServer):
    """Serves one stub, exchanged from test to test."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stub = DeskStub()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up waiting is no news."""
