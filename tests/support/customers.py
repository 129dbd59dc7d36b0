"""Customers at the desk: they sign in, write, buy and come back, in transactions of their own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from desk import clock
from desk.conversations import inbox, threads, timeline
from desk.customers import following, notes, people, segments
from desk.customers.cards import Cards
from desk.customers.identity import Identity, parse
from desk.customers.people import Person
from desk.customers.segments import Segments
from desk.db import Database
from desk.shop.base import Order, OrderStatus
from desk.shop.embedded import demo
from tests.support.cases import Bench

START = datetime(2026, 11, 20, 2, tzinfo=UTC)


class Counter:
    """The customers' room over a bench; it follows what happens. Tests that need just one conversation have `talk`."""

    talk: str

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        # A database of its own, so that the followers end with the test.
        self.database = Database(bench.database.url)
        self.cards = Cards(bench.shop, bench.vault)
        following.Following(self.cards).subscribe(self.database)

    def comes(self, peer: str, customer_id: str | None = None, name: str = "") -> str:
        """Open the conversation of a visitor, signed in or not; return its id."""
        with self.database.write() as session:
            found = threads.find_or_open(session, "web", peer)
            threads.introduce(session, found.id, customer_id=customer_id, name=name or peer, client="")
            return found.id

    def writes(self, conversation_id: str, text: str = "你好") -> None:
        """Let the customer write."""
        with self.database.write() as session:
            inbox.accept(session, conversation_id, uuid4().hex, text=text)

    def buys(self, customer_id: str, days_ago: float = 0, **more: Any) -> Order:
        """Let the customer buy something so long ago."""
        with self.database.write() as session:
            at = clock.now() - timedelta(days=days_ago)
            given = {"product": "steam-100", "status": OrderStatus.COMPLETED, "paid_at": at} | more
            return demo.make_order(session, self.bench.vault, customer_id, **given)

    def person(self, key: str) -> Person:
        """Return the person of a key."""
        with self.database.read() as session:
            found = people.person(session, parse(key))
            session.expunge_all()
            return found

    def segments(self, key: str) -> Segments:
        """Return the segments of a key's person."""
        with self.database.read() as session:
            return segments.of(session, self.cards, self.bench.services.policy, people.person(session, parse(key)))

    def do(self, work: Callable[..., Any], who: str, /, *arguments: Any, **named: Any) -> Any:
        """Call a function of the room on a person."""
        with self.database.write() as session:
            return work(session, people.person(session, parse(who)), *arguments, **named)

    def note(self, who: str, text: str, **more: Any) -> int:
        """Note something; return the note's number."""
        made = self.do(notes.add, who, text, "agent:3", **{"mark": uuid4().hex, **more})
        return int(made.id)

    def lines(self, conversation_id: str) -> list[str]:
        """Return what only staff see on a timeline."""
        with self.database.read() as session:
            found = timeline.entries(session, conversation_id, internal=True)
            return [entry.text for entry in found if entry.internal]

    def read(self, work: Callable[[Session], Any]) -> Any:
        """Read something."""
        with self.database.read() as session:
            return work(session)


def identity(peer: str) -> Identity:
    """Return a visitor of the web."""
    return Identity("web", peer)
