"""Browsers without a screen: streams that stay open, and the requests that pages make when they hear something."""

import asyncio
import json
import time
from contextlib import suppress
from urllib.parse import urlencode

from bench.desk.filling import Agent, Customer

_LATE = 10.0


class Server:
    """Where the desk listens; `request` is one HTTP request on a connection of its own."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def request(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
        """Return status and body."""
        reader, writer = await self.send(method, path, {**headers, "Connection": "close"}, body)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            return int(head.split(b" ", 2)[1]), await reader.read()
        finally:
            writer.close()

    async def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Send a request; return the connection on which the answer comes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()
        return reader, writer


class Figures:
    """Milliseconds by what was measured, and what never came."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = {"to customer": [], "to agent": [], "lists page": [], "whole page": []}
        self.lost = 0
        self.refused = 0

    def add(self, name: str, began: float) -> None:
        """Note one."""
        self.taken[name].append((time.monotonic() - began) * 1000)


class Widget:
    """A customer's widget: its stream, and what it waits for."""

    def __init__(self, server: Server, customer: Customer) -> None:
        self.customer, self._server = customer, server
        self.expected: dict[str, asyncio.Event] = {}
        self.ready = asyncio.Event()

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.customer.token}", "Content-Type": "application/json"}

    async def listen(self) -> None:
        """Follow the stream until cancelled."""
        reader, _ = await self._server.send("GET", "/widget/v1/events?after=0", self._headers)
        self.ready.set()
        while line := await reader.readline():
            if line.startswith(b"data: ") and self.expected:
                with suppress(ValueError):
                    text = json.loads(line[6:]).get("text", "")
                    if text in self.expected:
                        self.expected.pop(text).set()

    async def say(self, text: str, key: str) -> int:
        """Send a message; return the status."""
        body = json.dumps({"client_id": key, "text": text}).encode()
        return (await self._server.request("POST", "/widget/v1/messages", self._headers, body))[0]


class Page:
    """An agent's page with one conversation open: it fetches what a browser's would, when it hears of it."""

    def __init__(self, server: Server, agent: Agent, open_id: str, figures: Figures) -> None:
        self.agent, self.open_id = agent, open_id
        self._server, self._figures = server, figures
        self.heard = asyncio.Event()
        self.ready = asyncio.Event()
        self._lists_wanted = asyncio.Event()

    @property
    def _headers(self) -> dict[str, str]:
        return {
            "Cookie": f"kamidesk_staff={self.agent.token}",
            "X-CSRF-Token": self.agent.csrf,
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    async def listen(self) -> None:
        """Follow the stream until cancelled."""
        reader, _ = await self._server.send("GET", f"/desk/events?c={self.open_id}", self._headers)
        self.ready.set()
        while line := await reader.readline():
            if line == b"event: conversation\n":
                self.heard.set()
            elif line == b"event: queue\n":
                self._lists_wanted.set()

    async def refresh(self) -> None:
        """Fetch the lists whenever they have changed, one request at a time."""
        while True:
            await self._lists_wanted.wait()
            self._lists_wanted.clear()
            await self.get("lists page", f"/desk/lists?open={self.open_id}")

    async def get(self, name: str, path: str) -> None:
        """Fetch a page and note how long it took."""
        began = time.monotonic()
        status, _ = await self._server.request("GET", path, self._headers)
        if status == 200:
            self._figures.add(name, began)
        else:
            self._figures.refused += 1

    async def answer(self, conversation_id: str, text: str, key: str) -> int:
        """Write to a customer; return the status."""
        body = urlencode({"text": text, "client_id": key}).encode()
        return (await self._server.request("POST", f"/desk/c/{conversation_id}/answer", self._headers, body))[0]


async def until(event: asyncio.Event, figures: Figures, name: str, began: float) -> None:
    """Wait for something that was sent to arrive."""
    try:
        async with asyncio.timeout(_LATE):
            await event.wait()
        figures.add(name, began)
    except TimeoutError:
        figures.lost += 1
