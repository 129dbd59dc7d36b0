"""Canned scripts: filled from the conversation, fitting ones first, found by initials, checked before they count."""

import pytest
from pydantic import ValidationError

from desk.replies.fitting import Situation, fitted, initials, score
from desk.replies.scripts import Script, Scripts, fill, unfilled


def script(**more: object) -> Script:
    return Script.model_validate({"id": "a", "group": "开场", "title": "问好", "text": "您好"} | more)


@pytest.mark.parametrize(
    ("text", "known", "filled", "left"),
    [
        ("订单 {订单号}", {"订单号": "DD1"}, "订单 DD1", []),
        ("订单 {订单号} 工单 {工单号}", {"订单号": "DD1"}, "订单 DD1 工单 {工单号}", ["工单号"]),
        ("{客户}您好", {"客户": ""}, "您好", []),
        ("{订单号}{订单号}", {}, "{订单号}{订单号}", ["订单号"]),
    ],
)
def test_variables_are_filled_as_far_as_known(text: str, known: dict[str, str], filled: str, left: list[str]) -> None:
    assert (fill(text, known), unfilled(fill(text, known))) == (filled, left)


@pytest.mark.parametrize(
    ("wanted", "situation", "better"),
    [
        ({"intents": ["request_refund"]}, Situation(intents=("request_refund",)), 1),
        ({"intents": ["request_refund"]}, Situation(intents=("urge",)), -1),
        ({"moods": ["angry"]}, Situation(mood="angry"), 1),
        ({"moods": ["angry"]}, Situation(mood=""), -1),
        ({"moods": ["calm"]}, Situation(mood=""), 1),
        ({"profiles": ["merchant"]}, Situation(profile="merchant"), 1),
        ({"profiles": ["merchant"]}, Situation(profile="novice"), -1),
        ({}, Situation("vip", "angry", ("urge",)), 0),
    ],
)
def test_what_fits_comes_before_what_is_for_everybody(
    wanted: dict[str, object], situation: Situation, better: int
) -> None:
    difference = score(script(**wanted), situation) - score(script(), situation)
    assert (difference > 0) - (difference < 0) == better


def test_the_list_is_ranked_and_says_what_is_missing() -> None:
    scripts = [
        script(id="any"),
        script(id="angry", moods=["angry"], text="订单 {订单号} 我马上查"),
        script(id="shop", profiles=["merchant"]),
    ]
    shown = fitted(scripts, Situation("novice", "angry"), {"客户": "林"})
    assert [(each.id, each.fits, each.unfilled) for each in shown] == [
        ("angry", True, ["订单号"]),
        ("any", False, []),
        ("shop", False, []),
    ]


@pytest.mark.parametrize(("text", "letters"), [("补发新卡", "bfxk"), ("VIP 客户", "vip kh"), ("", "")])
def test_initials(text: str, letters: str) -> None:
    assert initials(text) == letters


@pytest.mark.parametrize(
    "bad",
    [{"text": "您的 {余额}"}, {"id": "Ä"}, {"title": " "}, {"moods": ["sad"]}, {"profiles": ["dog"]}, {"text": ""}],
)
def test_what_cannot_be_a_script(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        script(**bad)


def test_ids_are_unique() -> None:
    with pytest.raises(ValidationError, match="编号重复"):
        Scripts(scripts=(script(), script()))
