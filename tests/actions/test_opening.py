"""What a message opens, given what went before: topic, order, keys, and what it interrupts."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.opening import opened
from actions.table import REMEMBERED
from actions.turn import FORM, Turn

NOW = 1_700_000_000.0
A, B = "DD20261121A7K3", "DD20261119K2M9"


def _turn(text: str, intent: str, slots: dict[str, Any] | None = None, in_form: bool = False, **entities: Any) -> Turn:
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    message = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": found, "message_id": "m"}
    events = [{"event": "user", "timestamp": NOW}]
    loop = {"name": FORM} if in_form else {}
    return Turn(Tracker("c", slots or {}, message, events, False, None, loop, "action_listen"))


def _memory(topic: str, age: float = 60, **rest: Any) -> dict[str, Any]:
    return {"memory": {"topic": topic, "order_no": A, "keys": None, "at": NOW - age, **rest}}


@pytest.mark.parametrize(
    ("text", "intent", "slots", "topic", "candidate"),
    [
        ("卡密没到", "card_key_not_received", {}, "card_key_not_received", None),
        (f"卡密没到{B}", "card_key_not_received", _memory("query_order"), "card_key_not_received", B),
        # The order just talked about is meant by what follows from it …
        ("卡密用不了", "card_key_invalid", _memory("card_key_not_received"), "card_key_invalid", A),
        ("退款", "request_refund", _memory("card_key_not_received"), "request_refund", A),
        ("还没到", "card_key_not_received", _memory("card_key_not_received"), "card_key_not_received", A),
        # … and not by a new beginning, another order, or after a while.
        ("卡密没到", "card_key_not_received", _memory("card_key_invalid"), "card_key_not_received", None),
        ("另一个订单的卡密用不了", "card_key_invalid", _memory("card_key_not_received"), "card_key_invalid", None),
        ("卡密用不了", "card_key_invalid", _memory("card_key_invalid", REMEMBERED + 1), "card_key_invalid", None),
        # Bare data goes to the topic just talked about, else it is looked up.
        (B, "inform", {}, "query_order", B),
        (B, "inform", _memory("topup_failed"), "topup_failed", B),
        (B, "inform", _memory("topup_failed", REMEMBERED + 1), "query_order", B),
        (B, "inform", _memory("ticket_progress"), "query_order", B),
        ("卡密没到", "card_key_not_received", _memory("query_order"), "card_key_not_received", A),
        ("T20261121-0042", "inform", {}, "ticket_progress", None),
        ("13800138000", "inform", {}, "loose_data", None),
        ("⟦key:a⟧", "inform", {}, "loose_key", None),
        ("⟦key:a⟧", "inform", _memory("card_key_used"), "card_key_used", A),
        (f"催一下{B}", "urge", {}, "urge_order", B),
        ("催一下T20261121-0042", "urge", {}, "ticket_progress", None),
    ],
)
def test_topic_and_order(text: str, intent: str, slots: dict[str, Any], topic: str, candidate: str | None) -> None:
    entities = {"card_key": text} if text.startswith("⟦") else {}
    folder, _ = opened(_turn(text, intent, slots, **entities))
    assert (folder.topic, folder.candidate) == (topic, candidate)


@pytest.mark.parametrize(
    ("text", "keys"),
    [("还是用不了", ["⟦key:a⟧"]), ("另一张也用不了", None), (f"{B}也用不了", None), ("⟦key:b⟧也用不了", ["⟦key:b⟧"])],
)
def test_keys_just_talked_about(text: str, keys: list[str] | None) -> None:
    folder, _ = opened(_turn(text, "card_key_invalid", _memory("card_key_invalid", keys=["⟦key:a⟧"])))
    assert folder.card_keys == keys


@pytest.mark.parametrize(
    ("before", "intent", "paused"),
    [
        ("card_key_not_received", "topup_failed", ["card_key_not_received"]),
        ("card_key_invalid", "card_key_used", []),
        ("topup_failed", "wrong_account", []),
        ("query_order", "topup_failed", []),
        ("card_key_not_received", "ticket_progress", ["card_key_not_received"]),
    ],
)
def test_interrupted(before: str, intent: str, paused: list[str]) -> None:
    slots = {"topic": before, "candidate": A, "requested_slot": "proof"}
    _, kept = opened(_turn("…", intent, slots, in_form=True))
    assert [each["topic"] for each in kept] == paused
    assert all(each["candidate"] == A for each in kept)


def test_taken_up_again_is_no_longer_interrupted() -> None:
    waiting = [{"topic": "card_key_invalid", "candidate": A, "card_keys": None, "at": NOW}]
    slots = {"topic": "topup_failed", "paused_topic": waiting}
    _, kept = opened(_turn("卡密用不了", "card_key_used", slots, in_form=True))
    assert [each["topic"] for each in kept] == ["topup_failed"]


def test_refund_after_out_of_stock_is_the_choice() -> None:
    memory = _memory("card_key_not_received", outcome="not_received/out_of_stock")
    folder, _ = opened(_turn("退款吧", "request_refund", memory))
    assert (folder.topic, folder.choice, folder.candidate) == ("stock_choice", "refund", A)
