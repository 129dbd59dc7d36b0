"""Opening a case and answering it: the same two actions for every topic."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions import reading
from actions.base import DeskAction, Events, Voice
from actions.desk import Answer
from actions.folder import Folder
from actions.forms import MINE
from actions.opening import opened
from actions.pausing import offer
from actions.turn import Turn
from actions.wording import first_known

# Outcomes with a question of their own, and what a yes or a remedy said next refers to.
_ASKS = {
    ("not_received", "out_of_stock"): "stock_choice",
    ("refund", "out_of_stock_after_pay"): "refund",
    ("key", "used_after_sale"): "not_mine",
}


class OpenCase(DeskAction):
    """Takes up the topic that the message names, with all that the message holds."""

    title = "action_open_case"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        folder, paused = opened(turn)
        if reading.wants_person(turn.written):
            folder.end("person")
        return [
            *folder.events(),
            SlotSet("paused_topic", paused or None),
            SlotSet("asked", None),
            SlotSet("requested_slot", None),
        ]


class AnswerCase(DeskAction):
    """Asks the desk for the topic and words its answer; then offers what was put aside."""

    title = "action_case"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        folder = Folder.of(turn)
        if folder.case_end:
            await self._ended(turn, voice, folder, folder.case_end)
            return _closed(turn, folder, "", folder.case_end["why"])
        if folder.case.call is None:
            voice.say(folder.case.response or "utter_loose_data")
            return _closed(turn, folder, "", "said")
        answer = await self.ask(turn, *_question(folder))
        topic = folder.case.prefix if folder.case.prefix and answer.topic == "order" else answer.topic
        name = f"utter_{topic}_{answer.outcome}"
        voice.say(first_known(name, "utter_answer_unworded"), answer.facts, answer.cards)
        folder.order_no = answer.facts.get("order_no") or folder.order_no  # the key may be of another own order
        events = _closed(turn, folder, topic, answer.outcome, _product(answer))
        asks = _ASKS.get((topic, answer.outcome))
        if asks:
            return [*events, SlotSet("asked", {"what": asks, "turn": turn.number})]
        return events if answer.handoff else [*events, *offer(turn, voice)]

    async def _ended(self, turn: Turn, voice: Voice, folder: Folder, end: dict[str, Any]) -> None:
        why = end["why"]
        if why == "said":
            return
        reason = {"person": "requested"}.get(why, "tries")
        answer: Answer = await self.ask(turn, "handoff", {"reason": reason, "intent": folder.topic})
        if why != "person":
            voice.say(f"utter_end_{why}", end.get("facts"))
        voice.say(f"utter_handoff_{answer.outcome}", answer.facts)


def _question(folder: Folder) -> tuple[str, dict[str, Any]]:
    case = folder.case
    if case.needs == ("ticket_no",):
        if folder.ticket_no == MINE:
            return "tickets/mine", {}
        return str(case.call), {"ticket_no": folder.ticket_no}
    body: dict[str, Any] = {"order_no": folder.order_no, **case.fixed}
    if "card_keys" in case.needs:
        body["keys"] = folder.card_keys or []
    if folder.choice:
        body["choice"] = folder.choice
    return str(case.call), body


def _product(answer: Answer) -> str | None:
    return answer.facts.get("product") or next((card.get("product") for card in answer.cards), None)


def _closed(turn: Turn, folder: Folder, topic: str, outcome: str, product: str | None = None) -> Events:
    """Clear the form's slots and remember the case, so that a next question on it needs no number."""
    before = turn.slot("memory") or {}
    memory = {
        "topic": folder.topic if folder.case.call else before.get("topic"),
        "outcome": f"{topic}/{outcome}",
        "order_no": folder.order_no or before.get("order_no"),
        "product": product,
        "keys": folder.card_keys,  # an empty list: has none to give, do not ask again
        "at": turn.at,
    }
    return [*Folder().events(), SlotSet("memory", memory), SlotSet("requested_slot", None)]
