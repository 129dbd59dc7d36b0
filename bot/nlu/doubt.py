"""How sure the bot may be: act, ask which of two or three, or say that it does not understand.

All limits come from calibration at training time, on training texts seen by models that did not know them, and on
messages that belong to no intent (data/calibration). A logistic regression over `linear.FEATURES` tells the two apart;
confidence 0.5 is the point below which the wanted share of outside messages lies.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Sequence

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bot.nlu.linear import FEATURES, SPREAD, Evidence, Trial

ACT, ASK, UNKNOWN = "act", "ask", "unknown"
OFFERED = 3  # intents to choose from
PLAUSIBLE = 0.2  # a candidate's share of the best one's confidence
POOR = 0.65  # share of right guesses between confusable intents that is too small to act on
COIN = 0.4  # the same between any two intents
FEW = 40  # messages; fewer tell no limit
FILE = "doubt.json"
OUTSIDE = "out_of_scope"
FLOOR = 0.05  # without outside messages: share of known-topic messages that may fall under 0.5


@dataclass(frozen=True)
class Verdict:
    """What may be done with a message.

    Attributes:
        band: `act`, `ask` or `unknown`.
        ranking: Intents with confidence 0..1, best first; the first is under 0.5 unless the band is `act`.
        candidates: The intents to ask about; empty unless the band is `ask`.
    """

    band: str
    ranking: list[tuple[str, float]]
    candidates: list[str]


@dataclass
class Doubt:
    """A calibrated judge.

    Attributes:
        weights: One per feature.
        bias: Added to the weighted sum; 0 is confidence 0.5.
        ask: Down to this value guesses are offered, under it none.
        gap: Two confusable intents nearer than this are asked about.
        toss: Any two intents nearer than this are asked about.
        confusable: Groups of intents that customers' words often leave open.
        measured: What calibration found, for reports.
    """

    weights: list[float]
    bias: float
    ask: float
    gap: float = 0.0
    toss: float = 0.0
    confusable: list[list[str]] = field(default_factory=list)
    measured: dict[str, float] = field(default_factory=dict)

    @classmethod
    def fit(
        cls,
        labels: Sequence[str],
        trial: Trial | None,
        outside: Evidence,
        confusable: Sequence[Sequence[str]] = (),
        refuse: float = 0.92,
        silence: float = 0.7,
    ) -> Doubt:
        """Calibrates.

        Args:
            labels: Intents, in the order of the margins.
            trial: What models that did not know them made of training texts and of outside messages.
            outside: What the model in use makes of the outside messages.
            confusable: Groups of intents.
            refuse: Share of outside messages that must not be acted on.
            silence: Share of outside messages for which not even a guess is offered.

        Returns:
            The judge.
        """
        groups = [list(group) for group in confusable]
        if trial is None or not len(outside.features):
            floor = float(np.quantile(_familiar(trial.held), FLOOR)) if trial else 0.0
            weights = [4.0 * (name in ("margin", "near")) for name in FEATURES]
            return cls(weights, -4.0 * floor, -1.0, confusable=groups)
        inside = trial.held.features[np.array(trial.truth) != OUTSIDE]
        features = np.vstack([inside, trial.outside.features])
        is_inside = np.r_[np.ones(len(inside)), np.zeros(len(trial.outside.features))]
        scaler = StandardScaler().fit(features)
        regression = LogisticRegression(class_weight="balanced", max_iter=1000)
        regression.fit(scaler.transform(features), is_inside)
        values = regression.decision_function(scaler.transform(outside.features))
        act, ask = (float(np.quantile(values, share)) for share in (refuse, silence))
        weights = regression.coef_[0] / scaler.scale_
        bias = float(regression.intercept_[0] - (weights * scaler.mean_).sum() - act)
        right = trial.held.margins.argmax(axis=1) == np.array([labels.index(label) for label in trial.truth])
        order = np.argsort(-trial.held.margins, axis=1)[:, :2]
        open_ = np.array([any(labels[a] in g and labels[b] in g for g in groups) for a, b in order], dtype=bool)
        gap, toss = _gap(trial.held, right, open_, POOR), _gap(trial.held, right, ~open_, COIN)
        held = regression.decision_function(scaler.transform(inside))
        measured = {"held_out_right": float(right.mean()), "held_out_refused": float((held < act).mean())}
        return cls([float(w) for w in weights], bias, ask - act, gap, toss, groups, measured)

    def judge(self, labels: Sequence[str], evidence: Evidence) -> Verdict:
        """Judges one message.

        Args:
            labels: Intents, in the order of the margins.
            evidence: Of this message alone.

        Returns:
            The verdict.
        """
        margins, value = evidence.margins[0], float(evidence.features[0] @ self.weights) + self.bias
        order = np.argsort(-margins)
        best, second = order[0], order[1]
        confusable = self._confusable(labels[best], labels[second])
        open_question = margins[best] - margins[second] < (self.gap if confusable else self.toss)
        top = 1.0 / (1.0 + float(np.exp(-max(-30.0, min(30.0, value)))))
        if value >= 0 and open_question:
            top = 0.49
        ranking = [(labels[i], top * float(np.exp(SPREAD * (margins[i] - margins[best])))) for i in order]
        if value >= 0 and not open_question:
            return Verdict(ACT, ranking, [])
        plausible = [name for name, confidence in ranking[:OFFERED] if confidence >= PLAUSIBLE * top]
        if open_question and confusable:
            plausible = [n for n in plausible if n == ranking[0][0] or self._confusable(ranking[0][0], n)]
        offers = value >= self.ask and ranking[0][0] != OUTSIDE
        return Verdict(ASK, ranking, plausible) if offers else Verdict(UNKNOWN, ranking, [])

    def _confusable(self, one: str, other: str) -> bool:
        return any(one in group and other in group for group in self.confusable)

    def save(self, folder: Path) -> None:
        """Writes the judge as JSON into an existing folder."""
        (folder / FILE).write_text(json.dumps(asdict(self), ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Doubt:
        """Reads what `save` wrote."""
        return cls(**json.loads((folder / FILE).read_text("utf-8")))


def _familiar(evidence: Evidence) -> Any:
    """Returns a plain measure of knowing a message, for data too small to learn one."""
    return evidence.features[:, FEATURES.index("margin")] + evidence.features[:, FEATURES.index("near")]


def _gap(held: Evidence, right: Any, pairs: Any, share: float) -> float:
    """Returns the gap under which at most `share` of the guesses are right, among the messages that `pairs` marks."""
    gaps, hits = held.features[pairs, FEATURES.index("gap")], right[pairs]
    if len(gaps) < FEW:
        return 0.0
    # The wider the gap, the surer the guess: smoothed to that, single messages decide nothing.
    shares = IsotonicRegression(increasing=True, out_of_bounds="clip").fit_transform(gaps, hits.astype(float))
    return float(gaps[shares <= share].max(initial=0.0))
