"""Questions about products: price, stock, face values, how to use, where. One answer from the live catalogue each."""

from __future__ import annotations

import json
from typing import Any

from rasa_sdk.events import SlotSet

from actions import reading
from actions.base import DeskAction, Events, Voice
from actions.desk import Answer
from actions.pausing import offer
from actions.table import CASES, GOODS, REMEMBERED
from actions.turn import Turn
from actions.wording import first_known, intent_labels

CALLED = 10  # characters of a button's title
MEANT = 2  # turns in which a product named alone answers the question before


class Goods(DeskAction):
    """Answers a question about the product named, or the one talked about last, or asks which one is meant."""

    title = "action_goods"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        events = await answer_goods(self, turn, voice, turn.intent)
        if turn.wants_human:
            await self.hand_off(turn, voice, "requested", turn.intent)
            return [*events, SlotSet("asked", None)]
        return events if turn.in_form else [*events, *offer(turn, voice)]


async def answer_goods(action: DeskAction, turn: Turn, voice: Voice, topic: str) -> Events:
    """Ask the desk and word its answer; return the event that remembers product and question."""
    answer = await action.ask(turn, str(CASES[topic].call), asked(turn))
    name = f"utter_{answer.topic}_{answer.outcome}"
    kind = f"{name}_{answer.facts.get('kind')}"
    choices = [_button(topic, choice) for choice in answer.choices]
    person = [{"title": intent_labels()["request_human"], "payload": "/request_human"}] if choices else []
    voice.say(first_known(kind, name, "utter_answer_unworded"), answer.facts, buttons=[*choices, *person] or None)
    return [SlotSet("goods", _remembered(turn, topic, answer))]


def asked(turn: Turn) -> dict[str, Any]:
    """Return what the desk needs to know: the products named, else the one talked about last."""
    words = list(dict.fromkeys([*turn.entities("product"), *turn.said("product")]))
    if words:
        return {"ids": turn.product_ids(), "words": words}
    return {"about": _about(turn)}


def carried_on(turn: Turn) -> str | None:
    """Return the question that a product named alone answers or goes on with: steam的 … 那苹果卡呢."""
    last = turn.slot("goods") or {}
    recent = 0 <= turn.number - int(last.get("turn") or 0) <= MEANT
    named = turn.entities("product") and not (turn.entities("order_no") or turn.entities("card_key"))
    topic = last.get("topic")
    return str(topic) if recent and named and topic in GOODS else None


def named_next(turn: Turn) -> str | None:
    """Return the question that is gone on with where the NLU sees another thing: 那京东卡呢, 打错了我是问谷歌卡."""
    topic = None if turn.in_form or turn.pressed else carried_on(turn)
    return topic if topic and reading.hardly_more(turn.written, turn.said("product")) else None


def last_answered(turn: Turn) -> int:
    """Return the number of the turn in which a question about a product was answered last, or 0."""
    return int((turn.slot("goods") or {}).get("turn") or 0)


def _about(turn: Turn) -> str | None:
    """Return the product talked about last, in an answer about goods or in a case."""
    found = [each for each in (turn.slot("goods"), turn.slot("memory")) if each and each.get("product")]
    fresh = [each for each in found if turn.at - float(each.get("at") or 0) <= REMEMBERED]
    return str(max(fresh, key=lambda each: float(each["at"]))["product"]) if fresh else None


def _remembered(turn: Turn, topic: str, answer: Answer) -> dict[str, Any]:
    before = turn.slot("goods") or {}
    named = {"product": answer.facts["product"], "at": turn.at} if "product" in answer.facts else {}
    return {"product": before.get("product"), "at": before.get("at"), "topic": topic, "turn": turn.number, **named}


def _button(topic: str, choice: str) -> dict[str, str]:
    payload = json.dumps({"product": choice}, ensure_ascii=False)
    return {"title": choice[:CALLED], "payload": f"/{topic}{payload}"}
