import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.event_log import Event, EventLog

START: Event = {"event": "session_started"}
LISTEN: Event = {"event": "action", "name": "action_listen"}


def said(message_id: str) -> Event:
    return {"event": "user", "message_id": message_id, "text": "卡密没到 🙂"}


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    return EventLog(str(tmp_path / "new" / "trackers.db"))


def append(log: EventLog, *events: Event, sender: str = "a") -> int:
    return log.append(sender, list(events), dict)


def test_only_new_events_are_added(log: EventLog) -> None:
    assert append(log, LISTEN, START, said("m1")) == 3
    assert append(log, START, said("m1"), LISTEN) == 1  # what retrieve gave, and one more
    assert log.everything("a") == [LISTEN, START, said("m1"), LISTEN]


def test_latest_session_begins_at_its_start(log: EventLog) -> None:
    append(log, LISTEN, START, said("m1"))
    append(log, START, said("m1"), START, said("m2"))
    assert log.latest_session("a") == [START, said("m2")]
    assert append(log, START, said("m2"), LISTEN) == 1
    assert log.everything("a") == [LISTEN, START, said("m1"), START, said("m2"), LISTEN]


def test_conversations_are_apart(log: EventLog) -> None:
    append(log, START, said("m1"))
    append(log, START, sender="b")
    assert log.latest_session("b") == [START]
    assert log.latest_session("c") == []
    assert sorted(log.senders()) == ["a", "b"]


def test_a_turn_begins_at_its_message(log: EventLog) -> None:
    append(log, START, said("m1"), LISTEN, said("m2"))
    assert log.since_message("a", "m1") == [said("m1"), LISTEN, said("m2")]
    assert log.since_message("a", "m3") == log.since_message("b", "m1") == []


def test_a_failed_append_leaves_nothing(log: EventLog) -> None:
    with pytest.raises(KeyError):
        log.append("a", [START, {"no": "event"}], dict)
    assert log.everything("a") == []
    assert append(log, START) == 1


def test_two_processes_on_one_file(tmp_path: Path) -> None:
    path = str(tmp_path / "t.db")
    one, two = EventLog(path), EventLog(path)
    append(one, START)
    append(two, START, said("m1"))
    assert one.latest_session("a") == [START, said("m1")]


WRITER = """
import sys
from bot.event_log import EventLog
log = EventLog(sys.argv[1])
events = []
while True:
    events.append({"event": "user", "message_id": f"m{len(events)}"})
    log.append("a", events, dict)
    print(len(events), flush=True)
"""


def test_what_was_stored_survives_kill_9(tmp_path: Path) -> None:
    path = str(tmp_path / "t.db")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writer = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True, env=env)
    assert writer.stdout is not None
    reported = 0
    while reported < 50:
        reported = int(writer.stdout.readline())
    writer.send_signal(signal.SIGKILL)
    reported = int(([str(reported), *writer.stdout.read().split()])[-1])
    writer.wait()
    stored = EventLog(path).everything("a")
    assert len(stored) >= reported
    assert stored == [{"event": "user", "message_id": f"m{i}"} for i in range(len(stored))]


def test_a_forgotten_conversation_is_gone_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "trackers.db"
    log = EventLog(str(path))
    for sender in ("c_1.1", "c_1.2", "c_12.1", "c_1"):
        append(log, START, said(f"秘密{sender}"), sender=sender)
    assert (log.forget("c_1"), log.forget("c_1")) == (4, 0)
    assert sorted(log.senders()) == ["c_1", "c_12.1"]
    log.close()
    assert "秘密c_1.2".encode() not in path.read_bytes()
