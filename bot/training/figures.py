"""Figures of a model, all computed from its answers, so that two models can always be compared on the same messages.

Refused and asked-back messages count as errors in `accuracy`, precision, recall and F1: the customer got no answer.
Messages that are out of scope stand apart; for them only counts whether the bot acted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from bot.training.answers import Answer
from bot.training.samples import OUT_OF_SCOPE


@dataclass(frozen=True)
class Score:
    """How well one label is recognised.

    Attributes:
        n: How often it is meant.
        precision: Of what was taken for it, how much was.
        recall: Of what was it, how much was recognised.
        f1: Both in one; 0 where nothing was right.
    """

    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Shares:
    """What became of a set of messages on the shop's business, each a share of them.

    Attributes:
        n: How many messages.
        accuracy: Acted on, rightly.
        guess_accuracy: The likeliest intent is right, acted on or not (what `rasa test nlu` counts).
        acted_accuracy: Of what was acted on, how much rightly.
        asked: Asked back.
        asked_well: Asked back, with the right intent among the buttons or on top.
        refused: Not understood.
    """

    n: int
    accuracy: float
    guess_accuracy: float
    acted_accuracy: float
    asked: float
    asked_well: float
    refused: float


@dataclass(frozen=True)
class OutOfScope:
    """What became of messages that are none of the shop's business: how many, and shares of them."""

    n: int
    not_acted: float
    asked: float


@dataclass(frozen=True)
class Figures:
    """All figures; a part that the test sets or the model say nothing on is None or empty."""

    totals: Shares
    macro_f1: float
    guess_macro_f1: float
    slices: dict[str, Shares]
    intents: dict[str, Score]
    out_of_scope: OutOfScope | None
    entities: dict[str, Score]
    mood: dict[tuple[str, str], int]
    wants_human: Score | None
    ms_p50: float
    ms_p95: float


def of(answers: Sequence[Answer]) -> Figures:
    """Computes everything.

    Args:
        answers: Of one model.

    Returns:
        The figures.
    """
    ours = [each for each in answers if each.sample.intent != OUT_OF_SCOPE]
    foreign = [each for each in answers if each.sample.intent == OUT_OF_SCOPE]
    meant = [each.sample.intent for each in ours]
    intents = scores(meant, [each.guess if each.acted else None for each in ours])
    guesses = scores(meant, [each.guess for each in ours])
    slices = dict.fromkeys(each.sample.slice for each in ours)
    times = sorted(each.cpu_ms for each in answers)
    return Figures(
        totals=_shares(ours),
        macro_f1=_mean(score.f1 for score in intents.values()),
        guess_macro_f1=_mean(score.f1 for score in guesses.values()),
        slices={name: _shares([each for each in ours if each.sample.slice == name]) for name in slices},
        intents=intents,
        out_of_scope=_out_of_scope(foreign) if foreign else None,
        entities=_entities(answers),
        mood=Counter((a.sample.mood, a.mood) for a in answers if a.sample.mood and a.mood),
        wants_human=_wants_human(answers),
        ms_p50=_quantile(times, 0.5),
        ms_p95=_quantile(times, 0.95),
    )


def scores(meant: Sequence[str], taken: Sequence[str | None]) -> dict[str, Score]:
    """Scores each label that is meant at least once.

    Args:
        meant: What each message is.
        taken: What it was taken for; None for nothing.

    Returns:
        Label to score, in alphabetical order.
    """
    wanted, got = Counter(meant), Counter(taken)
    right = Counter(m for m, t in zip(meant, taken, strict=True) if m == t)
    return {label: score(wanted[label], got[label], right[label]) for label in sorted(wanted)}


def score(wanted: int, got: int, right: int) -> Score:
    """Makes a score of counts: how many there are, how many were found, how many of these rightly."""
    return Score(
        n=wanted,
        precision=_ratio(right, got),
        recall=_ratio(right, wanted),
        f1=_ratio(2 * right, wanted + got),
    )


def _shares(answers: Sequence[Answer]) -> Shares:
    n, acted = len(answers), [each for each in answers if each.acted]
    asked = [each for each in answers if each.asked]
    well = [each for each in asked if each.sample.intent in (each.guess, *each.candidates)]
    return Shares(
        n=n,
        accuracy=_ratio(sum(each.right for each in answers), n),
        guess_accuracy=_ratio(sum(each.guess == each.sample.intent for each in answers), n),
        acted_accuracy=_ratio(sum(each.right for each in acted), len(acted)),
        asked=_ratio(len(asked), n),
        asked_well=_ratio(len(well), n),
        refused=_ratio(n - len(acted) - len(asked), n),
    )


def _out_of_scope(answers: Sequence[Answer]) -> OutOfScope:
    n = len(answers)
    asked = sum(each.asked for each in answers)
    return OutOfScope(n, _ratio(sum(not each.acted for each in answers), n), _ratio(asked, n))


def _entities(answers: Sequence[Answer]) -> dict[str, Score]:
    wanted: Counter[str] = Counter()
    got: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for each in answers:
        places = {(mark.start, mark.end, mark.entity) for mark in each.sample.marks}
        found = {(mark.start, mark.end, mark.entity) for mark in each.found if mark.entity in each.sample.scored}
        wanted.update(entity for _, _, entity in places)
        got.update(entity for _, _, entity in found)
        right.update(entity for _, _, entity in places & found)
    return {entity: score(wanted[entity], got[entity], right[entity]) for entity in sorted(wanted)}


def _wants_human(answers: Sequence[Answer]) -> Score | None:
    told = [a for a in answers if a.sample.wants_human is not None and a.wants_human is not None]
    if not told:
        return None
    return score(
        sum(bool(a.sample.wants_human) for a in told),
        sum(bool(a.wants_human) for a in told),
        sum(bool(a.sample.wants_human and a.wants_human) for a in told),
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return mean(listed) if listed else 0.0


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
