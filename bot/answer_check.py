"""Lets the action server's answers pass without Rasa's schema check where they are plainly right.

Rasa compiles and checks a JSON schema anew for each answer: 38 ms for an answer with a dozen slots, three to five times
in a turn with a form. What our actions return can be judged at a glance; anything else still goes to Rasa's own check,
with Rasa's own errors.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import RemoteAction

# Events for which Rasa's schema asks nothing but what all events have.
BARE_EVENTS = {"active_loop", "action_execution_rejected", "followup", "restart"}


def install() -> None:
    """Puts the glance before Rasa's check; doing so twice is doing it once."""
    rasas_own = RemoteAction._validate_action_result
    if rasas_own.__module__ == __name__:
        return

    def _validate_action_result(self: RemoteAction, result: Any) -> bool:
        return plainly_right(result) or rasas_own(self, result)

    RemoteAction._validate_action_result = _validate_action_result


def plainly_right(answer: Any) -> bool:
    """Says whether an answer is one that Rasa's schema lets pass.

    Args:
        answer: The action server's, decoded.

    Returns:
        True only if it is; False also means "not plain, let Rasa see".
    """
    if not isinstance(answer, dict):
        return False
    events, responses = answer.get("events", []), answer.get("responses", [])
    return (
        isinstance(events, list)
        and isinstance(responses, list)
        and all(isinstance(response, dict) for response in responses)
        and all(_plain(event) for event in events)
    )


def _plain(event: Any) -> bool:
    if not isinstance(event, dict):
        return False
    timestamp, metadata = event.get("timestamp"), event.get("metadata")
    if not (timestamp is None or type(timestamp) in (int, float)) or not (metadata is None or type(metadata) is dict):
        return False
    kind = event.get("event")
    if kind == "slot":
        return isinstance(event.get("name"), str) and "value" in event
    return isinstance(kind, str) and kind in BARE_EVENTS
