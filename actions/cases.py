"""Opening a case and answering it: the same two actions for every topic."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import DeskAction, Events, Voice
from actions.desk import Answer, from_slot
from actions.folder import Folder
from actions.forms import question
from actions.goods import answer_goods
from actions.mood import soothe
from actions.opening import opened
from actions.pausing import offer
from actions.table import GOODS, LOOKING
from actions.turn import Turn
from actions.wording import first_known, intent_labels, label

# Outcomes with a question of their own, and what a yes or a remedy said next refers to.
_ASKS = {
    ("not_received", "out_of_stock"): "stock_choice",
    ("key", "used_after_sale"): "not_mine",
}


class OpenCase(DeskAction):
    """Takes up the topic that the message names, with all that the message holds."""

    title = "action_open_case"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        folder, paused = opened(turn)
        if turn.wants_human:
            told = folder.topic in intent_labels() and folder.topic not in LOOKING
            folder.end("person", **({"label": label(folder.topic)} if told else {}))
        return [
            *soothe(turn, voice, folder.topic),
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
        if folder.topic in GOODS:
            goods = await answer_goods(self, turn, voice, folder.topic)
            return [*goods, *Folder().events(), SlotSet("requested_slot", None), *offer(turn, voice)]
        if folder.case.call is None:
            voice.say(folder.case.response or "utter_loose_data")
            return [*_closed(turn, folder, "", "said"), *await self._passed_on(turn, voice, folder, "said")]
        answer = from_slot(folder.answer) if folder.answer else await self.ask(turn, *question(folder))
        topic = folder.case.prefix if folder.case.prefix and answer.topic == "order" else answer.topic
        name = f"utter_{topic}_{answer.outcome}"
        voice.say(
            first_known(f"{name}_{_kind(answer)}", name, "utter_answer_unworded"), answer.facts, tuple(answer.cards)
        )
        for more in answer.also:
            further = first_known(f"utter_{more.topic}_{more.outcome}", "utter_answer_unworded")
            voice.say(further, more.facts, more.cards)
        folder.order_no = answer.facts.get("order_no") or folder.order_no  # the key may be of another own order
        events = _closed(turn, folder, topic, answer.outcome, _product(answer))
        asks = _ASKS.get((topic, answer.outcome))
        if asks:
            return [*events, SlotSet("asked", {"what": asks, "turn": turn.number})]
        if answer.handoff:
            return events
        return [*events, *await self._passed_on(turn, voice, folder, answer.outcome)]

    async def _passed_on(self, turn: Turn, voice: Voice, folder: Folder, outcome: str) -> Events:
        """Call a person where the topic is theirs from here on; else offer what was put aside."""
        if not folder.case.calls_person(outcome):
            return offer(turn, voice)
        await self.hand_off(turn, voice, folder.case.group, folder.topic)
        return [SlotSet("asked", None)]

    async def _ended(self, turn: Turn, voice: Voice, folder: Folder, end: dict[str, Any]) -> None:
        why = end["why"]
        if why == "said":
            return
        reason = folder.case.group if why == "person" else "tries"
        answer: Answer = await self.ask(turn, "handoff", {"reason": reason, "intent": folder.topic})
        if why != "person" or end.get("facts"):
            voice.say(f"utter_end_{why}", end.get("facts"))
        voice.say(f"utter_handoff_{answer.outcome}", answer.facts)


def _kind(answer: Answer) -> str:
    """Return what kind of goods the order is for: card_key or topup."""
    return next((str(card["kind"]) for card in answer.cards if card.get("kind")), "")


def _product(answer: Answer) -> str | None:
    return answer.facts.get("product") or next((card.get("product") for card in answer.cards), None)


def _closed(turn: Turn, folder: Folder, topic: str, outcome: str, product: str | None = None) -> Events:
    """Clear the form's slots and remember the case, so that a next question on it needs no number."""
    before = turn.slot("memory") or {}
    memory = {
        "topic": folder.topic if folder.case.call or folder.case.group != "requested" else before.get("topic"),
        "outcome": f"{topic}/{outcome}",
        "order_no": folder.order_no or before.get("order_no"),
        "product": product,
        "keys": folder.card_keys,  # an empty list: has none to give, do not ask again
        "at": turn.at,
    }
    return [*Folder().events(), SlotSet("memory", memory), SlotSet("requested_slot", None)]
