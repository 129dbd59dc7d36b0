"""In doubt: which of two or three was meant, then the same beside a person, then a person."""

from __future__ import annotations

import json

from rasa_sdk.events import SlotSet

from actions import knowledge
from actions.asks import SILENT
from actions.base import DeskAction, Events, Voice
from actions.goods import answer_goods, last_answered, named_next
from actions.handoff import handed
from actions.opening import another, named_order
from actions.pausing import reopened
from actions.turn import Turn
from actions.wording import intent_labels

FLOOR = 0.1  # a guess below this share would only confuse
GUESSES = 3
NEITHER = {"title": "都不是", "payload": "/nlu_fallback"}
_CARRIED = ("order_no", "ticket_no", "card_key", "product")

Button = dict[str, str]


class Fallback(DeskAction):
    """The stage is how many messages in a row were not understood, so any success starts anew."""

    title = "action_fallback"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        if goods := named_next(turn):
            return [*await answer_goods(self, turn, voice, goods), SlotSet("reopen", False)]
        guesses = guessed(turn)
        if not (turn.in_form or guesses) and named_order(turn):
            return reopened(*another(turn))  # 不是这单 是 DD…: the number says what is meant
        stage = min(turn.turns_with(self.title), turn.number - 1 - last_answered(turn))
        if stage >= 2 or turn.wants_human:
            reason = "requested" if turn.wants_human else "fallback"
            answer = await self.ask(turn, "handoff", {"reason": reason, "intent": turn.slot("topic")})
            if not turn.wants_human:
                voice.say("utter_fallback_person")
            voice.say(f"utter_handoff_{answer.outcome}", answer.facts)
            return [*handed(), SlotSet("reopen", False)]
        # An article that fits answers; one that may fit is offered where nothing better is.
        known = await knowledge.looked_up(self, turn, turn.written) if turn.written and not turn.requested else None
        if known is not None and (known.outcome == knowledge.FULL or not guesses):
            knowledge.tell(voice, known)
            return [SlotSet("ask_note", {"note": SILENT, "facts": {}}), SlotSet("reopen", False)]
        if stage == 0:
            self._first(turn, voice, guesses)
        else:
            self._again(turn, voice, guesses)
        offer = [SlotSet("asked", {"what": "person", "turn": turn.number})] if stage else []
        return [SlotSet("ask_note", {"note": SILENT, "facts": {}}), SlotSet("reopen", False), *offer]

    def _first(self, turn: Turn, voice: Voice, guesses: list[Button]) -> None:
        asked = turn.requested or ""
        name = "utter_fallback_choices" if guesses else "utter_fallback_common"
        buttons = [*guesses, _person(), *([NEITHER] if guesses else [])]
        voice.say(f"utter_fallback_{asked}" if asked else name, _choices(guesses), buttons=buttons)

    def _again(self, turn: Turn, voice: Voice, guesses: list[Button]) -> None:
        if guesses and not turn.requested:
            voice.say("utter_fallback_choices_again", _choices(guesses), buttons=[*guesses, _person(), NEITHER])
        else:
            voice.say(f"utter_fallback_rephrase_{turn.requested}" if turn.requested else "utter_fallback_rephrase")


def guessed(turn: Turn) -> list[Button]:
    """Return buttons of what was probably meant; what the message held travels with them.

    The NLU says itself what it hesitates between; where it does not, the likeliest intents stand in.
    """
    if turn.doubt is not None:
        likely = list(turn.doubt.get("candidates") or []) if turn.doubt.get("band") == "ask" else []
    else:
        likely = [each["name"] for each in turn.ranking if float(each["confidence"]) >= FLOOR]
    held = {name: found for name in _CARRIED if (found := turn.entities(name))}
    topic = turn.slot("topic") if turn.in_form else None
    labels = intent_labels()
    offered = [name for name in likely if name in labels and name not in {topic, "request_human"}]
    return [{"title": labels[name], "payload": _payload(name, held)} for name in offered[:GUESSES]]


def _payload(intent: str, held: dict[str, list[str]]) -> str:
    name, _, question = intent.partition("/")
    entities = {**held, **({"question": question} if question else {})}
    return f"/{name}" + (json.dumps(entities, ensure_ascii=False) if entities else "")


def _choices(guesses: list[Button]) -> dict[str, str]:
    return {"choices": "，还是".join(f"「{each['title']}」" for each in guesses)}


def _person() -> Button:
    return {"title": intent_labels()["request_human"], "payload": "/request_human"}
