from typing import Any

import pytest

from bot import turn_log

Event = dict[str, Any]


def user(message_id: str, channel: str | None = "desk", **parse: Any) -> Event:
    return {"event": "user", "message_id": message_id, "input_channel": channel, "parse_data": parse}


def action(name: str) -> Event:
    return {"event": "action", "name": name}


def bot(text: str | None = None, **data: Any) -> Event:
    return {"event": "bot", "text": text, "data": data, "metadata": {"model_id": "x", "utter_action": "utter_y"}}


LISTEN, SLOT = action("action_listen"), {"event": "slot", "name": "topic", "value": "x"}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([user("m1"), bot("a"), LISTEN], 3),
        ([user("m1"), bot("a"), LISTEN, user("m2"), bot("b")], 3),
        ([user("m1"), {"event": "rewind"}, user("m1"), bot("a")], 4),  # fallback repeats the message
        ([user("m1"), user("x", channel=None), bot("a")], 3),  # an action added a user event
        ([], 0),
    ],
)
def test_a_turn_ends_at_the_next_message(events: list[Event], expected: int) -> None:
    assert turn_log.of_turn(events, "m1", "desk") == events[:expected]


BUTTON = {"title": "查订单", "payload": "/query_order"}
ORDER = {"type": "order", "order_no": "DD1", "amount": "50", "select": BUTTON}


@pytest.mark.parametrize(
    ("event", "reply"),
    [
        (bot("您好"), {"text": "您好", "buttons": [], "cards": []}),
        (bot("选", buttons=[{**BUTTON, "type": "postback"}]), {"text": "选", "buttons": [BUTTON], "cards": []}),
        (bot("选", quick_replies=[BUTTON]), {"text": "选", "buttons": [BUTTON], "cards": []}),
        (bot(None, custom={"cards": [ORDER]}), {"text": "", "buttons": [], "cards": [ORDER]}),
        (bot("a", custom={"cards": [{**ORDER, "cost": 1}]}), {"text": "a", "buttons": [], "cards": [ORDER]}),
        (bot("a", custom={"cards": [{"type": "html"}, 5]}), {"text": "a", "buttons": [], "cards": []}),
        (bot("a", custom="x", buttons=["x", {"title": "no payload"}]), {"text": "a", "buttons": [], "cards": []}),
    ],
)
def test_reply(event: Event, reply: dict[str, Any]) -> None:
    assert turn_log.replies([user("m1"), event]) == [reply]


def test_empty_utterance_is_no_reply() -> None:
    assert turn_log.replies([bot(None), bot("", buttons=None, custom=None)]) == []


def test_understood_names_fields() -> None:
    ranking = [{"name": n, "confidence": 0.1, "id": 5} for n in "abcd"]
    entity = {"entity": "phone", "value": "13800138000", "start": 0, "end": 11, "extractor": "PatternExtractor"}
    event = user("m1", intent={"name": "a", "confidence": 0.1}, intent_ranking=ranking, entities=[entity])
    assert turn_log.understood([event]) == {
        "intent": "a",
        "confidence": 0.1,
        "ranking": [{"name": n, "confidence": 0.1} for n in "abc"],
        "entities": [{"entity": "phone", "value": "13800138000", "start": 0, "end": 11}],
        "mood": None,
        "wants_human": False,
        "doubt": None,
    }
    assert turn_log.understood([LISTEN]) == {}


def test_understood_tells_question_and_tone() -> None:
    faq = {"name": "faq", "full_retrieval_intent_name": "faq/coupon", "confidence": 0.9}
    tone = {"mood": {"name": "angry", "confidence": 0.8}, "wants_human": True, "doubt": {"band": "act"}}
    heard = turn_log.understood([user("m1", intent=faq, intent_ranking=[faq], **tone)])
    assert (heard["intent"], heard["ranking"]) == ("faq/coupon", [{"name": "faq/coupon", "confidence": 0.9}])
    assert (heard["mood"], heard["wants_human"], heard["doubt"]) == ("angry", True, "act")


@pytest.mark.parametrize(
    ("turn", "lost"),
    [
        ([user("m1"), action("utter_greet"), bot("a"), LISTEN], False),
        ([user("m1"), action("action_case"), bot("a"), LISTEN], False),
        ([user("m1"), action("action_case"), SLOT, LISTEN], False),
        ([user("m1"), action("action_case"), LISTEN], True),
        ([user("m1"), action("action_case")], True),
        ([user("m1"), action("action_case"), SLOT, action("action_more"), LISTEN], True),
        ([user("m1"), action("case_form"), LISTEN], True),
        ([user("m1"), action("case_form"), {"event": "active_loop", "name": "case_form"}, LISTEN], False),
        ([user("m1"), LISTEN], False),
        ([], False),
    ],
)
def test_lost_action(turn: list[Event], lost: bool) -> None:
    assert turn_log.lost_action(turn) is lost
