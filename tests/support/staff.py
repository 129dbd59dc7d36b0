"""Staff at the workbench, as programs: a browser that signs in and does what its pages would do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import delete, update

from desk.app import create_app
from desk.channels.web.identity import Identity, open_session
from desk.conversations import handoff, inbox, threads, timeline
from desk.conversations.model import Conversation, Entry
from desk.db import Base, Database
from desk.services import Desk
from desk.staff import passwords
from desk.staff import service as staff
from desk.staff.model import SignInTry, StaffAccount
from tests.support.colleague import PASSWORD, Colleague
from tests.support.desk_server import settings_for

__all__ = ["PASSWORD", "Colleague", "Office", "office_in"]

# The same algorithm with less work: a hundred tests sign in.
passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@contextmanager
def office_in(state: Path) -> Iterator["Office"]:
    """An office with a SQLite database of its own."""
    database = Database(f"sqlite:///{state / 'desk.db'}")
    Base.metadata.create_all(database.engine)
    made = Office(database, state)
    yield made
    made.desk.database.close()
    database.close()


class Office:
    """A desk with its demo staff and no customers yet; the bot is not there."""

    def __init__(self, database: Database, state: Path, **settings: Any) -> None:
        self.app: FastAPI = create_app(settings_for(state, database_url=database.url, **settings))
        self.desk: Desk = self.app.state.desk
        with self.desk.database.write() as session:
            staff.seed_demo(session, PASSWORD)

    def as_new(self) -> "Office":
        """Forget failed sign-ins and stopped accounts, so that tests can share an office."""
        with self.desk.database.write() as session:
            session.execute(delete(SignInTry))
            session.execute(update(StaffAccount).values(active=True))
            staff.seed_demo(session, PASSWORD)
        return self

    def browser(self) -> TestClient:
        """Return a browser that nobody has signed in with."""
        return TestClient(self.app, follow_redirects=False, raise_server_exceptions=False)

    def sign_in(self, login: str) -> "Colleague":
        """Return a signed-in browser."""
        return Colleague(self.browser(), login)

    def customer(self, *texts: str, customer_id: str | None = None, reason: str | None = None) -> str:
        """Let a customer write, and wait for a person if there is a reason; return the conversation's id."""
        who = Identity(customer_id, "林小雨", 0, "") if customer_id else None
        with self.desk.database.write() as session:
            conversation_id = open_session(session, who, None, "client")[1].conversation_id
        for text in texts:
            self.says(conversation_id, text)
        if reason:
            with self.desk.database.write() as session:
                handoff.request(session, conversation_id, reason, "card_key_invalid")
        return conversation_id

    def says(self, conversation_id: str, text: str) -> None:
        """Let the customer of a conversation write."""
        with self.desk.database.write() as session:

            def redact(plain: str) -> str:
                return self.desk.vault.redact(session, plain, conversation_id, self.desk.shop.order_no_like)

            inbox.accept(session, conversation_id, uuid4().hex, text=text, redact=redact)

    def entries(self, conversation_id: str) -> list[Entry]:
        """Return everything on a timeline."""
        with self.desk.database.read() as session:
            found = timeline.entries(session, conversation_id, internal=True)
            session.expunge_all()
        return found

    def conversation(self, conversation_id: str) -> Conversation:
        """Return a conversation as it is now."""
        with self.desk.database.read() as session:
            found = threads.get(session, conversation_id)
            session.expunge_all()
        return found
