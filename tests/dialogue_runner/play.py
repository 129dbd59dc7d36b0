"""Plays a sample: says what it says, waits for the answers, and keeps both in a form that may be printed."""

import json
import sqlite3
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import select

from desk.conversations import view
from desk.conversations.model import Conversation, Entry, InboxMessage, Owner
from desk.routing import presence
from desk.staff.service import by_login
from tests.dialogue_runner.ageing import age
from tests.dialogue_runner.facts import Facts
from tests.dialogue_runner.sample import Turn
from tests.dialogue_runner.stage import Stage
from tests.support.colleague import Colleague
from tests.support.stack import Stack

AGENT = "zhuguan"  # may take cases of risk and funds, too


class Stuck(Exception):
    """A turn cannot be played; the message says why."""


@dataclass
class Played:
    """One turn and what came of it.

    Attributes:
        heard: the replies as the customer sees them, card keys included: for comparing only.
        shown: everything of this turn in a form that may be printed.
        nlu: what the bot understood: intent, confidence; mood and wants_human where the bot tells them.
    """

    turn: Turn
    heard: list[dict[str, Any]] = field(default_factory=list, repr=False)
    shown: list[dict[str, Any]] = field(default_factory=list)
    nlu: dict[str, Any] = field(default_factory=dict)


class Player:
    """Plays the turns of one sample."""

    def __init__(self, stack: Stack, stage: Stage, facts: Facts) -> None:
        self._stack, self._stage, self._facts = stack, stage, facts
        self._agent: Colleague | None = None

    def play(self, turn: Turn) -> Played:
        """Play one turn.

        Raises:
            Stuck: no such button or card, or nobody answers.
            Unfilled: a placeholder stands for nothing now.
        """
        self._staffed()
        after = self._last_seq()
        if turn.act == "waits":
            age(self._stack, self._stage, turn.time)
            return Played(turn)
        if turn.act == "agent":
            self._act(turn)
        elif turn.act == "says":
            for text in turn.texts:
                self._send(text=self._facts.filled(text))
        elif turn.act == "press":
            self._send(button=self._button(self._facts.filled(turn.texts[0])))
        else:
            self._send(button=self._card(self._stage.orders[turn.texts[0]]))
        self._settle()
        heard = [one for one in self._stage.customer.since(after) if one["from"] != "customer"]
        return Played(turn, heard, self._shown(after), self._understood(after))

    def _staffed(self) -> None:
        """Let the supervisor's page be open: samples happen on a working day. Supervisors are offered nothing."""
        with self._stack.database.write() as session:
            presence.beat(session, by_login(session, AGENT).id)

    def _send(self, **message: str) -> None:
        customer = self._stage.customer
        sent = customer.post(**message)
        while sent.status_code == 429:  # a sample types faster than a person may
            time.sleep(float(sent.json().get("retry_after") or 1))
            sent = customer.post(**message)
        if sent.status_code != 202:
            raise Stuck(f"the desk refused the message: {_error(sent)}")

    def _button(self, title: str) -> str:
        titles: list[str] = []
        for entry in reversed(self._stage.customer.history()):
            for button in entry["buttons"]:
                if button["title"] == title:
                    return str(button["id"])
                titles.append(button["title"])
        raise Stuck(f"there is no button {title!r}; there are: {', '.join(dict.fromkeys(titles)) or 'none'}")

    def _card(self, order_no: str) -> str:
        cards = [card for entry in reversed(self._stage.customer.history()) for card in entry["cards"]]
        for card in cards:
            if card.get("order_no") == order_no and card.get("select"):
                return str(card["select"]["id"])
        raise Stuck(f"there is no card of this order to pick; {sum('select' in c for c in cards)} others were shown")

    def _act(self, turn: Turn) -> None:
        agent = self._agent = self._agent or Colleague(
            httpx.Client(base_url=self._stack.url, timeout=30, trust_env=False), AGENT, self._stack.password
        )
        conversation = self._stage.conversation
        if turn.does == "answer":
            if self._owner() != Owner.AGENT:
                _done(agent.does(conversation, "take"))
            _done(agent.answers(conversation, self._facts.filled(turn.texts[0])))
        else:
            _done(agent.does(conversation, turn.does))

    def _settle(self, patience: float = 40) -> None:
        """Wait until everything that was said has been dealt with."""
        waiting = select(InboxMessage.id).where(
            InboxMessage.conversation_id == self._stage.conversation, InboxMessage.done_at.is_(None)
        )
        deadline = time.monotonic() + patience
        while True:
            with self._stack.database.read() as session:
                if session.scalar(waiting.limit(1)) is None:
                    return
            if time.monotonic() > deadline:
                raise Stuck(f"nobody answered within {patience:.0f} seconds")
            time.sleep(0.03)

    def _owner(self) -> str:
        with self._stack.database.read() as session:
            return session.get_one(Conversation, self._stage.conversation).owner

    def _last_seq(self) -> int:
        with self._stack.database.read() as session:
            return session.get_one(Conversation, self._stage.conversation).last_seq

    def _shown(self, after: int) -> list[dict[str, Any]]:
        """Return the turn from the desk's own tables, where card keys are references, with these masked."""
        with self._stack.database.read() as session:
            mine = select(Entry).where(Entry.conversation_id == self._stage.conversation, Entry.seq > after)
            return [
                view.entry_json(session, entry, lambda text: self._stack.vault.mask(session, text), for_agent=True)
                for entry in session.scalars(mine.order_by(Entry.seq))
            ]

    def _understood(self, after: int) -> dict[str, Any]:
        with self._stack.database.read() as session:
            mine = select(Entry).where(
                Entry.conversation_id == self._stage.conversation, Entry.seq > after, Entry.author == "customer"
            )
            entries = list(session.scalars(mine.order_by(Entry.seq)))
            ids = [entry.id for entry in entries]
            turns = set(session.scalars(select(InboxMessage.turn).where(InboxMessage.entry_id.in_(ids))))
            found = next((dict(entry.body["nlu"]) for entry in entries if entry.body.get("nlu")), {})
        for turn in sorted(filter(None, turns)):
            parse = self._parse_data(turn)
            intent = parse.get("intent") or {}
            if found.get("intent", intent.get("name")) == intent.get("name"):  # faq is faq/register in full
                found["intent"] = intent.get("full_retrieval_intent_name") or intent.get("name")
            found["mood"] = (parse.get("mood") or {}).get("name")
            found["wants_human"] = parse.get("wants_human")
        return found

    def _parse_data(self, turn: str) -> dict[str, Any]:
        """Return what the bot's own memory holds of a message."""
        path = self._stack.state / "tracker.db"
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
        try:
            query = "SELECT data FROM events WHERE message_id = ? AND sender_id LIKE ? ORDER BY id LIMIT 1"
            row = database.execute(query, (turn, f"{self._stage.conversation}.%")).fetchone()
        finally:
            database.close()
        return dict(json.loads(row[0]).get("parse_data") or {}) if row else {}


def _done(answer: httpx.Response) -> None:
    if answer.status_code >= 400:
        raise Stuck(f"the agent could not do that: {_error(answer)}")


def _error(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"
