"""Turns character views into rows of n-gram weights; `bot.nlu.views` says which n-grams."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Callable, Sequence

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

from bot.nlu.views import grams, pairs, sounds

# Measured by bench/nlu. A lighter sound view gains nothing on clean text and loses 11 points on typed pinyin.
VIEWS: tuple[tuple[Callable[[str], list[str]], float], ...] = ((grams, 1.0), (pairs, 0.7), (sounds, 1.0))
LENGTH = sum(weight * weight for _, weight in VIEWS)  # square of a row's length
SEEN = 2  # training texts that an n-gram must stand in: half the weights, no loss

Vocabulary = dict[str, int]


@dataclass(frozen=True)
class Row:
    """One text as weights of n-grams.

    Attributes:
        columns: Of the n-grams known from training.
        values: Their weights.
        written: Share of the written n-grams that are known.
        sounding: Share of the sounding ones.
    """

    columns: Any
    values: Any
    written: float
    sounding: float


class Vectors:
    """One vocabulary per view."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        """Keeps the vocabularies.

        Args:
            vocabularies: One per view: n-gram to column of that view.
        """
        self.vocabularies = list(vocabularies)
        sizes = [len(vocabulary) for vocabulary in vocabularies]
        self._starts = [sum(sizes[:at]) for at in range(len(sizes))]

    def row(self, view: str) -> Row:
        """Makes the row of one text. By hand: scikit-learn's way to it costs eight times as much per message.

        Args:
            view: Its character view.

        Returns:
            The row.
        """
        columns: list[int] = []
        values: list[Any] = []
        known = []
        for (analyze, weight), vocabulary, start in zip(VIEWS, self.vocabularies, self._starts, strict=True):
            grams = analyze(view)
            found = Counter([at for at in map(vocabulary.get, grams) if at is not None])
            columns += [start + at for at in found]
            damped = 1.0 + np.log(np.fromiter(found.values(), np.float32, len(found)))
            length = float(np.sqrt((damped * damped).sum())) or 1.0
            values.append(damped * np.float32(weight / length))
            known.append(sum(found.values()) / len(grams) if grams else 0.0)
        return Row(np.array(columns, dtype=np.int64), np.concatenate(values), known[0], known[-1])


class Counted:
    """The n-grams of training texts, counted once for all the models that learn from parts of them."""

    def __init__(self, views: Sequence[str]) -> None:
        """Counts.

        Args:
            views: Character views of all training texts.
        """
        counters = [CountVectorizer(analyzer=analyze, dtype=np.float32) for analyze, _ in VIEWS]
        self._counts = [counter.fit_transform(views) for counter in counters]
        self._words = [np.array(sorted(c.vocabulary_, key=c.vocabulary_.__getitem__), object) for c in counters]

    def part(self, texts: Any) -> tuple[Vectors, sp.csr_matrix]:
        """Learns the vocabularies of some of the texts.

        Args:
            texts: Their places.

        Returns:
            The vectors, and the rows of those texts.
        """
        seen = SEEN if len(texts) >= 1000 else 1  # a toy has nothing to spare
        vocabularies, kept = [], []
        for counts, words in zip(self._counts, self._words, strict=True):
            part = counts[texts]
            columns = np.flatnonzero(part.getnnz(axis=0) >= seen)
            vocabularies.append({str(word): at for at, word in enumerate(words[columns])})
            kept.append(part[:, columns])
        return Vectors(vocabularies), _rows(kept)


def _rows(counts: Sequence[sp.csr_matrix]) -> sp.csr_matrix:
    """Makes one row of weights per text: dampened counts, each view of length 1, then weighted."""
    parts = []
    for count, (_, weight) in zip(counts, VIEWS, strict=True):
        count.data = 1.0 + np.log(count.data)
        parts.append(weight * normalize(count, copy=False))
    return sp.hstack(parts).tocsr()
