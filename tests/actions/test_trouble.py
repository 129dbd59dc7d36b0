"""When the desk fails in the middle of a conversation: one polite reply, a person called, nothing stuck."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Chat
from desk_stub import MINE, DeskStub

KINDS = [401, 500, "slow", "close", "garbage"]
OPENING = f"卡密没到 {MINE}"


@pytest.mark.parametrize("how", KINDS)
def test_failure_hands_over(chat: Chat, stub: DeskStub, how: Any) -> None:
    stub.signed_in = True
    stub.broken = {"cases/not-received": how}
    heard = chat.say(OPENING)
    assert heard.names == ["utter_desk_trouble_handed"]
    assert not heard.silent_actions
    assert stub.asked("handoff") == [{"reason": "failure", "intent": "card_key_not_received"}]


@pytest.mark.parametrize("how", KINDS)
def test_failure_of_everything_offers_a_person(chat: Chat, stub: DeskStub, how: Any) -> None:
    stub.broken = {"*": how}
    heard = chat.say(OPENING)
    assert heard.names == ["utter_desk_trouble"]
    assert [button["title"] for button in heard.buttons] == ["转人工"]
    assert not heard.silent_actions


@pytest.mark.parametrize(
    ("broken", "talk"),
    [
        ({"orders/claim": 500}, [OPENING]),
        ({"orders/recent": 500}, ["卡密没到"]),
        ({"cases/key": 500}, [f"{MINE} 卡密⟦key:aaaa⟧无效"]),
        ({"tickets/status": "close"}, ["工单 T20261121-0042 到哪了"]),
        ({"tickets/mine": "garbage"}, ["工单进度"]),
        ({"urge": 500}, ["催一下"]),
        ({"cases/delivery-time": 500}, ["一般多久到账"]),
    ],
)
def test_failure_anywhere_is_said_once(chat: Chat, stub: DeskStub, broken: dict[str, Any], talk: list[str]) -> None:
    stub.signed_in, stub.broken = True, broken
    for says in talk:
        heard = chat.say(says)
    assert heard.names == ["utter_desk_trouble_handed"]
    assert not heard.silent_actions
    assert chat.tracker().active_loop_name is None


@pytest.mark.parametrize("status", [403, 404, 409, 422, 429])
def test_refusal_is_explained_and_hands_nothing_over(chat: Chat, stub: DeskStub, status: int) -> None:
    stub.signed_in = True
    stub.broken = {"cases/not-received": status}
    heard = chat.say(OPENING)
    assert heard.names == ["utter_desk_refused"]
    assert "转人工" in [button["title"] for button in heard.buttons]
    assert stub.asked("handoff") == []


def test_the_conversation_goes_on_after_a_failure(chat: Chat, stub: DeskStub) -> None:
    stub.signed_in = True
    stub.broken = {"orders/claim": 500}
    chat.say(OPENING)
    stub.broken = {}
    assert chat.say(OPENING).names == ["utter_not_received_delivered_again"]


def test_failing_handoff_still_answers(chat: Chat, stub: DeskStub) -> None:
    stub.broken = {"handoff": 500}
    assert chat.say("转人工").names == ["utter_desk_trouble"]


def test_keys_of_calls_name_conversation_message_and_action(chat: Chat, stub: DeskStub) -> None:
    stub.signed_in = True
    chat.say(OPENING, message_id="m_17")
    keys = {call.what: call.key for call in stub.calls}
    assert keys["orders/claim"] == f"{chat.sender}:m_17:validate_case_form:orders/claim"
    assert keys["cases/not-received"] == f"{chat.sender}:m_17:action_case:cases/not-received"
    assert len(set(keys.values())) == len(keys)


def test_the_same_message_again_changes_nothing(chat: Chat, stub: DeskStub) -> None:
    stub.signed_in = True
    stub.answers = {"cases/not-received": "not_received/delivered_now"}
    first = chat.say(OPENING, message_id="m_18")
    stub.answers = {"cases/not-received": "not_received/delivered_again"}
    again = chat.say(OPENING, message_id="m_18")
    assert first.names == again.names == ["utter_not_received_delivered_now"]
