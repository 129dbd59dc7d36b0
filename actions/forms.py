"""The one form: which question comes next, for every topic alike."""

from __future__ import annotations

from rasa_sdk.events import ActionExecutionRejected, SlotSet

from actions import answers, picking, reading
from actions.base import DeskAction, Events, Voice
from actions.folder import Folder
from actions.table import same_trouble
from actions.turn import FORM, Turn

MINE = "mine"  # ticket_no: all of the customer's own


class ValidateCaseForm(DeskAction):
    """Reads the reply, proves the order, and decides on the next question."""

    title = "validate_case_form"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        folder = Folder.of(turn)
        if folder.case_end:
            return _asking(folder, None)
        if turn.fresh and turn.requested:
            if reading.wants_person(turn.written):
                folder.end("person")
                return _asking(folder, None)
            _refine(turn, folder)
            answered = answers.read(turn, folder) or await self._pick(turn, folder)
            if answers.steps_aside(turn, folder, answered):
                return [ActionExecutionRejected(FORM)]
            if not answered:
                answers.missed(turn, folder)
        elif turn.requested:
            # Back from small talk: ask once more, unless what was said asks already.
            folder.ask_note = folder.ask_note or {"note": "again", "facts": {}}
            return _asking(folder, turn.requested)
        return _asking(folder, await self._next(turn, folder))

    async def _next(self, turn: Turn, folder: Folder) -> str | None:
        """Return the slot to ask for, or None when all is known or the questions end."""
        for slot in folder.case.needs:
            step = {"order_no": self._order, "card_keys": self._keys, "ticket_no": self._ticket}[slot]
            asked = None if folder.case_end else await step(turn, folder)
            if folder.case_end:
                return None
            if asked:
                return asked
        return None

    async def _order(self, turn: Turn, folder: Folder) -> str | None:
        if folder.order_no:
            return None
        if not folder.candidate and not turn.requested and turn.said("product"):
            folder.candidate = picking.among(turn, (await self.ask(turn, "orders/recent", {})).cards)
        if not folder.candidate:
            if folder.card_keys and turn.requested and not folder.note:
                folder.word("after_key")
            return "order_no"
        new = folder.candidate != turn.slot("candidate") or turn.requested != "proof"
        if not new and not folder.proof:
            return "proof"  # the reply was no proof: ask again, claim nothing
        return await self._claim(turn, folder, folder.proof or (_hinted_proof(turn, folder) if new else None))

    async def _claim(self, turn: Turn, folder: Folder, proof: str | None) -> str | None:
        """Prove the order; an unasked proof is tried after the sign-in, and its failure is not held against anyone."""
        body = {"order_no": folder.candidate}
        answer = await self.ask(turn, "orders/claim", {**body, "proof": folder.proof} if folder.proof else body)
        if answer.outcome == "proof_needed" and proof:
            hinted = await self.ask(turn, "orders/claim", {**body, "proof": proof}, "#proof")
            answer = hinted if hinted.outcome in {"owned", "locked"} else answer
        if answer.outcome == "owned":
            folder.order_no, folder.candidate, folder.tries = answer.facts["order_no"], None, 0
            return None
        if answer.outcome == "locked":
            folder.end("locked", **answer.facts)
            return None
        if answer.outcome == "malformed":
            folder.candidate = None
            folder.missed("malformed")
            return "order_no"
        if answer.outcome == "rejected":
            folder.missed("rejected", **answer.facts)
        return "proof"

    async def _keys(self, turn: Turn, folder: Folder) -> str | None:
        return "card_keys" if folder.card_keys is None else None

    async def _ticket(self, turn: Turn, folder: Folder) -> str | None:
        if folder.ticket_no == MINE:
            return None
        if folder.ticket_no:
            answer = await self.ask(turn, "tickets/status", {"ticket_no": folder.ticket_no})
            if answer.outcome == "found":
                return None
            folder.ticket_no = None
            folder.missed("unknown")
            return "ticket_no"
        if not turn.requested and (await self.ask(turn, "tickets/mine", {})).outcome == "list":
            folder.ticket_no = MINE
            return None
        return "ticket_no"

    async def _pick(self, turn: Turn, folder: Folder) -> bool:
        """Take the order that the customer points at among his own: 第二个, 最近那个, steam 那个."""
        if turn.requested != "order_no" or not picking.points(turn) or answers.offered(turn, "person"):
            return False
        answer = await self.ask(turn, "orders/recent", {})
        folder.candidate = picking.among(turn, answer.cards)
        return folder.candidate is not None


def _refine(turn: Turn, folder: Folder) -> None:
    """Move to the nearer description of the same trouble: 用不了 … 说是已被使用."""
    certain = turn.pressed or turn.confidence >= answers.SURE
    if certain and turn.intent != folder.topic and same_trouble(turn.intent, folder.topic):
        folder.topic = turn.intent


def _hinted_proof(turn: Turn, folder: Folder) -> str | None:
    text = turn.written
    if named := reading.named_proof(text):
        return named
    # In a top-up's message the phone is the account to be topped up.
    number = None if folder.case.family == "topup" else reading.phone(text)
    return number[-4:] if number else None


def _asking(folder: Folder, slot: str | None) -> Events:
    return [*folder.events(), SlotSet("reopen", False), SlotSet("requested_slot", slot)]
