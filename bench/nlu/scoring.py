"""The figures of one contestant, of its answers to the test sets; the same way for all.

What counts is the likeliest intent, before any threshold: thresholds belong to one model each. How well a model's
confidence tells what is out of scope is measured at the threshold that keeps 95 % of its in-scope messages.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import mean
from typing import Any

import numpy as np

from bot.training.answers import Answer
from bot.training.figures import score, scores
from bot.training.samples import OUT_OF_SCOPE

KEPT = 0.95
"""The share of in-scope messages that the threshold lets pass."""


def figures(answers: Sequence[Answer]) -> dict[str, Any]:
    """Computes everything.

    Args:
        answers: Of one model, to all test sets.

    Returns:
        Shares from 0 to 1, and counts under `n`.
    """
    ours = [each for each in answers if each.sample.intent != OUT_OF_SCOPE]
    foreign = [each for each in answers if each.sample.intent == OUT_OF_SCOPE]
    by_slice: dict[str, list[Answer]] = defaultdict(list)
    for each in ours:
        by_slice[each.sample.slice].append(each)
    threshold, refused, auroc = separation([confidence(a) for a in ours], [confidence(a) for a in foreign])
    return {
        "accuracy": _accuracy(ours),
        "macro_f1": mean(s.f1 for s in scores([a.sample.intent for a in ours], [a.guess for a in ours]).values()),
        "slices": {name: _accuracy(by_slice[name]) for name in sorted(by_slice)},
        "out_of_scope_recall": refused,
        "out_of_scope_auroc": auroc,
        "threshold": threshold,
        **_entities(answers),
        "n": {
            "in_scope": len(ours),
            "out_of_scope": len(foreign),
            **{f"slice {name}": len(by_slice[name]) for name in sorted(by_slice)},
        },
    }


def confidence(answer: Answer) -> float:
    """Returns how ready the model is to act on a message: not at all on what it takes for out of scope."""
    return -1.0 if answer.guess == OUT_OF_SCOPE else answer.confidence


def separation(inside: Sequence[float], outside: Sequence[float]) -> tuple[float, float, float]:
    """Measures how well a confidence tells in scope from out of scope.

    Args:
        inside: Confidence of messages in scope.
        outside: Confidence of the others.

    Returns:
        The highest threshold that keeps `KEPT` of the first; the share of the others under it; and the probability
        that one of the first has more than one of the others, ties counting half (AUROC).
    """
    ranked = np.sort(np.asarray(inside))
    threshold = float(ranked[int((1 - KEPT) * len(ranked) + 1e-9)])
    others = np.asarray(outside)
    below = np.searchsorted(ranked, others, "left") + np.searchsorted(ranked, others, "right")
    return threshold, float((others < threshold).mean()), float(1 - (below / 2).mean() / len(ranked))


def quantile(values: Sequence[float], share: float) -> float:
    """Returns a quantile, interpolated."""
    return float(np.quantile(np.asarray(values), share))


def _accuracy(answers: Sequence[Answer]) -> float:
    return mean(each.guess == each.sample.intent for each in answers)


def _entities(answers: Sequence[Answer]) -> dict[str, Any]:
    """Scores entities: place and kind exact, kinds counted only in files that mark them at all."""
    wanted: Counter[str] = Counter()
    got: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for each in answers:
        places = {(m.start, m.end, m.entity) for m in each.sample.marks}
        found = {(m.start, m.end, m.entity) for m in each.found if m.entity in each.sample.scored}
        for counter, marks in ((wanted, places), (got, found), (right, places & found)):
            counter.update(entity for _, _, entity in marks)
    return {
        "entity_f1": score(wanted.total(), got.total(), right.total()).f1,
        "entities": {kind: score(wanted[kind], got[kind], right[kind]).f1 for kind in sorted(wanted)},
        "entity_marks": dict(sorted(wanted.items())),
    }
