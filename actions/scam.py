"""Scams: whoever is asked for keys or codes, or told to pay first, is warned once, before his question is answered."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from rasa_sdk.events import EventType, SlotSet

from actions.turn import Turn

if TYPE_CHECKING:
    from actions.base import Voice

_SIGNS = Path(__file__).resolve().parent.parent / "data/dialogue/scam_signs.yml"
_ENOUGH_SAID = frozenset({"report_fraud"})  # its answer says the same, and more


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return data/dialogue/scam_signs.yml: what is a sign, and what only looks like one."""
    table = yaml.safe_load(_SIGNS.read_text(encoding="utf-8"))
    signs, harmless = (re.compile("|".join(f"(?:{each})" for each in table[name])) for name in ("signs", "harmless"))
    return signs, harmless


def shows(text: str) -> bool:
    """Say whether a message tells of a scam under way."""
    signs, harmless = _patterns()
    plain = re.sub(r"\s+", "", text.casefold())
    return bool(signs.search(plain)) and not harmless.search(plain)


def warned(turn: Turn, voice: Voice, events: list[EventType]) -> list[EventType]:
    """Warn once per conversation, in front of what the action has said; not where the form leaves the message alone."""
    rejected = any(event["event"] == "action_execution_rejected" for event in events)
    if rejected or turn.slot("scam_warned") or not shows(turn.written):
        return []
    if turn.intent not in _ENOUGH_SAID:
        voice.first("utter_scam_warning")
    return [SlotSet("scam_warned", True)]
