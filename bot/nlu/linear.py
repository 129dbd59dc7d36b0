"""The intent model: a linear SVM on n-grams, and what tells how well it knows a message.

Margins alone are no measure of "I have never heard of this"; `Evidence` adds how near the message is to training
texts. `bot.nlu.doubt` makes a confidence of it.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

import numpy as np
import scipy.sparse as sp
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.nlu.vectors import LENGTH, Counted, Row, Vectors

NEAREST, COMPANY = 3, 5  # texts for the mean cosine; texts whose intents are compared
SPREAD = 4.0  # how fast confidence falls from the best intent to the next, per unit of margin
TOLERANCE = 0.1  # of the solver: a fifth off its work, the same answers
COMMON = 0.02  # n-grams of more training texts than this share make nobody a neighbour, and most of the work
FEW = 50  # texts: so many are never too common
SAMPLE = 1200  # held-out texts of a part that are looked at: enough for a quantile
HEAD, ARRAYS = "model.json", "arrays.npz"


FEATURES = ("margin", "gap", "nearest", "near", "company", "written", "sounding", "length")


@dataclass(frozen=True)
class Evidence:
    """What is known of some messages.

    Attributes:
        margins: Messages × intents.
        features: Messages × `FEATURES`: margin of the best intent · its lead over the second · cosine to the nearest
            training text, and the mean over three · share of the five nearest that have this intent · share of
            n-grams known from training, written and sounding · logarithm of the length.
    """

    margins: Any
    features: Any

    @classmethod
    def of(cls, parts: Sequence[Evidence]) -> Evidence:
        """Puts the evidence of several models together, one after the other."""
        return cls(np.vstack([p.margins for p in parts]), np.vstack([p.features for p in parts]))


@dataclass(frozen=True)
class Trial:
    """What models that knew only a part of the data made of messages.

    Attributes:
        held: Evidence of training texts that the model did not know.
        truth: Their intents.
        outside: Evidence of messages of no intent.
    """

    held: Evidence
    truth: list[str]
    outside: Evidence


class LinearModel:
    """A trained model."""

    def __init__(
        self, labels: Sequence[str], vectors: Vectors, weights: Any, bias: Any, near: Any, owners: Any
    ) -> None:
        """Builds the model.

        Args:
            labels: Intents, in the order of the columns of `weights`.
            vectors: N-grams.
            weights: N-grams × intents.
            bias: One per intent.
            near: N-grams × training texts, for the nearest ones.
            owners: The intent of each training text, as a place in `labels`.
        """
        self.labels, self.vectors = list(labels), vectors
        self._weights, self._bias, self._near, self._owners = weights, bias, near, owners

    @classmethod
    def fit(cls, views: Sequence[str], labels: Sequence[str], c: float = 1.0) -> LinearModel:
        """Trains a model.

        Args:
            views: Character views (`bot.nlu.views.characters`).
            labels: The intent of each.
            c: SVM's cost of errors.

        Returns:
            The model.

        Raises:
            ValueError: Fewer than two intents.
        """
        return cls._fit(Counted(views), np.arange(len(views)), np.asarray(labels), c)

    @classmethod
    def _fit(cls, counted: Counted, texts: Any, labels: Any, c: float) -> LinearModel:
        vectors, rows = counted.part(texts)
        svm = LinearSVC(C=c, class_weight="balanced", tol=TOLERANCE, random_state=0).fit(rows, labels[texts])
        coef, bias = svm.coef_, svm.intercept_
        if len(svm.classes_) == 2:  # scikit-learn keeps one row for two classes
            coef, bias = np.vstack([-coef, coef]), np.hstack([-bias, bias])
        weights = np.ascontiguousarray(coef.T, dtype=np.float16)  # half the memory; margins differ by a thousandth
        names = [str(name) for name in svm.classes_]
        owners = np.searchsorted(svm.classes_, labels[texts]).astype(np.int16)
        return cls(names, vectors, weights, bias.astype(np.float32), _rare(rows).T.tocsr(), owners)

    @classmethod
    def fit_and_try(
        cls, views: Sequence[str], labels: Sequence[str], outside: Sequence[str], c: float = 1.0, folds: int = 2
    ) -> tuple[LinearModel, Trial | None]:
        """Trains a model; and models on parts of the data, to see what they make of messages that they do not know.

        Args:
            views: Character views.
            labels: The intent of each.
            outside: Character views of messages that belong to no intent.
            c: SVM's cost of errors.
            folds: Parts.

        Returns:
            The model, and the trial; None where an intent has a single example.
        """
        known, counted = np.asarray(labels), Counted(views)
        folds = min(folds, int(np.unique(known, return_counts=True)[1].min()))
        splits = list(StratifiedKFold(folds, shuffle=True, random_state=0).split(known, known)) if folds > 1 else []

        def tried(split: tuple[Any, Any]) -> Trial:
            rest, out = split  # stratified: each part knows all intents, in the same order
            out = np.random.RandomState(0).permutation(out)[:SAMPLE]
            part = cls._fit(counted, rest, known, c)
            held = part.evidence([views[i] for i in out])
            return Trial(held, [str(label) for label in known[out]], part.evidence(outside))

        with ThreadPoolExecutor(2) as pool:  # the solver works outside Python's lock
            whole = pool.submit(cls._fit, counted, np.arange(len(views)), known, c)
            trials = list(pool.map(tried, splits))
            model = whole.result()
        if not trials:
            return model, None
        truth = [label for trial in trials for label in trial.truth]
        outer = Evidence.of([trial.outside for trial in trials])
        return model, Trial(Evidence.of([trial.held for trial in trials]), truth, outer)

    def evidence(self, views: Sequence[str]) -> Evidence:
        """Looks at messages.

        Args:
            views: Their character views.

        Returns:
            The evidence.
        """
        looked = [self._look(view) for view in views]
        if not looked:
            return Evidence(np.zeros((0, len(self.labels))), np.zeros((0, len(FEATURES))))
        return Evidence(np.stack([margins for margins, _ in looked]), np.stack([features for _, features in looked]))

    def _look(self, view: str) -> tuple[Any, Any]:
        """Returns margins and features of one message."""
        row = self.vectors.row(view)
        margins = row.values @ self._weights[row.columns].astype(np.float32) + self._bias
        second, first = np.partition(margins, -2)[-2:]
        near = self._cosines(row)
        company = np.argpartition(-near, min(COMPANY, len(near)) - 1)[:COMPANY]
        cosines = np.sort(near[company])[::-1]
        agreed = (self._owners[company] == margins.argmax()).mean()
        known = row.written, row.sounding
        return margins, np.array(
            [first, first - second, cosines[0], cosines[:NEAREST].mean(), agreed, *known, np.log1p(len(view))]
        )

    def _cosines(self, row: Row) -> Any:
        """Returns the cosine to each training text: sums over the texts that share an n-gram."""
        if not len(row.columns):
            return np.zeros(len(self._owners))
        shared = self._near[row.columns]
        shares = shared.data * np.repeat(row.values, np.diff(shared.indptr))
        return np.bincount(shared.indices, shares, len(self._owners)) / LENGTH

    def save(self, folder: Path) -> None:
        """Writes the model as JSON and plain arrays: loading it runs no code, unlike a pickle.

        Args:
            folder: An existing folder.
        """
        words = [sorted(v, key=v.__getitem__) for v in self.vectors.vocabularies]
        head = {"labels": self.labels, "vocabularies": words}
        (folder / HEAD).write_text(json.dumps(head, ensure_ascii=False), "utf-8")
        near = {"data": self._near.data, "indices": self._near.indices, "indptr": self._near.indptr}
        # Pressed here: Rasa's archive presses harder, which takes four times as long for nothing.
        np.savez_compressed(folder / ARRAYS, weights=self._weights, bias=self._bias, owners=self._owners, **near)

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Reads what `save` wrote.

        Args:
            folder: The same folder.

        Returns:
            The model.
        """
        head = json.loads((folder / HEAD).read_text("utf-8"))
        vectors = Vectors([{w: i for i, w in enumerate(words)} for words in head["vocabularies"]])
        with np.load(folder / ARRAYS, allow_pickle=False) as a:
            shape = (len(a["indptr"]) - 1, len(a["owners"]))
            near = sp.csr_matrix((a["data"], a["indices"], a["indptr"]), shape=shape)
            return cls(head["labels"], vectors, a["weights"], a["bias"], near, a["owners"])


def _rare(rows: sp.csr_matrix) -> sp.csr_matrix:
    """Returns the rows without what is common to many texts."""
    counts = rows.getnnz(axis=0)
    kept = rows.copy()
    kept.data[counts[kept.indices] > max(COMMON * rows.shape[0], FEW)] = 0.0
    kept.eliminate_zeros()
    return kept
