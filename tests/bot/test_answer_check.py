"""What passes at a glance passes Rasa's schema too; what does not is judged by Rasa."""

from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot import answer_check
from bot.channel import DeskInput

SLOT = {"event": "slot", "name": "topic", "value": None, "timestamp": None}
SAID = {"text": None, "response": "utter_greet", "buttons": [], "custom": {}}
ASIDE = {"event": "action_execution_rejected", "name": "case_form", "policy": None, "confidence": None}

PLAIN: list[Any] = [
    {"events": [SLOT, {**SLOT, "value": {"any": ["thing"]}}], "responses": [SAID]},
    {"events": [{"event": "active_loop", "name": None, "timestamp": None}], "responses": []},
    {"events": [ASIDE, {**SLOT, "timestamp": 1.5, "metadata": {"a": 1}}], "responses": []},
    {"events": [{"event": kind} for kind in sorted(answer_check.BARE_EVENTS)]},
    {"responses": [SAID]},
    {},
]
RIGHT_BUT_NOT_PLAIN: list[Any] = [
    {"events": [{"event": "user", "text": "x", "parse_data": {}}]},
    {"events": [{"event": "bot", "text": "x"}]},
]
WRONG: list[Any] = [
    None,
    [],
    {"events": {}},
    {"events": [SLOT], "responses": "hello"},
    {"events": [SLOT], "responses": ["hello"]},
    {"events": ["slot"]},
    {"events": [{}]},
    {"events": [{"event": "unheard_of"}]},
    {"events": [{"event": ["slot"]}]},
    {"events": [{"event": "slot", "name": "topic"}]},
    {"events": [{"event": "slot", "value": 1}]},
    {"events": [{**SLOT, "name": None}]},
    {"events": [{**SLOT, "timestamp": "now"}]},
    {"events": [{**SLOT, "timestamp": True}]},
    {"events": [{**SLOT, "metadata": []}]},
    {"events": [SLOT, {"event": "restart", "timestamp": "now"}]},
]


@pytest.fixture
def action(monkeypatch: pytest.MonkeyPatch) -> RemoteAction:
    """An action whose answers are checked as in the running bot."""
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RemoteAction._validate_action_result)
    monkeypatch.setenv("KAMIDESK_BOT_TOKEN", "x")
    for _ in range(2):
        DeskInput.from_credentials({})
    return RemoteAction("action_case", None)


@pytest.mark.parametrize("answer", PLAIN)
def test_plain_answers_pass_at_a_glance_and_would_pass_with_rasa(answer: Any) -> None:
    assert answer_check.plainly_right(answer)
    assert RemoteAction("action_case", None)._validate_action_result(answer)


@pytest.mark.parametrize("answer", RIGHT_BUT_NOT_PLAIN)
def test_other_right_answers_are_left_to_rasa(action: RemoteAction, answer: Any) -> None:
    assert not answer_check.plainly_right(answer)
    assert action._validate_action_result(answer)


def test_the_glance_comes_first(action: RemoteAction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemoteAction, "action_response_format_spec", lambda: pytest.fail("Rasa's schema was read"))
    assert action._validate_action_result(PLAIN[0])


@pytest.mark.parametrize("answer", WRONG)
def test_wrong_answers_fail_with_rasas_own_error(action: RemoteAction, answer: Any) -> None:
    assert not answer_check.plainly_right(answer)
    with pytest.raises(ValidationError, match="Failed to validate Action server response"):
        action._validate_action_result(answer)
