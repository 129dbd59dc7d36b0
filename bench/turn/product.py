"""Kamidesk as it runs: supervisor, desk on SQLite, bot, action server; and customers at the widget's API."""

import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from bench.turn.http import PATIENCE, Line, UnexpectedAnswer
from bench.turn.system import Answered, NoAnswer
from bench.turn.talks import talk
from desk.channels.web.identity import sign
from desk.shop.embedded.model import ShopCustomer, ShopOrder, ShopProduct
from desk.shop.types import OrderStatus, ProductKind
from tests.support.stack import Stack


class Visitor:
    """A browser with the widget open: one connection to send, one on which the stream comes."""

    def __init__(self, port: int, identify: dict[str, object] | None, order: str) -> None:
        self._sender, self._stream, self._order = Line(port), Line(port), order
        opened = self._session(identify)
        self._sender.token = self._stream.token = opened["token"]
        self._events = self._stream.events(f"/widget/v1/events?after={opened['last_seq']}")
        next(event for event in self._events if event[0] == "state")  # the stream is open, the history read
        self._sender.close()  # it opens again with the first message; idle ones are closed by the server

    def say(self, text: str) -> Answered:
        """Send a message; wait until its reply comes out of the stream."""
        sent, began = time.time(), time.perf_counter()
        message = {"client_id": uuid4().hex, "text": text.format(order=self._order)}
        taken = self._sender.post("/widget/v1/messages", message)
        while time.perf_counter() - began < PATIENCE:
            name, entry = self._next()
            if name == "entry" and entry["seq"] > taken["seq"]:
                seconds = time.perf_counter() - began
                if entry["from"] != "bot":
                    raise NoAnswer(f"{text}: {entry['from']} said {entry['text']}")
                return Answered(sent, seconds, taken["id"])
        raise NoAnswer(f"{text}: no reply")

    def close(self) -> None:
        """Close both connections."""
        self._sender.close()
        self._stream.close()

    def _next(self) -> tuple[str, Any]:
        try:
            return next(self._events)
        except StopIteration:
            raise NoAnswer("the stream has ended") from None

    def _session(self, identify: dict[str, object] | None) -> dict[str, str]:
        """Open a session; one address may open only so many at a time."""
        while True:
            try:
                opened: dict[str, str] = self._sender.post("/widget/v1/session", {"identify": identify, "token": None})
                return opened
            except UnexpectedAnswer as refusal:
                if refusal.status != 429:
                    raise
                time.sleep(float(refusal.body["retry_after"]))


class Product:
    """The running product, on ports and a state folder of its own.

    Args:
        state: an empty folder.
    """

    name = "Kamidesk"

    def __init__(self, state: Path) -> None:
        self._stack = Stack(state)
        self._buyers: list[tuple[str, str, str]] = []
        self.state = state

    def start(self) -> None:
        """Start everything; returns when its health page says that all of it works."""
        self._stack.start()
        # Delivered orders only: what is said about them ends with the bot, and moves no goods.
        bought = (
            select(ShopCustomer.id, ShopCustomer.name, func.max(ShopOrder.no))
            .join(ShopOrder, ShopOrder.customer_id == ShopCustomer.id)
            .join(ShopProduct, ShopProduct.id == ShopOrder.product_id)
            .where(ShopOrder.status == OrderStatus.DELIVERED, ShopProduct.kind == ProductKind.CARD_KEY)
            .group_by(ShopCustomer.id, ShopCustomer.name)
            .order_by(ShopCustomer.id)
        )
        with self._stack.database.read() as session:
            self._buyers = [(row[0], row[1], row[2]) for row in session.execute(bought)]

    def order(self, number: int) -> str:
        """Return the order number that the conversation with this number is about."""
        return self._buyers[number][2]

    def open(self, number: int) -> Visitor:
        """Open the widget, signed in at the shop or not."""
        customer, name, order = self._buyers[number]
        identify: dict[str, object] | None = None
        if talk(number).signed_in:
            exp = int(time.time()) + 600
            sig = sign(self._stack.shop_secret, customer, name, exp)
            identify = {"id": customer, "name": name, "exp": exp, "sig": sig}
        return Visitor(self._stack.ports[0], identify, order)

    def processes(self) -> dict[str, int]:
        """Return desk, bot, actions, the supervisor and its reaper."""
        table = json.loads((self.state / "run.json").read_text())
        return {**self._stack.processes(), **{name: int(table[name]) for name in ("supervisor", "reaper")}}

    def stop(self) -> None:
        """Stop as Ctrl-C does."""
        self._stack.stop()
