import asyncio
from pathlib import Path

import pytest
from rasa.core.tracker_store import TrackerStore, check_if_tracker_store_async
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import read_endpoint_config

from bot.tracker_store import SqliteTrackerStore, default_path

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet]
slots: {topic: {type: text, influence_conversation: false, mappings: [{type: custom}]}}
"""
)
TURN: list[Event] = [
    ActionExecuted("action_session_start"),
    SessionStarted(),
    ActionExecuted("action_listen"),
    UserUttered("卡密没到", {"name": "greet", "confidence": 0.9}, message_id="m1", input_channel="desk"),
    SlotSet("topic", "not_received"),
    BotUttered("您好", {"custom": {"cards": [{"type": "order"}]}}, {"utter_action": "utter_x"}),
]


@pytest.fixture
def store(tmp_path: Path) -> SqliteTrackerStore:
    return SqliteTrackerStore(DOMAIN, path=str(tmp_path / "t.db"))


def test_round_trip(store: SqliteTrackerStore) -> None:
    async def run() -> DialogueStateTracker | None:
        tracker = await store.get_or_create_tracker("a", append_action_listen=False)
        tracker.update_with_events(TURN, DOMAIN)
        await store.save(tracker)
        return await store.retrieve("a")

    tracker = asyncio.run(run())
    assert tracker is not None
    assert [e.as_dict() for e in tracker.events] == [e.as_dict() for e in TURN[1:]]
    assert tracker.get_slot("topic") == "not_received"
    assert tracker.latest_message is not None
    assert tracker.latest_message.message_id == "m1"


def test_turn_and_unknown_conversation(store: SqliteTrackerStore) -> None:
    async def run() -> None:
        await store.save(DialogueStateTracker.from_events("a", TURN, DOMAIN.slots))
        assert [e["event"] for e in await store.turn("a", "m1")] == ["user", "slot", "bot"]
        assert await store.turn("a", "m2") == []
        assert await store.retrieve("b") is None
        assert not await store.exists("b")
        assert list(await store.keys()) == ["a"]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("env", "path"),
    [
        ({}, "var/tracker.db"),
        ({"KAMIDESK_STATE_DIR": "/srv/state"}, "/srv/state/tracker.db"),
        ({"KAMIDESK_STATE_DIR": "/srv/state", "KAMIDESK_TRACKER_DB": ":memory:"}, ":memory:"),
    ],
)
def test_path(monkeypatch: pytest.MonkeyPatch, env: dict[str, str], path: str) -> None:
    for name in ("KAMIDESK_STATE_DIR", "KAMIDESK_TRACKER_DB"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert default_path() == path


@pytest.mark.parametrize("file", ["endpoints.yml", "bot/endpoints.yml"])
def test_rasa_finds_the_store(monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config, file: str) -> None:
    root = pytestconfig.rootpath.parent.parent
    monkeypatch.setenv("KAMIDESK_TRACKER_DB", ":memory:")
    monkeypatch.setenv("KAMIDESK_ACTIONS_URL", "http://127.0.0.1:1/webhook")
    made = TrackerStore.create(read_endpoint_config(str(root / file), "tracker_store"), DOMAIN)
    assert type(made).__name__ == "SqliteTrackerStore"  # Rasa falls back to memory where it does not find a class
    assert check_if_tracker_store_async(made)
