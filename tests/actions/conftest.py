"""The bot in one process: the trained model, the real actions, and the desk's stand-in over real HTTP."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
from desk_stub import TOKEN, DeskStub, StubServer
from outcome_table import ROOT

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from actions import composition
from actions.desk import Desk

# What a model is trained from; a finished model older than any of it is not used.
_SOURCES = ("domain.yml", "config.yml", "data", "bot/nlu")


@pytest.fixture(scope="session", autouse=True)
def _quiet() -> None:
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newest model if it is up to date, else one trained now."""
    changed = max(path.stat().st_mtime for name in _SOURCES for path in [ROOT / name, *(ROOT / name).rglob("*.*")])
    ready = [path for path in (ROOT / "models").glob("*.tar.gz") if path.stat().st_mtime > changed]
    if ready:
        return max(ready, key=lambda path: path.stat().st_mtime)
    out = Path(os.environ.get("KAMIDESK_TEST_MODELS") or tmp_path_factory.mktemp("models"))
    rasa = [sys.executable, "-m", "rasa", "train", "--out", str(out), "--fixed-model-name", "tests"]
    done = subprocess.run(rasa, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return out / "tests.tar.gz"


@pytest.fixture(scope="session")
def server() -> Iterator[StubServer]:
    """The stand-in's HTTP server."""
    running = StubServer()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def stub(server: StubServer, monkeypatch: pytest.MonkeyPatch) -> DeskStub:
    """A fresh desk, which the actions really call."""
    server.stub = DeskStub()
    client = Desk(server.url, TOKEN, timeout=2.5)
    monkeypatch.setattr(composition, "desk", lambda: client)
    return server.stub


class _InProcess(EndpointConfig):  # type: ignore[misc]
    """The action server without its HTTP: the SDK's own executor."""

    def __init__(self) -> None:
        super().__init__(url="http://in-process", selective_domain=True)  # no action reads the domain
        self.executor = ActionExecutor()
        self.executor.register_package("actions")

    async def request(self, *_: Any, json: dict[str, Any], **__: Any) -> Any:
        return await self.executor.run(json)


@contextmanager
def understood(agent: Agent, nlu: dict[str, Any]) -> Iterator[None]:
    """Lay what the NLU shall find over what it finds.

    Args:
        nlu: `intent` (a name, also `faq/register`) and any properties of a message: mood, wants_human, doubt …
    """
    processor = agent.processor
    assert processor
    parse = processor._parse_message_with_graph

    def overlaid(*args: Any, **kwargs: Any) -> dict[str, Any]:
        found = {**parse(*args, **kwargs), **{name: value for name, value in nlu.items() if name != "intent"}}
        if "intent" in nlu:
            found["intent"] = {"name": nlu["intent"].partition("/")[0], "confidence": 0.95}
        if "faq/" in nlu.get("intent", ""):
            found["response_selector"] = _selected(nlu["intent"])
        return found

    processor._parse_message_with_graph = overlaid  # type: ignore[method-assign]
    try:
        yield
    finally:
        processor._parse_message_with_graph = parse  # type: ignore[method-assign]


def _selected(intent: str) -> dict[str, Any]:
    """Return what Rasa's ResponseSelector says of a retrieval intent."""
    response = {"responses": [], "confidence": 0.95, "intent_response_key": intent, "utter_action": f"utter_{intent}"}
    return {"all_retrieval_intents": ["faq"], "faq": {"response": response, "ranking": []}}


@dataclass
class Heard:
    """The bot's replies to one message, by the responses they came from."""

    names: list[str]
    texts: list[str]
    buttons: list[dict[str, str]]
    cards: list[dict[str, Any]]
    silent_actions: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that was said."""
        return "\n".join(self.texts)


class Chat:
    """One customer's conversation."""

    def __init__(self, agent: Agent, loop: asyncio.AbstractEventLoop) -> None:
        self._agent, self._loop = agent, loop
        self.sender = f"c_{uuid.uuid4().hex[:12]}"
        self.last: Heard | None = None

    def say(self, text: str, message_id: str | None = None, nlu: dict[str, Any] | None = None) -> Heard:
        """Send a text or a payload and return what is heard.

        Args:
            nlu: what the NLU finds, in place of the trained one's findings of the same names; see `understood`.
        """
        channel = CollectingOutputChannel()
        said = UserMessage(text, channel, self.sender, message_id=message_id or uuid.uuid4().hex)
        with understood(self._agent, nlu or {}):
            self._loop.run_until_complete(self._agent.handle_message(said))
        self.last = _heard(self.tracker())
        return self.last

    def press(self, title: str) -> Heard:
        """Press a button of the last reply, or a card's."""
        assert self.last
        shown = [*self.last.buttons, *(card["select"] for card in self.last.cards if "select" in card)]
        payloads = [each["payload"] for each in shown if each["title"] == title]
        assert payloads, f"no button {title} among {[each['title'] for each in shown]}"
        return self.say(payloads[0])

    def tracker(self) -> DialogueStateTracker:
        """Return the conversation as Rasa keeps it."""
        return self._loop.run_until_complete(self._agent.tracker_store.retrieve(self.sender))

    def slot(self, name: str) -> Any:
        """Return a slot's value."""
        return self.tracker().get_slot(name)


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The loop that Rasa lives in."""
    running = asyncio.new_event_loop()
    asyncio.set_event_loop(running)
    yield running
    running.close()


@pytest.fixture(scope="session")
def agent(model: Path, loop: asyncio.AbstractEventLoop) -> Agent:
    """The loaded model."""
    return Agent.load(str(model), action_endpoint=_InProcess())


@pytest.fixture
def chat(agent: Agent, loop: asyncio.AbstractEventLoop, stub: DeskStub) -> Chat:
    """A new conversation with a desk that works."""
    return Chat(agent, loop)


def _heard(tracker: DialogueStateTracker) -> Heard:
    events = list(tracker.events)
    start = max(at for at, event in enumerate(events) if isinstance(event, UserUttered))
    bots = [event for event in events[start:] if isinstance(event, BotUttered)]
    custom = [event.data.get("custom") or {} for event in bots]
    return Heard(
        [event.metadata.get("utter_action") or "?" for event in bots],
        [event.text or "" for event in bots],
        [button for event in bots for button in event.data.get("buttons") or []],
        [card for each in custom for card in each.get("cards", [])],
        _silent(events[start:]),
    )


def _silent(events: list[Any]) -> list[str]:
    """Return custom actions that left no event: the channel takes them for dead."""
    pairs = zip(events, [*events[1:], None], strict=True)
    return [
        each.action_name
        for each, after in pairs
        if isinstance(each, ActionExecuted)
        and each.action_name.startswith("action_")
        and each.action_name not in {"action_listen", "action_session_start", "action_deactivate_loop"}
        and (after is None or isinstance(after, ActionExecuted))
    ]
