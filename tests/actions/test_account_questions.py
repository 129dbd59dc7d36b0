"""Each faq/… is answered, asked in words and by button."""

from __future__ import annotations

import pytest
from conftest import Chat

from actions.wording import intent_labels

QUESTIONS = [name for name in intent_labels() if name.startswith("faq/")]


@pytest.mark.parametrize("name", QUESTIONS)
def test_asked_in_words(chat: Chat, name: str) -> None:
    heard = chat.say(intent_labels()[name], nlu={"intent": name})
    assert heard.names == [f"utter_{name}"]
    assert heard.buttons


@pytest.mark.parametrize("name", QUESTIONS)
def test_chosen_in_doubt(chat: Chat, name: str) -> None:
    chat.say("那个", nlu={"intent": "nlu_fallback", "doubt": {"band": "ask", "candidates": [name, "urge"]}})
    assert chat.press(intent_labels()[name]).names == [f"utter_{name}"]


def test_there_are_all() -> None:
    assert len(QUESTIONS) == 14
