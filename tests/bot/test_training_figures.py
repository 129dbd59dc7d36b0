"""The figures, on answers whose figures are known."""

from __future__ import annotations

import pytest
from training_data import answer

from bot.training import figures
from bot.training.marks import Mark

RIGHT, WRONG = answer("pay", "pay"), answer("pay", "greet")
ASKED, REFUSED = answer("pay", "pay", band="ask"), answer("pay", "pay", band="unknown")


@pytest.mark.parametrize(
    ("answers", "accuracy", "guess_accuracy", "acted_accuracy", "asked", "refused"),
    [
        ([RIGHT], 1.0, 1.0, 1.0, 0.0, 0.0),
        ([RIGHT, WRONG], 0.5, 0.5, 0.5, 0.0, 0.0),
        ([RIGHT, ASKED], 0.5, 1.0, 1.0, 0.5, 0.0),
        ([RIGHT, REFUSED], 0.5, 1.0, 1.0, 0.0, 0.5),
        ([RIGHT, WRONG, ASKED, REFUSED], 0.25, 0.75, 0.5, 0.25, 0.25),
        ([], 0.0, 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_totals(answers, accuracy, guess_accuracy, acted_accuracy, asked, refused) -> None:
    totals = figures.of(answers).totals
    assert (totals.accuracy, totals.guess_accuracy, totals.acted_accuracy) == (accuracy, guess_accuracy, acted_accuracy)
    assert (totals.asked, totals.refused) == (asked, refused)


def test_asking_well_is_having_the_right_one_among_the_buttons() -> None:
    doubt = {"band": "ask", "candidates": ["greet", "pay"]}
    among = answer("pay", "greet", doubt=doubt)
    astray = answer("pay", "greet", doubt={**doubt, "candidates": ["greet", "thank"]})
    totals = figures.of([among, astray]).totals
    assert (totals.asked, totals.asked_well) == (1.0, 0.5)


def test_refusals_lower_recall_and_not_precision() -> None:
    computed = figures.of([RIGHT, RIGHT, ASKED, REFUSED, answer("greet", "pay"), answer("greet", "greet")])
    pay, greet = computed.intents["pay"], computed.intents["greet"]
    assert (pay.n, pay.precision, pay.recall, pay.f1) == (4, 2 / 3, 0.5, 4 / 7)
    assert (greet.n, greet.precision, greet.recall) == (2, 1.0, 0.5)
    assert computed.macro_f1 == pytest.approx((4 / 7 + 2 / 3) / 2)


def test_out_of_scope_stands_apart() -> None:
    foreign = [answer("out_of_scope", guess, band=band) for guess, band in (("pay", "act"), ("pay", "ask"))]
    foreign += [answer("out_of_scope", "out_of_scope"), answer("out_of_scope", "pay", band="unknown")]
    computed = figures.of([RIGHT, *foreign])
    assert computed.totals.n == 1
    assert "out_of_scope" not in computed.intents
    assert computed.out_of_scope == figures.OutOfScope(4, 0.75, 0.25)
    assert figures.of([RIGHT]).out_of_scope is None


def test_slices_are_counted_each() -> None:
    slices = figures.of([RIGHT, answer("pay", "greet", slice_="typos")]).slices
    assert {name: (shares.n, shares.accuracy) for name, shares in slices.items()} == {
        "clean": (1, 1.0),
        "typos": (1, 0.0),
    }


Q, LONGER, OTHER = Mark(0, 2, "product"), Mark(0, 3, "product"), Mark(0, 2, "amount")


@pytest.mark.parametrize(
    ("found", "precision", "recall"),
    [
        ((Mark(0, 2, "product", "Q币"),), 1.0, 1.0),
        ((LONGER,), 0.0, 0.0),
        ((), 0.0, 0.0),
        ((Q, LONGER), 0.5, 1.0),
        ((Q, OTHER), 1.0, 1.0),  # the file marks no amounts at all
    ],
)
def test_entities_count_by_exact_place_and_kind(found, precision, recall) -> None:
    entities = figures.of([answer("pay", "pay", marks=(Q,), found=found)]).entities
    assert list(entities) == ["product"]
    assert (entities["product"].precision, entities["product"].recall) == (precision, recall)


def test_moods_are_counted_where_test_set_and_model_both_tell() -> None:
    angry = {"name": "angry", "confidence": 1.0}
    both = answer("pay", "pay", mood_meant="calm", mood=angry)
    computed = figures.of([both, both, answer("pay", "pay", mood_meant="calm"), answer("pay", "pay", mood=angry)])
    assert computed.mood == {("calm", "angry"): 2}


def test_wish_for_a_person_is_scored_where_test_set_and_model_both_tell() -> None:
    wishes = [(True, True), (True, False), (False, True), (False, False), (None, True)]
    score = figures.of([answer("pay", "pay", human_meant=m, wants_human=t) for m, t in wishes]).wants_human
    assert score == figures.Score(2, 0.5, 0.5, 0.5)
    assert figures.of([answer("pay", "pay", human_meant=True)]).wants_human is None
