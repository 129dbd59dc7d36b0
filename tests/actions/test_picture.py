"""What is said to a picture, and that a form takes it neither for an answer nor for a failed one. Needs no model."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from desk_stub import DeskStub
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import steps_aside
from actions.folder import Folder
from actions.forms import ValidateCaseForm
from actions.picture import TakePicture
from actions.turn import FORM, Turn


def _tracker(in_form: bool, slots: dict[str, Any] | None = None, acted: tuple[str, ...] = ()) -> Tracker:
    message = {"text": "/send_picture", "intent": {"name": "send_picture", "confidence": 1.0}, "message_id": "m1"}
    events = [{"event": "user", "timestamp": 1.0}, *({"event": "action", "name": name} for name in acted)]
    return Tracker("c_1.1", slots or {}, message, events, False, None, {"name": FORM} if in_form else {}, "listen")


def _said(tracker: Tracker) -> list[tuple[str, dict[str, Any]]]:
    dispatcher = CollectingDispatcher()
    asyncio.run(TakePicture().run(dispatcher, tracker, {}))
    return [(each["response"], each) for each in dispatcher.messages]


@pytest.mark.parametrize(
    ("outcome", "in_form", "response"),
    [
        ("filed", False, "utter_picture_filed"),
        ("filed_again", False, "utter_picture_filed_again"),
        ("kept", False, "utter_picture_kept"),
        ("kept_again", False, "utter_picture_kept_again"),
        ("filed", True, "utter_picture_in_form"),
        ("kept", True, "utter_picture_in_form"),
    ],
)
def test_a_picture_is_answered_by_where_it_went(stub: DeskStub, outcome: str, in_form: bool, response: str) -> None:
    stub.answers["pictures/filed"] = f"picture/{outcome}"
    ((said, message),) = _said(_tracker(in_form))
    assert said == response
    assert message.get("ticket_no") == ("T20261121-0042" if outcome.startswith("filed") else None)
    assert stub.asked("pictures/filed") == [{}]


def test_the_same_turn_again_is_the_same_call(stub: DeskStub) -> None:
    _said(_tracker(False))
    _said(_tracker(False))
    assert len({call.key for call in stub.calls}) == 1


def test_a_desk_that_fails_hands_over(stub: DeskStub) -> None:
    stub.broken["pictures/filed"] = 500
    assert [said for said, _ in _said(_tracker(False))] == ["utter_desk_trouble_handed"]
    assert stub.handed


@pytest.mark.parametrize("slot", ["order_no", "proof", "card_keys", "ticket_no", "detail"])
def test_the_form_steps_aside_without_counting(stub: DeskStub, slot: str) -> None:
    slots = {"topic": "card_key_invalid", "requested_slot": slot, "tries": 1}
    turn = Turn(_tracker(True, slots))
    assert steps_aside(turn, Folder.of(turn), answered=False)
    events = asyncio.run(ValidateCaseForm().run(CollectingDispatcher(), _tracker(True, slots), {}))
    assert [each["name"] for each in events if each["event"] == "action_execution_rejected"] == [FORM]
    assert not [each for each in events if each.get("name") == "tries"]


def test_the_form_then_asks_again(stub: DeskStub) -> None:
    slots = {"topic": "card_key_invalid", "requested_slot": "order_no", "tries": 1}
    tracker = _tracker(True, slots, acted=(FORM, "action_picture"))
    events = asyncio.run(ValidateCaseForm().run(CollectingDispatcher(), tracker, {}))
    set_to = {each["name"]: each["value"] for each in events if each["event"] == "slot"}
    assert (set_to["requested_slot"], set_to["ask_note"]["note"], set_to["tries"]) == ("order_no", "again", 1)
