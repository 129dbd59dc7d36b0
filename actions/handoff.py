"""Ways to a person: asked for, alone or beside a question, and earned by a second complaint."""

from __future__ import annotations

from rasa_sdk.events import ActiveLoop, SlotSet

from actions.base import DeskAction, Events, Voice
from actions.opening import recalled
from actions.table import CASES
from actions.turn import Turn
from actions.wording import label


class HandOff(DeskAction):
    """Calls a person at once, from anywhere."""

    title = "action_handoff"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        topic = turn.slot("topic") or recalled(turn).get("topic")
        case = CASES.get(topic or "")
        await self.hand_off(turn, voice, case.group if case else "requested", topic)
        return handed()


class Wish(DeskAction):
    """Calls the person that is asked for beside a question or small talk that has been answered."""

    title = "action_wish"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        if not turn.wants_human:
            return []
        await self.hand_off(turn, voice, "requested", turn.intent)
        return handed()


class Complain(DeskAction):
    """Hears the complaint and offers a person; the second one goes there directly."""

    title = "action_complain"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        before = turn.slot("complaints") or 0
        if before or turn.wants_human:
            answer = await self.ask(turn, "handoff", {"reason": "complaint", "intent": turn.slot("topic")})
            voice.say("utter_complain_again" if before else "utter_complain_person")
            voice.say(f"utter_handoff_{answer.outcome}", answer.facts)
            return [SlotSet("complaints", before + 1), *handed()]
        topic = turn.slot("topic")
        voice.say("utter_complain_in_form" if turn.in_form else "utter_complain", {"label": label(topic)})
        return [SlotSet("complaints", 1), SlotSet("asked", {"what": "person", "turn": turn.number})]


def handed() -> Events:
    """Return the events that end every question: a person goes on."""
    return [SlotSet("asked", None), SlotSet("requested_slot", None), ActiveLoop(None)]
