"""Yes, no and never mind: what they mean depends on what was offered last."""

from __future__ import annotations

from rasa_sdk.events import ActiveLoop, SlotSet

from actions import reading
from actions.answers import offered
from actions.base import DeskAction, Events, Voice
from actions.folder import Folder
from actions.handoff import handed
from actions.opening import opened
from actions.pausing import dropped, offer, reopened, resumed
from actions.smalltalk import pushed
from actions.turn import Turn


class Affirm(DeskAction):
    """Yes: takes the paused topic up again, or calls the person that was offered."""

    title = "action_affirm"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        if offered(turn, "person"):
            await self.hand_off(turn, voice, "requested")
            return [SlotSet("asked", None), SlotSet("reopen", False), SlotSet("requested_slot", None), ActiveLoop(None)]
        if not turn.in_form and turn.slot("paused_topic") and (offered(turn, "resume") or "继续" in turn.text):
            return resumed(turn)
        if again := pushed(turn):
            return again
        folder, paused = opened(turn)
        if folder.topic == "stock_choice":
            return reopened(folder, paused)
        if offered(turn, "stock_choice"):
            voice.say("utter_stock_choice_ask", {"order_no": (turn.slot("memory") or {}).get("order_no")})
        else:
            voice.say("utter_affirm")
        return [SlotSet("reopen", False)]


class Deny(DeskAction):
    """No: lets the paused topic rest, or turns to another order."""

    title = "action_deny"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        if offered(turn, "not_mine"):
            await self.hand_off(turn, voice, "requested")
            return [*handed(), SlotSet("reopen", False)]
        if reading.other_order(turn.written) and (turn.slot("memory") or {}).get("order_no"):
            return _another(turn)
        if offered(turn, "resume"):
            voice.say("utter_resume_dropped")
            return [*dropped(turn), SlotSet("reopen", False)]
        kept = {"person": "utter_no_person", "refund": "utter_refund_dropped"}
        voice.say(next((name for what, name in kept.items() if offered(turn, what)), "utter_deny"))
        return [SlotSet("asked", None), SlotSet("reopen", False)]


class Cancel(DeskAction):
    """算了: ends what is being asked, and offers what it had interrupted."""

    title = "action_cancel"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        if not turn.in_form:
            voice.say("utter_cancel_nothing")
            return [SlotSet("paused_topic", None), SlotSet("asked", None)]
        voice.say("utter_cancelled")
        closed = [*Folder().events(), SlotSet("requested_slot", None), ActiveLoop(None), SlotSet("asked", None)]
        return [*closed, *offer(turn, voice)]


def _another(turn: Turn) -> Events:
    folder, paused = opened(turn)
    folder.topic = (turn.slot("memory") or {}).get("topic") or "query_order"
    folder.candidate = None
    folder.word("other")
    return reopened(folder, paused)
