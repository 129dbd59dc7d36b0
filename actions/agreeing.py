"""Yes, no and never mind: what they mean depends on what was offered last."""

from __future__ import annotations

from rasa_sdk.events import ActiveLoop, SlotSet

from actions import reading
from actions.answers import offered
from actions.base import DeskAction, Events, Voice
from actions.folder import Folder
from actions.goods import answer_goods, named_next
from actions.handoff import handed
from actions.opening import another, named_order, opened, recalled
from actions.pausing import dropped, offer, reopened, resumed
from actions.smalltalk import pushed
from actions.turn import Turn


class Affirm(DeskAction):
    """Yes: takes the paused topic up again, or calls the person that was offered."""

    title = "action_affirm"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        if offered(turn, "person"):
            await self.hand_off(turn, voice, "requested", turn.slot("topic") or recalled(turn).get("topic"))
            return [*handed(), SlotSet("reopen", False)]
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
        if goods := named_next(turn):
            return [*await answer_goods(self, turn, voice, goods), SlotSet("reopen", False)]
        other = reading.other_order(turn.written) or named_order(turn)
        if other and (turn.slot("memory") or {}).get("order_no"):
            return reopened(*another(turn))
        if offered(turn, "resume"):
            voice.say("utter_resume_dropped")
            return [*dropped(turn), SlotSet("reopen", False)]
        voice.say("utter_no_person" if offered(turn, "person") else "utter_deny")
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
