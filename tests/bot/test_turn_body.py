from typing import Any

import pytest

from bot.turn_body import MAX_TEXT, BadTurn, parse

GOOD: dict[str, Any] = {"conversation": "c_1", "message_id": "m_1", "text": "你好", "trusted": False, "metadata": {}}


@pytest.mark.parametrize(
    ("text", "trusted", "handled"),
    [
        ("你好", False, "你好"),
        ("/restart", False, "／restart"),
        ("  /restart", False, "／restart"),
        ("\u3000/restart", False, "／restart"),
        ("//x", False, "／/x"),
        ("1/2", False, "1/2"),
        ("/order{}", True, "/order{}"),
        ("a\ud800b", False, "a?b"),
    ],
)
def test_text(text: str, trusted: bool, handled: str) -> None:
    assert parse({**GOOD, "text": text, "trusted": trusted}).text == handled


@pytest.mark.parametrize(
    "change",
    [{"text": t} for t in ("", "  ", None, 5, ["x"], "x" * (MAX_TEXT + 1))]
    + [{"conversation": c} for c in ("", None, 5, "a b", "a/b", "x" * 201, "a\n")]
    + [{"message_id": m} for m in ("", None, {}, "x" * 201)]
    + [{"trusted": t} for t in ("yes", 1, None)]
    + [{"metadata": m} for m in ("x", [1])],
)
def test_bad_fields_are_refused_by_name(change: dict[str, Any]) -> None:
    with pytest.raises(BadTurn) as refused:
        parse({**GOOD, **change})
    assert str(refused.value) in change


@pytest.mark.parametrize("body", [None, [], "x", 5])
def test_only_objects(body: Any) -> None:
    with pytest.raises(BadTurn):
        parse(body)


def test_optional_fields() -> None:
    assert parse({k: GOOD[k] for k in ("conversation", "message_id", "text")}).metadata == {}
