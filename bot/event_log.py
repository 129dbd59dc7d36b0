"""Conversations' events in one SQLite file: append, read a session, read a turn. Knows nothing of Rasa.

WAL with one kept connection: a commit is an append to the log, and what was committed is there after a kill -9.
`session` counts session starts within a conversation, so that the latest session is read by an index.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from itertools import islice
from pathlib import Path
from typing import Any, Callable, Iterable, TypeVar

Event = dict[str, Any]
T = TypeVar("T")

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY,
    sender_id TEXT NOT NULL,
    session INTEGER NOT NULL,
    message_id TEXT, -- of user events only
    data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_session ON events (sender_id, session);
CREATE INDEX IF NOT EXISTS events_message ON events (sender_id, message_id) WHERE message_id IS NOT NULL;
"""
LATEST = "(SELECT COALESCE(MAX(session), 0) FROM events WHERE sender_id = :sender)"
WAIT_SECONDS = 5.0  # for another process (rasa shell on the same file) to finish its commit


class EventLog:
    """The file.

    Args:
        path: Where it is or will be; `:memory:` keeps everything in this process.
    """

    def __init__(self, path: str) -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        self._lock = threading.Lock()  # rasa interactive asks from another thread
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA)

    def append(self, sender: str, events: Iterable[T], as_dict: Callable[[T], Event]) -> int:
        """Adds what is new of a conversation, in one transaction.

        Args:
            sender: Conversation.
            events: All events since the latest stored session start; those stored already come first.
            as_dict: Gives an event's stored form; asked for the new ones only.

        Returns:
            How many were new.
        """
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                query = f"SELECT {LATEST}, COUNT(*) FROM events WHERE sender_id = :sender AND session = {LATEST}"
                session, stored = self._db.execute(query, {"sender": sender}).fetchone()
                rows = []
                for event in map(as_dict, islice(events, stored, None)):
                    session += event["event"] == "session_started"
                    message = event.get("message_id") if event["event"] == "user" else None
                    rows.append((sender, session, message, json.dumps(event, ensure_ascii=False)))
                insert = "INSERT INTO events (sender_id, session, message_id, data) VALUES (?, ?, ?, ?)"
                self._db.executemany(insert, rows)
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        return len(rows)

    def latest_session(self, sender: str) -> list[Event]:
        """Reads the events since the latest session start, oldest first."""
        return self._read(f"sender_id = :sender AND session = {LATEST}", {"sender": sender})

    def everything(self, sender: str) -> list[Event]:
        """Reads all events of a conversation, oldest first."""
        return self._read("sender_id = :sender", {"sender": sender})

    def since_message(self, sender: str, message_id: str) -> list[Event]:
        """Reads the events from a user's message on, oldest first; none if the message is not stored."""
        first = "SELECT MIN(id) FROM events WHERE sender_id = :sender AND message_id = :message"
        return self._read(f"sender_id = :sender AND id >= ({first})", {"sender": sender, "message": message_id})

    def senders(self) -> list[str]:
        """Lists all conversations."""
        return [row[0] for row in self._fetch("SELECT DISTINCT sender_id FROM events", {})]

    def forget(self, conversation: str) -> int:
        """Deletes all events of a conversation, whatever its generation ("c_1.1", "c_1.2"), also from the file's pages.

        Args:
            conversation: Sender id without the generation.

        Returns:
            How many there were.
        """
        # "/" comes right after ".": the range is what begins with "c_1.", by the index.
        span = {"first": f"{conversation}.", "end": f"{conversation}/"}
        with self._lock:
            self._db.execute("PRAGMA secure_delete = ON")
            return self._db.execute("DELETE FROM events WHERE sender_id >= :first AND sender_id < :end", span).rowcount

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    def _read(self, where: str, values: dict[str, str]) -> list[Event]:
        return [json.loads(row[0]) for row in self._fetch(f"SELECT data FROM events WHERE {where} ORDER BY id", values)]

    def _fetch(self, query: str, values: dict[str, str]) -> Iterable[tuple[str]]:
        with self._lock:
            return self._db.execute(query, values).fetchall()
