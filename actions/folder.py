"""What is known about the case at hand: the form's slots, changed in one place and written back as events."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from rasa_sdk.events import EventType, SlotSet

from actions.table import CASES, Case
from actions.turn import Turn

WAY_OUT, ENOUGH = 2, 3  # failed answers after which a way out is shown, and a person called
_LOCAL = {"proof"}


@dataclass
class Folder:
    """The case's slots; `proof` lives for one turn only and is never stored.

    Attributes:
        candidate: an order number that was named and not yet proven to be the customer's.
        order_no: a proven one.
        card_keys: references of keys; an empty list when the customer has none to give.
        tries: failed answers in this case.
        ask_note: how the next question is worded: {"note", "facts"}.
        details: what the customer has answered to the desk's own questions, by name.
        answer: the desk's last answer in this case: its question, or what it came to.
        case_end: why the form ends without an answer to look up: {"why", "facts"}.
    """

    topic: str | None = None
    candidate: str | None = None
    order_no: str | None = None
    card_keys: list[str] | None = None
    ticket_no: str | None = None
    choice: str | None = None
    details: dict[str, str] | None = None
    answer: dict[str, Any] | None = None
    tries: float = 0
    ask_note: dict[str, Any] | None = None
    case_end: dict[str, Any] | None = None
    proof: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, turn: Turn) -> Folder:
        """Return the folder as the slots have it."""
        names = [each.name for each in fields(cls) if each.name not in _LOCAL]
        found = {name: turn.slot(name) for name in names}
        return cls(**{**found, "tries": found["tries"] or 0})

    @property
    def case(self) -> Case:
        """How the topic is handled; nothing is asked for an unknown one."""
        return CASES.get(self.topic or "", Case(None, response="utter_loose_data"))

    @property
    def asks(self) -> str:
        """The detail that the desk has asked for."""
        return str((self.answer or {}).get("asks") or "")

    @property
    def note(self) -> str | None:
        """The wording chosen for the next question."""
        return (self.ask_note or {}).get("note")

    def word(self, note: str, **facts: Any) -> None:
        """Choose the wording of the next question."""
        self.ask_note = {"note": note, "facts": facts}

    def end(self, why: str, **facts: Any) -> None:
        """End the questions."""
        self.case_end = {"why": why, "facts": facts}

    def missed(self, note: str, **facts: Any) -> None:
        """Count a failed answer: ask again, then show a way out, then call a person."""
        self.tries += 1
        if self.tries >= ENOUGH:
            self.end("tries")
        else:
            self.word("way_out" if self.tries >= WAY_OUT else note, **facts)

    def events(self) -> list[EventType]:
        """Return the slots."""
        return [SlotSet(name, value) for name, value in asdict(self).items() if name not in _LOCAL]
