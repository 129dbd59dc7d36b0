"""A full database: conversations that have ended, and those that agents have open now. All of it is made up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from desk import clock
from desk.channels.web import identity
from desk.conversations.model import Author, Conversation, Entry, Handoff, HandoffState, Owner
from desk.db import Database
from desk.ids import digest, new_token
from desk.staff.model import StaffAccount, StaffSession
from desk.staff.roles import Role

_BATCH = 20_000
_WORDS = ("卡密没到", "订单号发您了", "好的，我看一下", "还是用不了", "已经帮您重新发了", "收到了，谢谢")
_WAITING = 100


@dataclass(frozen=True)
class Agent:
    """Somebody who works here: a signed-in browser."""

    id: int
    token: str
    csrf: str


@dataclass(frozen=True)
class Customer:
    """A customer with the widget open, in a conversation that an agent has."""

    conversation_id: str
    token: str
    agent: Agent


def history(database: Database, conversations: int, messages: int) -> None:
    """Add conversations that have ended, `messages` entries in all."""
    each = max(messages // max(conversations, 1), 1)
    now = clock.now()
    with database.write() as session:
        _rows(session, Conversation, (_ended(n, each, now - timedelta(minutes=n)) for n in range(conversations)))
        _rows(session, Entry, (_said(n, seq, now) for n in range(conversations) for seq in range(1, each + 1)))


def crowd(database: Database, agents: int, customers: int) -> list[Customer]:
    """Add agents and customers who talk with them right now, and some who wait; return the customers."""
    with database.write() as session:
        people = [_agent(session, n) for n in range(agents)]
        return [_customer(session, people[n % agents], waits=n >= customers) for n in range(customers + _WAITING)][
            :customers
        ]


def _rows(session: Session, table: type, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            session.execute(insert(table), batch)
            batch = []
    if batch:
        session.execute(insert(table), batch)


def _ended(n: int, length: int, at: Any) -> dict[str, Any]:
    return {
        "id": f"old{n}",
        "channel": "web",
        "peer": f"old{n}",
        "client": "",
        "name": "访客",
        "owner": Owner.CLOSED if n % 2 else Owner.BOT,
        "generation": 1,
        "last_seq": length,
        "read_seq": length,
        "created_at": at,
        "updated_at": at,
    }


def _said(n: int, seq: int, now: Any) -> dict[str, Any]:
    return {
        "id": f"old{n}.{seq}",
        "conversation_id": f"old{n}",
        "seq": seq,
        "at": now - timedelta(minutes=n, seconds=60 - seq),
        "author": (Author.CUSTOMER, Author.BOT)[seq % 2],
        "name": "",
        "kind": "text",
        "text": _WORDS[(n + seq) % len(_WORDS)],
        "body": {},
        "internal": False,
    }


def _agent(session: Session, n: int) -> Agent:
    account = StaffAccount(login=f"bench{n}", name=f"客服{n}", role=Role.AGENT, password_hash="none")
    session.add(account)
    session.flush()
    token, csrf, ends = new_token(), new_token(), clock.now() + timedelta(days=1)
    session.add(StaffSession(digest=digest(token), agent_id=account.id, csrf=csrf, expires_at=ends))
    return Agent(account.id, token, csrf)


def _customer(session: Session, agent: Agent, *, waits: bool) -> Customer:
    token, visitor = identity.open_session(session, None, None, "bench")
    conversation = session.get_one(Conversation, visitor.conversation_id)
    conversation.owner = Owner.QUEUED if waits else Owner.AGENT
    conversation.agent_id = None if waits else agent.id
    session.add(
        Handoff(
            conversation_id=conversation.id,
            reason="requested",
            priority="normal",
            rank=2,
            state=HandoffState.QUEUED if waits else HandoffState.TAKEN,
            agent_id=None if waits else agent.id,
            taken_at=None if waits else clock.now(),
        )
    )
    return Customer(conversation.id, token, agent)
