"""Answers from the knowledge base: where one comes from, what stands near it, and whether it helped."""

from __future__ import annotations

import json
from typing import Any

from actions.base import DeskAction, Events, Voice
from actions.desk import Answer, DeskFailed, DeskRefused
from actions.turn import Turn
from actions.wording import intent_labels

TITLE = 18  # characters of a question that a button shows
FULL, WEAK = "answered", "weak"


async def looked_up(action: DeskAction, turn: Turn, text: str, question: str | None = None) -> Answer | None:
    """Return what the knowledge base says; None where it has nothing, or cannot be reached.

    Args:
        text: the question in the customer's words.
        question: which `faq/…` is meant, where that is known.
    """
    audience = "merchant" if turn.profile == "merchant" else "novice"
    body: dict[str, Any] = {"text": text[:500], "audience": audience, **({"question": question} if question else {})}
    try:
        answer = await action.ask(turn, "kb/ask", body)
    except (DeskFailed, DeskRefused):
        return None
    return answer if answer.outcome in {FULL, WEAK} else None


def tell(voice: Voice, answer: Answer) -> None:
    """Say an answer with its source, its neighbours and a person; a doubtful one only as a choice."""
    person = {"title": intent_labels()["request_human"], "payload": "/request_human"}
    near = [_asking(choice) for choice in answer.choices]
    if answer.outcome == WEAK:
        voice.say("utter_kb_weak", answer.facts, buttons=[_asking(str(answer.facts["question"])), *near, person])
        return
    rate = {said: f"{answer.facts['ask_id']}:{said}" for said in ("yes", "no")}
    helped = [
        {"title": "有帮助", "payload": _payload("kb_rate", rate["yes"])},
        {"title": "没帮助", "payload": _payload("kb_rate", rate["no"])},
    ]
    whole = "\n".join(str(answer.facts[part]) for part in ("answer", "steps") if answer.facts.get(part))
    voice.say("utter_kb_answered", {**answer.facts, "answer": whole}, buttons=[*helped, *near, person])


class Knowledge(DeskAction):
    """Answers the question of a button: a neighbour of an answer, or one that was not quite certain."""

    title = "action_kb"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        answer = await looked_up(self, turn, turn.entity("detail") or "")
        if answer is None:
            voice.say("utter_kb_miss")
        else:
            tell(voice, answer)
        return []


class Rate(DeskAction):
    """Keeps whether an answer helped; who was not helped gets a person offered."""

    title = "action_kb_rate"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        number, _, said = (turn.entity("detail") or "").partition(":")
        if not number.isdecimal():
            voice.say("utter_fallback_rephrase")
            return []
        answer = await self.ask(turn, "kb/rate", {"ask_id": int(number), "helpful": said == "yes"})
        voice.say(f"utter_kb_{answer.outcome}", answer.facts)
        return []


class Elsewhere(DeskAction):
    """Not our business, by the NLU: the knowledge base may still know it."""

    title = "action_out_of_scope"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        answer = await looked_up(self, turn, turn.written) if turn.written else None
        if answer is not None and answer.outcome == FULL:
            tell(voice, answer)
        else:
            voice.say("utter_out_of_scope")
        return []


def _asking(question: str) -> dict[str, str]:
    title = question if len(question) <= TITLE else f"{question[: TITLE - 1]}…"
    return {"title": title, "payload": _payload("kb", question)}


def _payload(intent: str, detail: str) -> str:
    return f"/{intent}{json.dumps({'detail': detail}, ensure_ascii=False)}"
