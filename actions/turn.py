"""One customer message in its conversation, as the actions read it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from actions import reading

FORM = "case_form"


class Turn:
    """A reader over the SDK's tracker.

    Attributes:
        text: what the customer wrote; a payload when a button was pressed.
        acted: actions that have run since the message.
        number: how many messages the customer has sent.
        at: when the message came, in seconds.
        question: which `faq/…` is meant, by the NLU or by a button; None for other intents.
        mood: calm, anxious or angry.
        profile: novice, merchant or vip, as the desk says; empty where nothing is known.
        doubt: the NLU's doubt: {"band": "ask" or "unknown", "candidates": intents}; None where it did not say.
    """

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        message = tracker.latest_message
        self.sender: str = tracker.sender_id
        self.text: str = message.get("text") or ""
        self.message_id: str = message.get("message_id") or ""
        self.intent: str = (message.get("intent") or {}).get("name") or ""
        self.confidence: float = (message.get("intent") or {}).get("confidence") or 0.0
        self.ranking: list[dict[str, Any]] = message.get("intent_ranking") or []
        self._entities: list[dict[str, Any]] = message.get("entities") or []
        self.question = self.entity("question") or _subintent(message.get("intent") or {})
        self.mood: str = (message.get("mood") or {}).get("name") or "calm"
        self.doubt: dict[str, Any] | None = message.get("doubt")
        self.profile: str = str((message.get("metadata") or {}).get("profile") or "")
        self._wants_human: bool | None = message.get("wants_human")
        self.number, self.at, self.acted = _story(tracker.events)

    @property
    def pressed(self) -> bool:
        """Whether a button was pressed: the channel neutralises a slash that somebody types."""
        return self.text.startswith("/")

    @property
    def written(self) -> str:
        """What the customer wrote; empty when a button was pressed."""
        return "" if self.pressed else self.text

    @property
    def wants_human(self) -> bool:
        """Whether a person is wanted, whatever else the message says."""
        known = self._wants_human
        if known is None:
            return reading.wants_person(self.written)
        # The NLU hears a wish in many a tone; without a word for a person it is none.
        return known and not self.pressed and reading.names_person(self.written)

    @property
    def in_form(self) -> bool:
        """Whether a case is being asked about."""
        return bool(self._tracker.active_loop_name == FORM)

    @property
    def fresh(self) -> bool:
        """Whether nothing has reacted to the message yet but the form itself."""
        return self.in_form and set(self.acted) <= {FORM}

    @property
    def requested(self) -> str | None:
        """The slot that was asked for."""
        return self.slot("requested_slot") if self.in_form else None

    def slot(self, name: str) -> Any:
        """Return a slot's value."""
        return self._tracker.slots.get(name)

    def entities(self, name: str) -> list[str]:
        """Return the values of an entity in the message, in order, each once."""
        found = [str(each["value"]) for each in self._entities if each.get("entity") == name and each.get("value")]
        return list(dict.fromkeys(found))

    def entity(self, name: str) -> str | None:
        """Return the first value of an entity."""
        return next(iter(self.entities(name)), None)

    def product_ids(self) -> list[str]:
        """Return the catalogue ids of the products in the message, where the NLU knows them."""
        found = [str(no) for each in self._entities if each.get("entity") == "product" for no in each.get("ids") or []]
        return list(dict.fromkeys(found))

    def said(self, name: str) -> list[str]:
        """Return an entity's words as written, without synonyms or catalogue ids in their place."""
        found = [each for each in self._entities if each.get("entity") == name and isinstance(each.get("start"), int)]
        return [self.text[each["start"] : each["end"]] for each in found] if not self.pressed else []

    def turns_with(self, action: str) -> int:
        """Return how many of the customer's last messages in a row ran into `action`, this one not counted."""
        runs, count = _runs(self._tracker.events), 0
        for names in reversed(runs[:-1]):
            if action not in names:
                break
            count += 1
        return count


def _subintent(intent: dict[str, Any]) -> str | None:
    return (intent.get("full_retrieval_intent_name") or "").partition("/")[2] or None


def _story(events: list[dict[str, Any]]) -> tuple[int, float, list[str]]:
    number, at = 0, 0.0
    acted: list[str] = []
    for event in events:
        if event["event"] == "user":
            number, at, acted = number + 1, float(event.get("timestamp") or 0.0), []
        elif event["event"] == "action":
            acted.append(event["name"])
    return number, at, acted


def _runs(events: list[dict[str, Any]]) -> list[list[str]]:
    runs: list[list[str]] = []
    for event in events:
        if event["event"] == "user":
            runs.append([])
        elif event["event"] == "action" and runs:
            runs[-1].append(event["name"])
    return runs
