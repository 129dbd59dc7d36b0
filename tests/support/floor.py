"""A floor with agents and customers, as routing sees it: people come, go and answer at moments that a test sets."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.model import AuditEntry
from desk.conversations import handoff, threads, timeline
from desk.conversations.handoff import Agent
from desk.conversations.model import Author, Conversation
from desk.happenings import Followers
from desk.options.service import current, save, version
from desk.routing import following, presence, sweep, teams
from desk.routing.groups import Groups
from desk.routing.model import Assignment, Presence, Stage
from desk.staff.model import StaffAccount
from desk.staff.roles import Role
from tests.support.cases import Bench

#: A Monday, 10:00 on the shop's clock.
MONDAY = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
T = TypeVar("T")


class Floor:
    """Agents by log-in, customers by name; `later` moves the clock of a frozen test."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.database = bench, bench.database
        self.database.followers = Followers()
        following.subscribe(self.database, bench.services)
        self.agents: dict[str, Agent] = {}

    def do(self, work: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Call a service in a transaction of its own."""
        with self.database.write() as session:
            return work(session, *arguments, **named)

    def agent(self, login: str, *groups: str, main: str | None = None, role: str = Role.RISK) -> Agent:
        """Add an agent whose page is open; the usual role may see every case."""
        with self.database.write() as session:
            account = StaffAccount(login=login, name=login, role=role, password_hash="-")
            session.add(account)
            session.flush()
            self.agents[login] = Agent(account.id, login)
        if groups:
            self.do(teams.assign, account.id, groups, main, None, actor="system")
        self.there(login)
        return self.agents[login]

    def there(self, *logins: str) -> None:
        """Let a sign of life come from agents' pages; from everybody's when nobody is named."""
        for login in logins or self.agents:
            self.do(presence.beat, self.agents[login].id)

    def says(self, login: str, state: Presence) -> None:
        """Let an agent switch."""
        agent = self.agents[login]
        self.do(presence.switch, agent.id, state, actor=f"agent:{agent.id}")

    def customer(
        self,
        name: str,
        reason: str | None = "requested",
        *,
        intent: str | None = None,
        customer_id: str | None = None,
        mood: str = "",
    ) -> str:
        """Let a customer come, and ask for a person unless there is no reason; return the conversation."""
        with self.database.write() as session:
            conversation = threads.find_or_open(session, "web", name)
            conversation.name, conversation.customer_id = name, customer_id
            nlu = {"intent": "complain", "mood": mood} if mood else None
            timeline.append(session, conversation, Author.CUSTOMER, "在吗", body={"nlu": nlu} if nlu else {})
            if reason:
                handoff.request(session, conversation.id, reason, intent)
            return conversation.id

    def take(self, conversation_id: str, login: str) -> Conversation:
        """Let an agent take a conversation."""
        return self.do(handoff.take, conversation_id, self.agents[login])

    def close(self, conversation_id: str, login: str) -> None:
        """Let an agent end a conversation."""
        self.do(handoff.close, conversation_id, self.agents[login])

    def sweep(self) -> None:
        """Do one round, with every page that was open still open."""
        sweep.sweep(self.database)

    def row(self, conversation_id: str) -> Assignment:
        """Return the newest assignment of a conversation."""
        with self.database.read() as session:
            mine = select(Assignment).where(Assignment.conversation_id == conversation_id)
            found = session.scalars(mine.order_by(Assignment.handoff_id.desc())).first()
            assert found is not None
            session.expunge(found)
            return found

    def offered(self, conversation_id: str) -> str | None:
        """Return the log-in of whom a conversation is offered to."""
        row = self.row(conversation_id)
        names = {agent.id: login for login, agent in self.agents.items()}
        return names.get(row.offered_to or 0) if row.stage == Stage.OFFERED else None

    def state(self, login: str) -> str:
        """Return what an agent says of himself."""
        return self.do(presence.said, self.agents[login].id)

    def set(self, **fields: Any) -> None:
        """Change fields of the document; `first={...}` changes a group's."""

        def work(session: Session) -> None:
            body = current(session, Groups).model_dump()
            for group in body["groups"]:
                group.update(fields.pop(group["key"], {}))
            body.update(fields)
            save(session, Groups.model_validate(body), seen=version(session, Groups), actor="system")

        self.do(work)

    def said(self, conversation_id: str, *, internal: bool = False) -> list[str]:
        """Return what the customer reads of what was said to him; with `internal` what agents read."""
        with self.database.read() as session:
            entries = timeline.entries(session, conversation_id, internal=internal)
            return [entry.text for entry in entries if entry.author != Author.CUSTOMER]

    def audit(self) -> list[str]:
        """Return what the audit has, in order."""
        with self.database.read() as session:
            return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


class Clock:
    """A frozen clock that a test moves."""

    def __init__(self, moment: datetime) -> None:
        self.now = moment
        self._frozen = clock.frozen(moment)
        self._frozen.__enter__()

    def later(self, seconds: float) -> None:
        """Go on."""
        self.go(self.now + timedelta(seconds=seconds))

    def go(self, moment: datetime) -> None:
        """Go to a moment."""
        self._frozen.__exit__(None, None, None)
        self.now = moment
        self._frozen = clock.frozen(moment)
        self._frozen.__enter__()

    def stop(self) -> None:
        """Let the real time count again."""
        self._frozen.__exit__(None, None, None)
