"""The one form: which question comes next, for every topic alike."""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Mapping, Optional

from rasa_sdk.events import ActionExecutionRejected, SlotSet

from actions import answers, picking, reading
from actions.base import DeskAction, Events, Voice
from actions.desk import as_slot
from actions.folder import Folder
from actions.opening import named_order
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
            # In the middle of an answer in free words only plain words call a person.
            if turn.wants_human and (turn.requested != "detail" or reading.wants_person(turn.written)):
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

    @property
    def _steps(self) -> Mapping[str, Callable[[Turn, Folder], Awaitable[Optional[str]]]]:
        return {
            "order_no": self._order,
            "card_keys": self._keys,
            "ticket_no": self._ticket,
            "detail": self._detail,
        }

    async def _next(self, turn: Turn, folder: Folder) -> str | None:
        """Return the slot to ask for, or None when all is known or the questions end."""
        for slot in folder.case.needs:
            step = self._steps[slot]
            asked = None if folder.case_end else await step(turn, folder)
            if folder.case_end:
                return None
            if asked:
                return asked
        return None

    async def _order(self, turn: Turn, folder: Folder) -> str | None:
        if folder.order_no:
            return None
        if folder.case.first and not turn.requested and not (named_order(turn) or turn.said("product")):
            meant = await self.ask(turn, f"orders/{folder.case.first}", {"order_no": folder.candidate})
            folder.candidate = meant.facts.get("order_no") or folder.candidate
        if not folder.candidate and not turn.requested and await self._orderless(turn, folder):
            return None
        if not folder.candidate and folder.case.unpaid and reading.no_order(turn.written):
            return None
        if not folder.candidate:
            if folder.card_keys and turn.requested and not folder.note:
                folder.word("after_key")
            return "order_no"
        new = folder.candidate != turn.slot("candidate") or turn.requested != "proof"
        if not new and not folder.proof:
            return "proof"  # the reply was no proof: ask again, claim nothing
        return await self._claim(turn, folder, folder.proof or (_hinted_proof(turn, folder) if new else None))

    async def _orderless(self, turn: Turn, folder: Folder) -> bool:
        """Take the order that is meant without its number; say whether there is none and none is needed."""
        named = bool(turn.said("product"))
        if not named and (not folder.case.unpaid or folder.note):
            return False
        recent = await self.ask(turn, "orders/recent", {})
        folder.candidate = picking.among(turn, recent.cards) if named else picking.unpaid(recent.cards)
        return folder.case.unpaid and recent.outcome == "none"

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

    async def _detail(self, turn: Turn, folder: Folder) -> str | None:
        """Ask the desk; it decides, or says what it needs to know first."""
        asked, given = folder.asks, folder.details or {}
        if turn.requested == "detail" and asked and asked not in given:
            return "detail"  # not answered: the same question again, differently put
        answer = await self.ask(turn, *question(folder))
        folder.answer = as_slot(answer)
        if not answer.asks:
            return None
        if answer.asks in given:  # the desk does not take what was answered
            folder.details = {name: value for name, value in given.items() if name != answer.asks}
            folder.missed("again")
        return None if folder.case_end else "detail"

    async def _pick(self, turn: Turn, folder: Folder) -> bool:
        """Take the order that the customer points at among his own: 第二个, 最近那个, steam 那个."""
        if turn.requested != "order_no" or not picking.points(turn) or answers.offered(turn, "person"):
            return False
        answer = await self.ask(turn, "orders/recent", {})
        folder.candidate = picking.among(turn, answer.cards)
        return folder.candidate is not None


def question(folder: Folder) -> tuple[str, dict[str, Any]]:
    """Return the desk's service for the case and what it is told."""
    case = folder.case
    if case.needs == ("ticket_no",):
        if folder.ticket_no == MINE:
            return "tickets/mine", {}
        return str(case.call), {"ticket_no": folder.ticket_no}
    body: dict[str, Any] = {"order_no": folder.order_no, **case.fixed}
    if "card_keys" in case.needs:
        body["keys"] = folder.card_keys or []
    if "detail" in case.needs:
        body["details"] = folder.details or {}
    if folder.choice:
        body["choice"] = folder.choice
    return str(case.call), body


def _refine(turn: Turn, folder: Folder) -> None:
    """Move to the nearer description of the same trouble: 用不了 … 说是已被使用."""
    certain = turn.pressed or turn.confidence >= answers.SURE
    # An answer to the desk's own question is for the flow that asked.
    if (
        turn.requested != "detail"
        and certain
        and turn.intent != folder.topic
        and same_trouble(turn.intent, folder.topic)
    ):
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
