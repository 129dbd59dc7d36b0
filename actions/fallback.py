"""Not understood: first a guess to choose from, then a request to say it otherwise, then a person."""

from __future__ import annotations

import json

from rasa_sdk.events import SlotSet

from actions.asks import SILENT
from actions.base import DeskAction, Events, Voice
from actions.handoff import handed
from actions.turn import Turn
from actions.wording import intent_labels

FLOOR = 0.1  # a guess below this share would only confuse
GUESSES = 3
_CARRIED = ("order_no", "ticket_no", "card_key")


class Fallback(DeskAction):
    """The stage is how many messages in a row were not understood, so any success starts anew."""

    title = "action_fallback"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        stage = turn.turns_with(self.title)
        asked = turn.requested or ""
        quiet = [SlotSet("ask_note", {"note": SILENT, "facts": {}})]
        if stage >= 2:
            answer = await self.ask(turn, "handoff", {"reason": "fallback", "intent": turn.slot("topic")})
            voice.say("utter_fallback_person")
            voice.say(f"utter_handoff_{answer.outcome}", answer.facts)
            return handed()
        if stage == 1:
            voice.say(f"utter_fallback_rephrase_{asked}" if asked else "utter_fallback_rephrase")
            return quiet
        guesses = guessed(turn)
        name = "utter_fallback_choices" if guesses else "utter_fallback_common"
        voice.say(f"utter_fallback_{asked}" if asked else name, buttons=[*guesses, _person()])
        return quiet


def guessed(turn: Turn) -> list[dict[str, str]]:
    """Return buttons of the likeliest intents; what the message held travels with them."""
    held = {name: found for name in _CARRIED if (found := turn.entities(name))}
    payload = json.dumps(held, ensure_ascii=False) if held else ""
    topic = turn.slot("topic") if turn.in_form else None
    labels = intent_labels()
    likely = [each["name"] for each in turn.ranking if float(each["confidence"]) >= FLOOR]
    offered = [name for name in likely if name in labels and name not in {topic, "request_human"}]
    return [{"title": labels[name], "payload": f"/{name}{payload}"} for name in offered[:GUESSES]]


def _person() -> dict[str, str]:
    return {"title": intent_labels()["request_human"], "payload": "/request_human"}
