"""Interrupted topics: offered again when the interruption is over."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import Events, Voice
from actions.folder import Folder
from actions.table import REMEMBERED
from actions.turn import Turn
from actions.wording import label


def offer(turn: Turn, voice: Voice) -> Events:
    """Ask whether to go on with the topic that was interrupted last, if there is one."""
    paused = [each for each in turn.slot("paused_topic") or [] if turn.at - each["at"] <= REMEMBERED]
    if not paused:
        return [SlotSet("paused_topic", None)]
    last = paused[-1]
    if last.get("further"):
        voice.say("utter_offer_further", {"order_no": last["candidate"]})
    else:
        voice.say("utter_offer_resume", {"label": label(last["topic"])})
    return [SlotSet("paused_topic", paused), SlotSet("asked", {"what": "resume", "turn": turn.number})]


def resumed(turn: Turn) -> Events:
    """Return the events that take the latest interrupted topic up again."""
    *rest, last = turn.slot("paused_topic")
    folder = Folder(topic=last["topic"], candidate=last["candidate"], card_keys=last["card_keys"])
    return reopened(folder, rest)


def reopened(folder: Folder, paused: list[dict[str, Any]]) -> Events:
    """Return the events by which the rules go on with a case: data/rules/agreeing.yml."""
    return [
        *folder.events(),
        SlotSet("paused_topic", paused or None),
        SlotSet("asked", None),
        SlotSet("requested_slot", None),
        SlotSet("reopen", True),
    ]


def dropped(turn: Turn) -> Events:
    """Return the events that forget the latest interrupted topic."""
    return [SlotSet("paused_topic", (turn.slot("paused_topic") or [])[:-1] or None), SlotSet("asked", None)]
