"""A customer with a widget, as a program: says things and reads what comes back."""

import time
from typing import Any
from uuid import uuid4

import httpx

from desk.channels.web.identity import sign

Entry = dict[str, Any]
_CODES = {"type", "status", "placed_at"}  # not shown as they are


class Customer:
    """One browser of a customer, signed in at the shop or not.

    Args:
        url: the desk's base URL.
        customer_id: the shop's id of the signed-in customer; None for a visitor.
        secret: the shop's secret, to sign the identity with.
    """

    def __init__(self, url: str, customer_id: str | None = None, name: str = "", secret: str = "") -> None:
        self.http = httpx.Client(base_url=f"{url}/widget/v1", timeout=30, trust_env=False)
        self.seq = 0
        self.identify = None
        if customer_id is not None:
            exp = int(time.time()) + 600
            self.identify = {
                "id": customer_id,
                "name": name,
                "exp": exp,
                "sig": sign(secret, customer_id, name, exp),
            }
        opened = self.http.post("/session", json={"identify": self.identify, "token": None})
        opened.raise_for_status()
        self.session = opened.json()
        self.http.headers["Authorization"] = f"Bearer {self.session['token']}"
        self.seq = self.session["last_seq"]

    def post(self, **message: str) -> httpx.Response:
        """Send one message, whatever the answer."""
        return self.http.post("/messages", json={"client_id": uuid4().hex, **message})

    def say(self, text: str, patience: float = 20) -> list[Entry]:
        """Type a message; return what the other side answers."""
        sent = self.post(text=text)
        assert sent.status_code == 202, sent.text
        return self.read(sent.json()["seq"], patience)

    def press(self, title: str, patience: float = 20) -> list[Entry]:
        """Press the newest button with this title; return what comes back."""
        sent = self.post(button=self.button(title))
        assert sent.status_code == 202, sent.text
        return self.read(sent.json()["seq"], patience)

    def select(self, order_no: str, patience: float = 20) -> list[Entry]:
        """Choose the order's card; return what comes back."""
        cards = [card for entry in reversed(self.history()) for card in entry["cards"]]
        wanted = next(c for c in cards if c.get("order_no") == order_no and c.get("select"))
        sent = self.post(button=wanted["select"]["id"])
        assert sent.status_code == 202, sent.text
        return self.read(sent.json()["seq"], patience)

    def button(self, title: str) -> str:
        """Return the id of the newest button with this title."""
        titles = []
        for entry in reversed(self.history()):
            for button in entry["buttons"]:
                titles.append(button["title"])
                if button["title"] == title:
                    return str(button["id"])
        raise AssertionError(f"no button {title}; there are {titles}")

    def read(self, after: int, patience: float = 20) -> list[Entry]:
        """Wait for what others say after an entry."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            answer = self.http.get("/poll", params={"after": after, "wait": 5}).json()
            others = [entry for entry in answer["entries"] if entry["from"] != "customer"]
            if others:
                self.seq = answer["entries"][-1]["seq"]
                return others
        raise AssertionError(f"no answer within {patience} s to entry {after}")

    def since(self, seq: int) -> list[Entry]:
        """Return what stands on the timeline after an entry, without waiting."""
        entries: list[Entry] = self.http.get("/poll", params={"after": seq, "wait": 0}).json()["entries"]
        return entries

    def history(self) -> list[Entry]:
        """Return the newest entries."""
        entries: list[Entry] = self.http.get("/history", params={"limit": 100}).json()["entries"]
        return entries

    def state(self) -> dict[str, Any]:
        """Return who answers now."""
        found: dict[str, Any] = self.http.get("/poll", params={"after": 2**31 - 1, "wait": 0}).json()["state"]
        return found


def texts(entries: list[Entry]) -> str:
    """Return everything that entries show, as one text."""
    parts: list[str] = []
    for entry in entries:
        parts.append(entry["text"])
        parts += [button["title"] for button in entry["buttons"]]
        for card in entry["cards"]:
            parts += [value for name, value in card.items() if isinstance(value, str) and name not in _CODES]
    return "\n".join(parts)
