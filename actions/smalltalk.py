"""Short answers that need a look at the desk: a greeting by name, the usual times, a push."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions import composition, picking
from actions.answers import offered
from actions.base import DeskAction, Events, Voice
from actions.desk import Answer, DeskFailed, DeskRefused
from actions.folder import Folder
from actions.handoff import handed
from actions.opening import named_order, named_ticket, opened, recalled
from actions.pausing import reopened
from actions.turn import Turn


class Greet(DeskAction):
    """Greets a signed-in customer by name; a greeting never fails."""

    title = "action_greet"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        if turn.in_form:
            voice.say("utter_greet_in_form")
            return []
        try:
            key = self._key(turn, "customer")
            name = (await composition.desk().call(turn.sender, "customer", {}, key)).get("name")
        except (DeskFailed, DeskRefused):
            name = None
        voice.say("utter_greet_named" if name else "utter_greet", {"name": name} if name else None)
        return []


class DeliveryTime(DeskAction):
    """Tells how long delivery takes: for the order named or just talked about, else in general."""

    title = "action_delivery_time"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        answer = await self.ask(turn, "cases/delivery-time", await self._about(turn))
        in_form = "_in_form" if turn.in_form and answer.outcome == "general" else ""
        voice.say(f"utter_delivery_time_{answer.outcome}{in_form}", answer.facts)
        return []

    async def _about(self, turn: Turn) -> dict[str, str]:
        if named := named_order(turn):
            claim = await self.ask(turn, "orders/claim", {"order_no": named})
            return {"order_no": claim.facts["order_no"]} if claim.outcome == "owned" else {}
        memory = {} if picking.other_than(turn, recalled(turn).get("product")) else recalled(turn)
        known = turn.slot("order_no") if turn.in_form else memory.get("order_no")
        return {"order_no": known} if known else {}


class Urge(DeskAction):
    """Pushes what is under way; with an order or a ticket in the message, looks that one up."""

    title = "action_urge"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        folder, paused = opened(turn)
        if turn.wants_human:
            await self.hand_off(turn, voice, "requested", turn.slot("topic") or recalled(turn).get("topic"))
            return [*handed(), SlotSet("reopen", False)]
        if not turn.in_form and (named_order(turn) or named_ticket(turn) or folder.topic == "stock_choice"):
            return reopened(folder, paused)
        if again := pushed(turn):
            return again
        answer = await self.ask(turn, "urge", {})
        order_no = answer.facts.get("order_no")
        if answer.outcome == "order_late" and not turn.in_form:
            return reopened(Folder(topic="urge_order", candidate=order_no), turn.slot("paused_topic") or [])
        in_form = "_in_form" if turn.in_form and answer.outcome == "nothing" else ""
        for each in (answer, *answer.also):
            voice.say(f"utter_{each.topic}_{each.outcome}{in_form}", each.facts, each.cards)
        if answer.handoff:
            return [*handed(), SlotSet("reopen", False)]
        if turn.in_form or not order_no:
            return [SlotSet("reopen", False)]
        asked = {"what": "push", "turn": turn.number, "order_no": order_no} if answer.outcome == "order" else None
        return [SlotSet("asked", asked), SlotSet("memory", _about(turn, answer)), SlotSet("reopen", False)]


def _about(turn: Turn, answer: Answer) -> dict[str, Any]:
    """Return the memory of an order that was talked about in answer to a push."""
    named = {"order_no": answer.facts["order_no"], "product": answer.facts.get("product"), "keys": None}
    return {**named, "topic": "urge_order", "outcome": f"{answer.topic}/{answer.outcome}", "at": turn.at}


def pushed(turn: Turn) -> Events | None:
    """Return the events that look the order up which was offered in answer to a push; None if none was."""
    if turn.in_form or not offered(turn, "push"):
        return None
    folder = Folder(topic="urge_order", candidate=turn.slot("asked")["order_no"])
    return reopened(folder, turn.slot("paused_topic") or [])
