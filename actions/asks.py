"""The form's questions: one reply each, worded by what went before."""

from __future__ import annotations

import json
from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import DeskAction, Events, Voice
from actions.folder import Folder
from actions.turn import Turn
from actions.wording import first_known, label

SILENT = "silent"  # what has been said in this turn asks already


class AskSlot(DeskAction):
    """Says `utter_ask_{slot}_{note}`; subclasses name the slot."""

    slot = ""

    async def act(self, turn: Turn, voice: Voice) -> Events:
        folder = Folder.of(turn)
        note = folder.note or "first"
        if note != SILENT:
            facts = {
                "label": label(folder.topic),
                "order_no": folder.order_no,
                **(folder.ask_note or {}).get("facts", {}),
            }
            await self.put(turn, voice, folder, note, facts)
        return [SlotSet("ask_note", None)]

    async def put(self, turn: Turn, voice: Voice, folder: Folder, note: str, facts: dict[str, Any]) -> None:
        """Say the question."""
        voice.say(first_known(f"utter_ask_{self.slot}_{note}", f"utter_ask_{self.slot}"), facts)


class AskOrderNo(AskSlot):
    """Asks for the order; a signed-in customer gets the newest ones to choose from in the same reply."""

    title = "action_ask_case_form_order_no"
    slot = "order_no"

    async def put(self, turn: Turn, voice: Voice, folder: Folder, note: str, facts: dict[str, Any]) -> None:
        if note not in {"first", "number", "other", "help", "unclear", "again"}:
            await super().put(turn, voice, folder, note, facts)
            return
        first = folder.case.first
        recent = await self.ask(turn, "orders/recent", {"first": first} if first else {})
        end = {"list": "_cards", "none": "_none"}.get(recent.outcome, "")
        wants_keys = "card_keys" in folder.case.needs and folder.card_keys is None
        kinds = [folder.topic or "", "and_key" if wants_keys else "first"] if note == "first" else [note]
        names = [f"utter_ask_order_no_{kind}{ending}" for ending in dict.fromkeys((end, "")) for kind in kinds]
        cards = recent.cards if note != "again" else ()  # shown a moment ago
        voice.say(first_known(*names, "utter_ask_order_no"), {**facts, **recent.facts}, cards)


class AskProof(AskSlot):
    """Asks what shows that the order is the customer's."""

    title = "action_ask_case_form_proof"
    slot = "proof"


class AskCardKeys(AskSlot):
    """Asks for the card number and secret."""

    title = "action_ask_case_form_card_keys"
    slot = "card_keys"


class AskTicketNo(AskSlot):
    """Asks for the ticket's number."""

    title = "action_ask_case_form_ticket_no"
    slot = "ticket_no"


class AskDetail(AskSlot):
    """Says the desk's own question: `utter_{topic}_{outcome}`, its choices as buttons."""

    title = "action_ask_case_form_detail"
    slot = "detail"

    async def put(self, turn: Turn, voice: Voice, folder: Folder, note: str, facts: dict[str, Any]) -> None:
        answer = folder.answer or {}
        name = f"utter_{answer['topic']}_{answer['outcome']}"
        said = first_known(f"{name}_{note}", name)
        payloads = [(each, json.dumps({"detail": each}, ensure_ascii=False)) for each in answer["choices"]]
        buttons = [{"title": each, "payload": f"/inform{payload}"} for each, payload in payloads]
        if note == "way_out" and said == name:
            voice.say("utter_ask_detail_way_out", facts)
        cards = () if note != "first" else tuple(answer["cards"])
        voice.say(said, {**answer["facts"], **facts}, cards, buttons or None)
