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
CHOICES = ["steam", "苹果充值卡"]
TAIL, PASSWORD, TICKET = "8000", "abc123", "T20261121-0042"
_PROTECTED = ("orders/status", "cases/", "flows/")
# Taken up by whoever is in trouble; whose order it is the desk finds out itself.
_OPEN = ("flows/account-", "flows/report-fraud", "flows/fund-dispute")


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
        kind: of the orders and products: card_key or topup.
        card: what else stands on the cards of orders, such as {"status": "unpaid"}.
        answers: outcome by service, such as {"cases/not-received": "not_received/unpaid"}; of a flow its outcomes in
            order, "refund/reason refund/confirm refund/done": each further detail leads to the next one.
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
    kind: str = "card_key"
    card: dict[str, Any] = field(default_factory=dict)
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
        closed = what.startswith(_PROTECTED) and not what.startswith(_OPEN)
        if closed and body.get("order_no") and not self._owns(body["order_no"]):
            return 403, {"error": "not_yours", "message": "没有查到您名下的这个订单，请核对订单号"}
        steps = (self.answers.get(what) or self._usual(what, body)).split()
        topic, outcome = steps[min(len((body.get("details") or {}).keys() - {"said"}), len(steps) - 1)].split("/")
        facts = facts_of(topic, outcome)
        if "order_no" in facts and body.get("order_no"):
            facts["order_no"] = body["order_no"].upper()
        if topic == "claim" and outcome == "rejected":
            facts["tries_left"] = self.tries
        if "kind" in facts:
            facts["kind"] = self.kind
        choices = CHOICES if outcome in ("several", "none", "which") else []
        asks = _ASKS.get(f"{topic}/{outcome}", "")
        choices = {
            "reason": _REASONS,
            "kind": ["个人", "公司"],
            "which": _WHICH.get(topic, [MINE, SECOND, "两单都要"]),
        }.get(asks, choices)
        handed = outcome in _TO_PERSON or f"{topic}/{outcome}" in _TO_PERSON
        data = {"topic": topic, "outcome": outcome, "facts": facts, "choices": choices, "asks": asks}
        return 200, {**data, "cards": self._cards(topic, outcome), "handoff": handed, "also": _also(topic, outcome)}

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
        if what.startswith("goods/"):
            named = body.get("words") or body.get("about")
            return f"{what.removeprefix('goods/').replace('-', '_')}/{'found' if named else 'which'}"
        if what.startswith("flows/"):
            return _FLOWS[what]
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
        if (topic, outcome) in {("orders", "list"), ("duplicate", "twins")}:
            return [self._order_card(no) for no in self.orders]
        if topic == "order":
            return [self._order_card(MINE)]
        if outcome in _WITH_KEYS:
            key = {"label": "卡密", "number": "⟦key:num1⟧", "secret": "⟦key:sec1⟧", "product": "Steam钱包充值卡"}
            return [{"type": "key", **key}]
        return []

    def _order_card(self, no: str) -> dict[str, Any]:
        select = {"title": "就是这笔", "payload": "/inform" + json.dumps({"order_no": no})}
        return {
            "type": "order",
            "order_no": no,
            "product": self.products[no],
            **self.card,
            "kind": self.kind,
            "select": select,
        }


_USUAL = {
    "orders/status": "order/delivered",
    "cases/not-received": "not_received/delivered_again",
    "cases/delivery-time": "delivery_time/general",
    "cases/stock-choice": "stock_choice/refund_requested",
    "cases/key": "key/valid_unused",
    "cases/resend": "not_received/delivered_again",
    "cases/topup": "topup/pending",
    "orders/refunding": "orders/unclear",
    "urge": "urge/nothing",
    "feedback": "feedback/recorded",
    "pictures/filed": "picture/kept",
    "kb/ask": "kb/miss",
    "kb/rate": "kb/helped",
}
# What flows answer, step by step, and what they ask for in a step.
_FLOWS = {
    "flows/wrong-account": "wrong_account/account wrong_account/confirm wrong_account/done",
    "flows/cancel": "cancel/confirm cancel/done",
    "flows/invoice": "invoice/kind invoice/title invoice/email invoice/confirm invoice/done",
    "flows/refund-progress": "refund_progress/none",
    "flows/refund": "refund/reason refund/confirm refund/done",
    "flows/payment": "payment/refused",
    "flows/duplicate": "duplicate/confirm duplicate/done",
    "flows/balance": "balance/guest balance/filed",
    "flows/merchant-bulk": "merchant_bulk/goods merchant_bulk/when merchant_bulk/contact merchant_bulk/noted",
    "flows/merchant-settlement": (
        "merchant_settlement/which merchant_settlement/missing_details merchant_settlement/noted"
    ),
    "flows/merchant-api": "merchant_api/docs",
    "flows/become-reseller": "become_reseller/details become_reseller/contact become_reseller/noted",
    "flows/account-stolen": "account_stolen/opened",
    "flows/account-frozen": "account_frozen/frozen",
    "flows/report-fraud": "report_fraud/opened",
    "flows/fund-dispute": "fund_dispute/listed",
}
_ASKS = {
    "wrong_account/account": "account",
    "wrong_account/bad_account": "account",
    "wrong_account/confirm": "confirm",
    "wrong_account/too_late": "confirm",
    "cancel/confirm": "confirm",
    "cancel/confirm_refund": "confirm",
    "invoice/kind": "kind",
    "invoice/title": "title",
    "invoice/email": "email",
    "invoice/confirm": "confirm",
    "refund/reason": "reason",
    "refund/confirm": "confirm",
    "duplicate/confirm": "confirm",
    "duplicate/twins": "which",
    "duplicate/one_seen": "details",
    "duplicate/none_seen": "details",
    "balance/guest": "details",
    "merchant_bulk/goods": "goods",
    "merchant_bulk/when": "when",
    "merchant_bulk/contact": "contact",
    "merchant_bulk/contact_again": "contact",
    "merchant_settlement/which": "which",
    "merchant_settlement/missing_details": "details",
    "merchant_api/which": "which",
    "merchant_api/error": "details",
    "become_reseller/details": "details",
    "become_reseller/contact": "contact",
    "balance/missing": "details",
}
_WHICH = {"merchant_settlement": ["结算没到账", "结算规则"], "merchant_api": ["接口文档", "报错"]}
_REASONS = ["买错了", "等太久了"]
_WITH_KEYS = {"delivered_now", "delivered_again", "partial", "mistyped", "incomplete", "reissued"}
_WITH_KEYS |= {"already_reissued", "expired_reissued"}
_TO_PERSON = {"reissue_limit", "no_stock", "locked", "still_invalid", "still_missing"}
_TO_PERSON |= {"wrong_account/stopping", "urge/person"}
_TO_PERSON |= {"merchant_bulk/noted", "merchant_settlement/noted", "account_stolen/opened", "report_fraud/opened"}
_TO_PERSON |= {"duplicate/handed", "payment/fault_late", "balance/filed"}
# What is said after an answer.
_ALSO = {
    "balance/filed": "handoff/queued",
    "payment/fault_back": "coupon/given",
    "merchant_bulk/noted": "handoff/queued",
    "merchant_settlement/noted": "handoff/queued",
    "account_stolen/opened": "handoff/queued risk/freeze",
    "account_frozen/frozen": "handoff/queued",
    "report_fraud/opened": "handoff/queued risk/ask",
    "fund_dispute/listed": "handoff/queued",
}
_FREEZE = ["冻结账号和没用的卡密", "先不冻结"]


def _also(topic: str, outcome: str) -> list[dict[str, Any]]:
    further = [tuple(each.split("/")) for each in _ALSO.get(f"{topic}/{outcome}", "").split()]
    return [
        {
            "topic": about,
            "outcome": said,
            "facts": facts_of(about, said),
            "choices": _FREEZE if said == "freeze" else [],
        }
        for about, said in further
    ]


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
