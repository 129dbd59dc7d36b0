"""Account or money in danger: secured first, and a person at once. What happens then is in desk/cases/risk.py."""

from __future__ import annotations

from actions.base import DeskAction, Events, Voice
from actions.desk import Answer
from actions.details import LONGEST
from actions.folder import Folder
from actions.handoff import handed
from actions.mood import soothe
from actions.opening import named_order, recalled
from actions.turn import Turn

# The desk deals with these itself: the bot is silent once a person has been called.
_FREEZE, _KEEP = "desk:freeze", "desk:keep"


class Risk(DeskAction):
    """Hands all that is known to the desk and says what it has done; whatever was asked before rests."""

    title = "action_risk"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        order_no = named_order(turn) or turn.slot("order_no") or recalled(turn).get("order_no")
        body = {"order_no": order_no, "details": {"said": turn.written[:LONGEST]}}
        answer = await self.ask(turn, f"flows/{turn.intent.replace('_', '-')}", body)
        soothed = soothe(turn, voice, turn.intent)
        voice.say(f"utter_{answer.topic}_{answer.outcome}", answer.facts)
        for each in answer.also:
            voice.say(f"utter_{each.topic}_{each.outcome}", each.facts, buttons=_buttons(each))
        return [*soothed, *Folder().events(), *handed()]


def _buttons(answer: Answer) -> list[dict[str, str]] | None:
    pairs = zip(answer.choices, (_FREEZE, _KEEP), strict=False)
    return [{"title": title, "payload": payload} for title, payload in pairs] or None
