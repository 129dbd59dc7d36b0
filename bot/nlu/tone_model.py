"""What a message sounds like (its mood, a wish for a person): a linear SVM on characters, their pairs and triples."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Sequence

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

SEEN = 2  # training texts that an n-gram must stand in
STEEP = 3.0  # of the confidence, per unit of margin


class ToneModel:
    """A trained model."""

    def __init__(self, labels: Sequence[str], words: Sequence[str], weights: Any, bias: Any) -> None:
        """Builds the model.

        Args:
            labels: What a message can be.
            words: N-grams in the order of the rows of `weights`.
            weights: N-grams × labels.
            bias: One per label.
        """
        self.labels, self._words, self._weights, self._bias = list(labels), list(words), weights, bias
        self._columns = {word: at for at, word in enumerate(words)}

    @classmethod
    def fit(cls, views: Sequence[str], truth: Sequence[str]) -> ToneModel:
        """Trains a model.

        Args:
            views: Character views (`bot.nlu.views.characters`).
            truth: The label of each; two labels at least.

        Returns:
            The model.
        """
        counter = CountVectorizer(analyzer=_grams, min_df=SEEN if len(views) >= 1000 else 1)
        svm = LinearSVC(C=0.5, class_weight="balanced", random_state=0).fit(_rows(counter.fit_transform(views)), truth)
        coef, bias = svm.coef_, svm.intercept_
        if len(svm.classes_) == 2:  # scikit-learn keeps one row for two classes
            coef, bias = np.vstack([-coef, coef]) / 2, np.hstack([-bias, bias]) / 2
        words = sorted(counter.vocabulary_, key=counter.vocabulary_.__getitem__)
        weights = np.ascontiguousarray(coef.T, dtype=np.float32)
        return cls([str(label) for label in svm.classes_], words, weights, bias.astype(np.float32))

    def of(self, view: str) -> tuple[str, float]:
        """Tells what a message sounds like.

        Args:
            view: Its character view.

        Returns:
            The label and a confidence from 0 to 1.
        """
        # By hand, as in `vectors`: scikit-learn's way costs five times as much for one message.
        found = Counter(at for at in map(self._columns.get, _grams(view)) if at is not None)
        values = 1.0 + np.log(np.fromiter(found.values(), np.float32, len(found)))
        length = float(np.sqrt((values * values).sum())) or 1.0
        margins = values / length @ self._weights[list(found)] + self._bias
        shares = np.exp(STEEP * (margins - margins.max()))
        best = int(margins.argmax())
        return self.labels[best], float(shares[best] / shares.sum())

    def save(self, file: Path) -> None:
        """Writes the model as arrays: loading it runs no code.

        Args:
            file: Ends in `.npz`.
        """
        head = json.dumps({"labels": self.labels, "words": self._words}, ensure_ascii=False).encode()
        np.savez(file, head=np.frombuffer(head, dtype=np.uint8), weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, file: Path) -> ToneModel:
        """Reads what `save` wrote."""
        with np.load(file, allow_pickle=False) as arrays:
            head = json.loads(arrays["head"].tobytes())
            return cls(head["labels"], head["words"], arrays["weights"], arrays["bias"])


def _grams(view: str) -> list[str]:
    return [view[i : i + n] for n in (1, 2, 3) for i in range(len(view) - n + 1)]


def _rows(counts: Any) -> Any:
    counts = counts.astype(np.float32)
    counts.data = 1.0 + np.log(counts.data)
    return normalize(counts, copy=False)
