"""The contract between desk and bot, against a real `rasa run`."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
import requests
from action_stub import ActionStub
from conftest import ROOT, TOKEN, Bot


@pytest.fixture
def conversation() -> str:
    return f"c_{uuid.uuid4().hex}"


def test_health_names_the_model(bot: Bot) -> None:
    answer = requests.get(f"{bot.url}/", timeout=30)
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["model"]


def test_a_turn(bot: Bot, conversation: str) -> None:
    assert bot.turn(conversation, "m1", "你好") == {
        "message_id": "m1",
        "replies": [
            {
                "text": "您好，在的。",
                "buttons": [{"title": "卡密没到", "payload": "/card_key_not_received"}],
                "cards": [],
            }
        ],
        "nlu": {
            "intent": "greet",
            "confidence": pytest.approx(1, abs=0.5),
            "ranking": ANY_THREE,
            "entities": [],
            "mood": "calm",
            "wants_human": False,
            "doubt": "act",
        },
        "failed": False,
        "replayed": False,
    }


class _AnyThree:
    def __eq__(self, other: Any) -> bool:
        return len(other) == 3 and all(set(entry) == {"name", "confidence"} for entry in other)


ANY_THREE = _AnyThree()


def test_custom_action_brings_cards_with_known_fields_only(bot: Bot, actions: ActionStub, conversation: str) -> None:
    answer = bot.turn(conversation, "m1", "Q币的卡密没到 DD20261121A7K3")
    assert answer["replies"][0]["cards"] == [{"type": "order", "order_no": "DD20261121A7K3", "product": "Q币"}]
    found = [(e["entity"], e["value"]) for e in answer["nlu"]["entities"]]
    assert sorted(found) == [("order_no", "DD20261121A7K3"), ("product", "Q币")]
    assert not answer["failed"]
    assert actions.calls == [(conversation, "m1")]


def test_same_message_id_gets_the_same_replies_and_no_second_turn(
    bot: Bot, actions: ActionStub, conversation: str
) -> None:
    first = bot.turn(conversation, "m1", "卡密没到")
    bot.turn(conversation, "m2", "你好")
    again = bot.turn(conversation, "m1", "卡密没到")
    assert again == {**first, "replayed": True}
    assert len(actions.calls) == 1


def test_same_message_id_ten_times_at_once(bot: Bot, actions: ActionStub, conversation: str) -> None:
    answers: list[dict[str, Any]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(bot.turn(conversation, "m1", "卡密没到"))) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(actions.calls) == 1
    assert sorted(a["replayed"] for a in answers) == [False] + [True] * 9
    assert len({str(a["replies"]) for a in answers}) == 1


def test_a_turn_survives_kill_9(bot: Bot, actions: ActionStub, conversation: str) -> None:
    first = bot.turn(conversation, "m1", "卡密没到")
    bot.kill()
    bot.start()
    assert bot.turn(conversation, "m1", "卡密没到") == {**first, "replayed": True}
    assert len(actions.calls) == 1


@pytest.mark.parametrize("text", ["/restart", " /restart", "/card_key_not_received", '/inform{"order_no": "1"}', "/"])
def test_typed_commands_are_text(bot: Bot, actions: ActionStub, conversation: str, text: str) -> None:
    bot.turn(conversation, "m1", "你好")
    answer = bot.turn(conversation, "m2", text)
    assert answer["nlu"]["confidence"] < 1
    assert actions.calls == []
    assert bot.turn(conversation, "m1", "你好")["replayed"]  # nothing was restarted


def test_a_pressed_button_is_a_command(bot: Bot, actions: ActionStub, conversation: str) -> None:
    answer = bot.turn(conversation, "m1", '/card_key_not_received{"order_no": "DD1"}', trusted=True)
    assert answer["nlu"]["intent"] == "card_key_not_received"
    assert [e["value"] for e in answer["nlu"]["entities"]] == ["DD1"]
    assert len(actions.calls) == 1


@pytest.mark.parametrize("token", [None, "", "wrong", "test-token ", "tést"])
def test_wrong_token(bot: Bot, conversation: str, token: str | None) -> None:
    value = None if token is None else token.encode().decode("latin-1")
    assert bot.post({"conversation": conversation, "message_id": "m1", "text": "你好"}, token=value).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", "[" * 5000, {"text": "你好"}]
    + [{"conversation": "c", "message_id": "m", "text": text} for text in ("", None, "x" * 100_000)],
)
def test_malformed_body(bot: Bot, body: Any) -> None:
    answer = bot.post(body)
    assert answer.status_code == 422
    assert answer.json()["error"] == "bad_turn"


@pytest.mark.parametrize("text", ["🙂🙂", "<script>alert(1)</script>", "\x00\x01\x1b[2J", "卡" * 10_000, "😀" * 5000])
def test_odd_text_is_a_turn_all_the_same(bot: Bot, conversation: str, text: str) -> None:
    answer = bot.turn(conversation, "m1", text)
    assert answer["nlu"]["intent"] == "nlu_fallback" or answer["nlu"]["confidence"] >= 0.5
    assert bot.turn(conversation, "m2", "你好")["nlu"]["intent"] == "greet"


@pytest.mark.parametrize("behaviour", ["crash", "nothing"])
def test_a_lost_action_is_reported(bot: Bot, actions: ActionStub, conversation: str, behaviour: str) -> None:
    actions.behave = behaviour
    answer = bot.turn(conversation, "m1", "卡密没到")
    assert (answer["failed"], answer["replies"]) == (True, [])
    actions.behave = "reply"
    assert not bot.turn(conversation, "m2", "卡密没到")["failed"]


def test_no_action_server_is_reported(bot: Bot, actions: ActionStub, conversation: str) -> None:
    bot.kill()
    there = bot.env["KAMIDESK_ACTIONS_URL"]
    bot.env["KAMIDESK_ACTIONS_URL"] = "http://127.0.0.1:9/webhook"
    try:
        bot.start()
        assert bot.turn(conversation, "m1", "卡密没到")["failed"]
        assert not bot.turn(conversation, "m2", "你好")["failed"]
    finally:
        bot.kill()
        bot.env["KAMIDESK_ACTIONS_URL"] = there
        bot.start()


def test_silence_is_a_failure(bot: Bot, conversation: str) -> None:
    answer = bot.turn(conversation, "m1", "手机13800138000")
    assert answer["nlu"]["intent"] == "inform"
    assert (answer["failed"], answer["replies"]) == (True, [])


def test_a_turn_is_finished_when_the_desk_stops_waiting(bot: Bot, actions: ActionStub, conversation: str) -> None:
    actions.behave = "slow"
    body = {"conversation": conversation, "message_id": "m1", "text": "卡密没到"}
    with pytest.raises(requests.Timeout):
        requests.post(f"{bot.url}/turn", json=body, headers={"authorization": "Bearer test-token"}, timeout=0.5)
    again = bot.turn(conversation, "m1", "卡密没到")
    assert again["replies"]
    assert not again["failed"]
    assert len(actions.calls) == 1


def test_conversations_do_not_wait_for_each_other(bot: Bot, actions: ActionStub, conversation: str) -> None:
    actions.behave = "slow"
    slow = threading.Thread(target=bot.turn, args=(conversation, "m1", "卡密没到"))
    slow.start()
    try:
        assert bot.turn(conversation + "x", "m1", "你好")["replies"]
        assert slow.is_alive()
    finally:
        slow.join()


def test_trackers_hold_references_only(bot: Bot, conversation: str) -> None:
    answer = bot.turn(conversation, "m1", "卡号⟦key:Ab-1_z⟧ 密码⟦key:Zz9⟧")
    assert [e["value"] for e in answer["nlu"]["entities"]] == ["⟦key:Ab-1_z⟧", "⟦key:Zz9⟧"]
    with sqlite3.connect(Path(bot.env["KAMIDESK_STATE_DIR"]) / "tracker.db") as db:
        assert db.execute("SELECT count(*) FROM events WHERE sender_id = ?", (conversation,)).fetchone()[0] > 3


def test_the_log_has_no_text_of_customers(bot: Bot, conversation: str) -> None:
    bot.turn(conversation, "m1", "密码是XMKJ8HHTR2W9别说出去")
    assert "XMKJ8HHTR2W9" not in bot.log.read_text("utf-8", "replace")


def test_without_a_token_the_bot_does_not_start(bot: Bot) -> None:
    env = {k: v for k, v in bot.env.items() if k != "KAMIDESK_BOT_TOKEN"}
    done = subprocess.run(bot.command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode != 0
    assert "KAMIDESK_BOT_TOKEN is not set" in done.stdout + done.stderr


def test_what_is_to_be_forgotten_is(bot: Bot, conversation: str) -> None:
    def forget(wanted: Any, token: str = TOKEN) -> requests.Response:
        headers = {"authorization": f"Bearer {token}"}
        return requests.post(f"{bot.url}/forget", json={"conversations": wanted}, headers=headers, timeout=30)

    first = bot.turn(f"{conversation}.1", "m1", "你好")
    assert (forget([conversation], "wrong").status_code, forget("all").status_code) == (401, 422)
    assert bot.turn(f"{conversation}.1", "m1", "你好")["replayed"]
    assert forget([conversation]).json()["events"] > 0
    assert forget([conversation]).json() == {"events": 0}
    assert bot.turn(f"{conversation}.1", "m1", "你好") == first
