"""Retrieval intents (`faq/register`): one classifier names them all, and says so as Rasa's ResponseSelector does.

Rasa keeps such an intent in two parts, `faq` and `faq/register`; its own action `utter_faq` reads the second from
the message's `response_selector`. The stock selector is DIET, for what the classifier knows already.
"""

from __future__ import annotations

from typing import Any, Sequence

from rasa.shared.nlu.constants import FULL_RETRIEVAL_INTENT_NAME_KEY, INTENT, INTENT_RESPONSE_KEY
from rasa.shared.nlu.training_data.message import Message

SEPARATOR = "/"


def full_name(example: Message) -> str:
    """Returns the label of a training example: `faq/register` for a retrieval intent, else its intent."""
    return str(example.get(INTENT_RESPONSE_KEY) or example.get(INTENT))


def ranked(name: str, confidence: float) -> dict[str, Any]:
    """Makes an entry of `intent` and `intent_ranking`.

    Args:
        name: The full name.
        confidence: From 0 to 1.

    Returns:
        The entry; of a retrieval intent with the full name beside the short one.
    """
    base, separator, _ = name.partition(SEPARATOR)
    entry: dict[str, Any] = {"name": base, "confidence": confidence}
    return {**entry, FULL_RETRIEVAL_INTENT_NAME_KEY: name} if separator else entry


def selection(ranking: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """Makes the `response_selector` of a message.

    Args:
        ranking: Full names with confidence, best first.

    Returns:
        What Rasa's ResponseSelector would output; empty where the data has no retrieval intents.
    """
    known = [(name, confidence) for name, confidence in ranking if SEPARATOR in name]
    bases = list(dict.fromkeys(name.partition(SEPARATOR)[0] for name, _ in known))
    selected: dict[str, Any] = {"all_retrieval_intents": bases} if bases else {}
    for base in bases:
        own = [(name, confidence) for name, confidence in known if name.startswith(base + SEPARATOR)]
        name, confidence = own[0]
        response = {
            "responses": None,
            "confidence": confidence,
            "intent_response_key": name,
            "utter_action": f"utter_{name}",
        }
        listed = [{"confidence": c, "intent_response_key": n} for n, c in own]
        selected[base] = {"response": response, "ranking": listed}
    return selected
