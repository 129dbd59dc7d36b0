"""Conversations as tables: what the customer says, what the bot answers, what the desk is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Chat, Heard
from desk_stub import TOKEN, DeskStub

FOLDER = Path(__file__).parent / "conversations"


def _all() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(FOLDER.glob("*.yml")):
        for conversation in yaml.safe_load(file.read_text(encoding="utf-8")):
            yield f"{file.stem}: {conversation['name']}", conversation


ALL = dict(_all())


@pytest.mark.parametrize("name", ALL)
def test_conversation(name: str, chat: Chat, stub: DeskStub) -> None:
    conversation = ALL[name]
    for key, value in conversation.get("desk", {}).items():
        setattr(stub, key, value)
    for says, hears, *more in conversation["talk"]:
        detail = more[0] if more else {}
        heard = chat.press(says[1:-1]) if says.startswith("[") else chat.say(says, nlu=detail.get("nlu"))
        _check(says, heard, hears, detail)
    for what, body in conversation.get("asked", {}).items():
        assert stub.asked(what)[-1] == body
    assert {call.token for call in stub.calls} <= {TOKEN}
    assert all(call.key.startswith(f"{chat.sender}:") for call in stub.calls)


def test_there_are_enough() -> None:
    assert len(ALL) >= 40


def _check(says: str, heard: Heard, hears: str, more: dict[str, Any]) -> None:
    either: list[list[str]] = [[f"utter_{name}" for name in one.split(" + ")] for one in hears.split(" | ")]
    assert heard.names in either, f"{says} → {heard.texts}"
    assert not heard.silent_actions
    assert all(heard.texts), says
    assert "{" not in heard.text, heard.text
    if "buttons" in more:
        assert [button["title"] for button in heard.buttons] == more["buttons"]
    if "cards" in more:
        assert len(heard.cards) == more["cards"]
    if "text" in more:
        assert more["text"] in heard.text
    for button in heard.buttons:
        assert button["payload"].startswith(("/", "desk:"))
        assert "{{" not in button["payload"]
        assert "None" not in button["payload"]
