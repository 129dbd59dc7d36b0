"""Three bands of doubt, on evidence made by hand: what the numbers must lead to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.doubt import ACT, ASK, UNKNOWN, Doubt
from bot.nlu.linear import FEATURES, Evidence, Trial

LABELS = ["invalid", "out_of_scope", "price", "used"]
GROUPS = [["invalid", "used"]]


def _evidence(rows: Sequence[Sequence[float]], known: float = 1.0) -> Evidence:
    margins = np.array(rows, dtype=float)
    ranked = np.sort(margins, axis=1)
    features = np.zeros((len(rows), len(FEATURES)))
    features[:, 0], features[:, 1] = ranked[:, -1], ranked[:, -1] - ranked[:, -2]
    features[:, FEATURES.index("written")] = known
    return Evidence(margins, features)


@pytest.fixture(scope="module")
def doubt() -> Doubt:
    """Calibrated on 300 clear messages, 60 between invalid and used (a coin's throw each), and 100 outside ones."""
    random = np.random.RandomState(1)
    clear = [list(np.where(np.arange(4) == i % 4, 1.0, -1.0) + random.normal(0, 0.1, 4)) for i in range(300)]
    close = [[0.5 + random.uniform(-0.05, 0.05), -1, -1, 0.5] for _ in range(60)]
    held = _evidence(clear + close)
    truth = [LABELS[i % 4] for i in range(300)] + [LABELS[(i % 2) * 3] for i in range(60)]
    outside = _evidence([list(random.normal(-0.6, 0.2, 4)) for _ in range(100)], known=0.3)
    return Doubt.fit(LABELS, Trial(held, truth, outside), outside, GROUPS, refuse=0.9, silence=0.5)


@pytest.mark.parametrize(
    ("margins", "known", "band", "candidates"),
    [
        ([1.0, -1, -1, -1], 1.0, ACT, []),
        ([0.5, -1, -1, 0.49], 1.0, ASK, ["invalid", "used"]),  # confusable and close
        ([0.5, -1, 0.49, -1], 1.0, ACT, []),  # close, but nobody takes one for the other
        ([0.5, -1, -1, -0.5], 1.0, ACT, []),  # confusable, but not close
        ([-1.2, -1.3, -1.4, -1.3], 0.0, UNKNOWN, []),
        ([-1.3, -1.2, -1.4, -1.3], 0.0, UNKNOWN, []),
    ],
)
def test_bands(doubt: Doubt, margins: list[float], known: float, band: str, candidates: list[str]) -> None:
    verdict = doubt.judge(LABELS, _evidence([margins], known))
    assert (verdict.band, verdict.candidates) == (band, candidates)


def test_only_what_is_acted_on_is_sure(doubt: Doubt) -> None:
    random = np.random.RandomState(2)
    for _ in range(300):
        verdict = doubt.judge(LABELS, _evidence([list(random.normal(-0.3, 0.6, 4))], random.uniform()))
        confidences = [confidence for _, confidence in verdict.ranking]
        assert (confidences[0] >= 0.5) == (verdict.band == ACT)
        assert confidences == sorted(confidences, reverse=True)
        assert all(0 <= confidence <= 1 for confidence in confidences)
        assert bool(verdict.candidates) == (verdict.band == ASK)


@pytest.mark.parametrize("refuse", [0.6, 0.8, 0.95])
def test_the_wanted_share_of_outside_messages_is_refused(refuse: float) -> None:
    random = np.random.RandomState(3)
    held = _evidence([[1 + random.normal(0, 0.3), -1, -1, -1] for _ in range(200)])
    outside = _evidence([list(random.normal(-0.3, 0.4, 4)) for _ in range(200)], known=0.8)
    doubt = Doubt.fit(LABELS, Trial(held, ["invalid"] * 200, outside), outside, refuse=refuse, silence=0.3)
    each = [Evidence(outside.margins[[i]], outside.features[[i]]) for i in range(200)]
    acted = [doubt.judge(LABELS, one).band == ACT for one in each]
    assert 1 - sum(acted) / 200 == pytest.approx(refuse, abs=0.02)


def test_without_outside_messages_a_twentieth_of_the_known_is_doubted() -> None:
    random = np.random.RandomState(4)
    held = _evidence([[random.normal(0.5, 0.3), -1, -1, -1] for _ in range(400)])
    none = Evidence(np.zeros((0, 4)), np.zeros((0, len(FEATURES))))
    doubt = Doubt.fit(LABELS, Trial(held, ["invalid"] * 400, none), none)
    bands = [doubt.judge(LABELS, Evidence(held.margins[[i]], held.features[[i]])).band for i in range(400)]
    assert bands.count(ACT) == pytest.approx(380, abs=4)
    assert Doubt.fit(LABELS, None, none).judge(LABELS, _evidence([[1, -1, -1, -1]])).band == ACT


def test_saved_judge_judges_alike(doubt: Doubt, tmp_path: Path) -> None:
    doubt.save(tmp_path)
    assert Doubt.load(tmp_path) == doubt
