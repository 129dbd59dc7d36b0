"""One line for whoever is anxious or angry, before his trouble is taken up."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions.base import Events, Voice
from actions.table import CASES, GOODS, LOOKING, RISKS, same_trouble
from actions.turn import Turn

MOODS = frozenset({"anxious", "angry"})


def soothe(turn: Turn, voice: Voice, topic: str | None) -> Events:
    """Soothe an upset customer at the beginning of a trouble: not in the middle of it, and once for each."""
    before: list[str] = turn.slot("soothed") or []
    if turn.mood not in MOODS or turn.pressed or turn.in_form or not _is_trouble(topic):
        return []
    if any(same_trouble(each, topic) for each in before):
        return []
    voice.say(f"utter_soothe_{turn.mood}")
    return [SlotSet("soothed", [*before, topic])]


def _is_trouble(topic: str | None) -> bool:
    if topic in RISKS:
        return True
    case = CASES.get(topic or "")
    return bool(case and (case.call or case.group == "finance")) and topic not in GOODS | LOOKING
