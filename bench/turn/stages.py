"""Where the time of Kamidesk's turns goes, from the moments that the product records anyway: nothing is switched on."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

from bench.turn.system import Answered

STAGES = (
    "POST to stored in the inbox",
    "stored to understood: commit, wake-up, claim, request to the bot, tracker read, NLU",
    "understood to last action: policies, action server and what it asks the desk",
    "last action to replies written: tracker stored, answer to the desk",
    "replies written to reply event: commit, wake-up, stream",
)


def medians(state: Path, turns: Sequence[Answered]) -> dict[str, float]:
    """Return the median milliseconds of each stage; single talks only, where nothing waits for a place.

    Args:
        state: the state folder of the product, with its two databases.
        turns: as the client saw them.
    """
    with sqlite3.connect(state / "desk.db") as desk, sqlite3.connect(state / "tracker.db") as trackers:
        rows = [_moments(desk, trackers, turn) for turn in turns if not turn.at_once]
    spans = [[after - before for before, after in pairwise(row)] for row in rows]
    return {stage: median(row[at] for row in spans) * 1000 for at, stage in enumerate(STAGES)}


def _moments(desk: sqlite3.Connection, trackers: sqlite3.Connection, turn: Answered) -> list[float]:
    """Return the six moments between which the stages lie, in seconds of the wall clock."""
    query = "SELECT conversation_id, turn, received_at, done_at FROM inbox WHERE entry_id = ?"
    conversation, message, received, done = desk.execute(query, (turn.entry,)).fetchone()
    query = """
        SELECT data FROM events WHERE sender_id LIKE ? || '.%' AND id >=
        (SELECT MIN(id) FROM events WHERE sender_id LIKE ? || '.%' AND message_id = ?) ORDER BY id
    """
    events = [json.loads(row[0]) for row in trackers.execute(query, (conversation, conversation, message))]
    ends = next((at for at, event in enumerate(events) if at and _is_next(event, message)), len(events))
    understood, acted = events[0]["timestamp"], events[ends - 1]["timestamp"]
    return [turn.sent, _seconds(received), understood, acted, _seconds(done), turn.sent + turn.seconds]


def _is_next(event: dict[str, object], message: str) -> bool:
    return event["event"] == "user" and event.get("message_id") != message


def _seconds(stored: str) -> float:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC).timestamp()
