"""Reading parse results of today's model and of older ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from training_data import answer

from bot.training import answers, stored
from bot.training.marks import Mark
from bot.training.samples import Sample

HELLO = Sample("clean", "t.yml", 1, "你好", "greet")
PAY = {"name": "pay", "confidence": 0.7}
FALLBACK = {"name": "nlu_fallback", "confidence": 0.5}
FAQ = {"name": "faq", "confidence": 0.9}
COUPON, REGISTER = ({**FAQ, "full_retrieval_intent_name": name} for name in ("faq/coupon", "faq/register"))
SELECTOR = {"faq": {"response": {"intent_response_key": "faq/register"}}, "all_retrieval_intents": ["faq"]}


@pytest.mark.parametrize(
    ("parsed", "guess", "band"),
    [
        ({"intent": PAY, "intent_ranking": [PAY]}, "pay", "act"),
        ({"intent": PAY}, "pay", "act"),
        ({"intent": FALLBACK, "intent_ranking": [FALLBACK, PAY]}, "pay", "ask"),
        ({"intent": FALLBACK, "intent_ranking": [FALLBACK, PAY], "doubt": {"band": "unknown"}}, "pay", "unknown"),
        ({"intent": PAY, "intent_ranking": [PAY], "doubt": {"band": "ask"}}, "pay", "ask"),
        ({"intent": {"name": None, "confidence": 0.0}, "intent_ranking": []}, "", "unknown"),
        ({"intent": FAQ, "intent_ranking": [FAQ, PAY], "response_selector": SELECTOR}, "faq/register", "act"),
        ({"intent": {**FAQ, "full_retrieval_intent_name": "faq/coupon"}, "intent_ranking": [FAQ]}, "faq/coupon", "act"),
        ({"intent": {"name": "faq/coupon", "confidence": 1.0}}, "faq/coupon", "act"),
        ({"intent": FALLBACK, "intent_ranking": [FALLBACK, COUPON, REGISTER]}, "faq/coupon", "ask"),
        (
            {"intent": FALLBACK, "intent_ranking": [FALLBACK, FAQ], "response_selector": SELECTOR},
            "faq/register",
            "ask",
        ),
    ],
)
def test_reads_guess_and_band(parsed: dict[str, Any], guess: str, band: str) -> None:
    read = answers.read(HELLO, parsed, 1.0)
    assert (read.guess, read.band) == (guess, band)


@pytest.mark.parametrize("candidates", [["pay", "greet"], [{"name": "pay"}, {"name": "greet"}]])
def test_reads_candidates_by_name(candidates: list[Any]) -> None:
    parsed = {"intent": FALLBACK, "intent_ranking": [PAY], "doubt": {"band": "ask", "candidates": candidates}}
    assert answers.read(HELLO, parsed, 1.0).candidates == ("pay", "greet")


@pytest.mark.parametrize(
    ("parsed", "mood", "wants_human"),
    [
        ({"intent": PAY}, None, None),
        ({"intent": PAY, "mood": {"name": "angry", "confidence": 1.0}, "wants_human": False}, "angry", False),
        ({"intent": PAY, "mood": None, "wants_human": True}, None, True),
    ],
)
def test_leaves_open_what_a_model_does_not_tell(
    parsed: dict[str, Any], mood: str | None, wants_human: bool | None
) -> None:
    read = answers.read(HELLO, parsed, 1.0)
    assert (read.mood, read.wants_human) == (mood, wants_human)


@pytest.mark.parametrize(
    ("meant", "guess", "band", "acted", "right"),
    [
        ("pay", "pay", "act", True, True),
        ("pay", "greet", "act", True, False),
        ("pay", "pay", "ask", False, False),
        ("pay", "pay", "unknown", False, False),
        ("pay", "out_of_scope", "act", False, False),
        ("out_of_scope", "out_of_scope", "act", False, True),
        ("out_of_scope", "pay", "ask", False, True),
        ("out_of_scope", "pay", "act", True, False),
    ],
)
def test_acting_rightly(meant: str, guess: str, band: str, acted: bool, right: bool) -> None:
    read = answer(meant, guess, band=band)
    assert (read.acted, read.right) == (acted, right)


def test_answers_survive_being_stored_and_belong_to_one_model(tmp_path: Path) -> None:
    one, other = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    one.write_bytes(b"one")
    other.write_bytes(b"other")
    given = [
        answer("pay", "pay", marks=(Mark(0, 2, "product"),), found=(Mark(0, 2, "product", "Q币"),), mood_meant="calm"),
        answer("out_of_scope", "pay", band="ask"),
    ]
    file = stored.beside(one)
    assert file == tmp_path / "a.json"
    stored.save(file, one, given)
    assert stored.load(file, one) == given
    assert stored.load(file, other) is None
    assert stored.load(tmp_path / "absent.json") is None
    assert json.loads(file.read_text("utf-8"))["figures"]["totals"]["accuracy"] == 1.0
    file.write_text("{", "utf-8")
    assert stored.load(file, one) is None
