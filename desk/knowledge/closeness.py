"""How near an article is to a question: what share of the question it has, and how well its best wording fits.

BM25 adds up loose words over a whole article and says nothing about how much of the question is left over; this does.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from desk.knowledge.tokens import CHAR, PAIR, SOUND

# Chosen on every other question of tests/knowledge/questions.yml; docs/knowledge.md has the figures.
_KINDS: Mapping[str, float] = {CHAR: 1.0, PAIR: 0.6, SOUND: 0.35}  # words: 1
_BEST, _ALL, _OFTEN, _TITLE = 0.25, 0.35, 0.2, 0.2  # see `near`
_SAME = 4  # power of the best wording: 0.9 alike counts 0.66, 0.8 alike 0.41
_OF_QUESTION = 0.6  # a question's unmatched words count this much against a wording, the wording's own the rest
_SAID = [math.log(1 + count) / math.log(4) for count in range(4)]  # by how many wordings; a fourth says no more


@dataclass(frozen=True)
class Wording:
    """A wording as numbers of tokens, with their whole weight."""

    tokens: array[int]
    weight: float


@dataclass(frozen=True)
class Asked:
    """A question: the weights of its tokens that articles have by number, and the weight of all of them."""

    weights: Mapping[int, float]
    weight: float


class Weights:
    """The weight of each token: the rarer among articles, the heavier.

    Articles are added one by one, so that the tokens of all of them never stand in memory as text; then `close`.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._frequency: Counter[int] = Counter()
        self._added: list[list[array[int]]] = []
        self._weights = array("d")
        self._rarest = 0.0
        self.wordings: list[tuple[Wording, ...]] = []

    def add(self, wordings: Iterable[Iterable[str]]) -> None:
        """Add an article: the tokens of each of its wordings."""
        numbered = [array("I", self._numbered(tokens)) for tokens in wordings]
        self._frequency.update({token for tokens in numbered for token in tokens})
        self._added.append(numbered)

    def close(self) -> None:
        """Weigh the tokens; `wordings` then has the articles in the order in which they were added."""
        count = len(self._added)
        self._rarest = math.log(1 + count)
        for token, number in self._numbers.items():
            self._weights.append(_of_kind(token) * math.log(1 + count / self._frequency[number]))
        self.wordings = [tuple(self._weighed(tokens) for tokens in wordings) for wordings in self._added]
        self._added.clear()

    def asked(self, tokens: Iterable[str]) -> Asked:
        """Weigh a question."""
        known: dict[int, float] = {}
        strange = 0.0
        for token in dict.fromkeys(tokens):
            number = self._numbers.get(token)
            if number is None:
                strange += _of_kind(token) * self._rarest
            else:
                known[number] = self._weights[number]
        return Asked(known, sum(known.values()) + strange)

    def _numbered(self, tokens: Iterable[str]) -> list[int]:
        return [self._numbers.setdefault(token, len(self._numbers)) for token in dict.fromkeys(tokens)]

    def _weighed(self, tokens: array[int]) -> Wording:
        return Wording(tokens, sum(self._weights[token] for token in tokens))


def near(asked: Asked, wordings: Sequence[Wording]) -> float:
    """Return 0 (nothing in common) to 1 (asked in the words of a wording) for an article.

    The sum of four shares: how well the best single wording fits; how well the first, the article's title, does; how
    much of the question all wordings together have; the same, counting what several of them have for more. Asked in
    (nearly) the words of one wording, no more is needed.
    """
    if not asked.weight:
        return 0.0
    weights, whole = asked.weights, asked.weight
    counts: dict[int, int] = {}
    best = title = 0.0
    for place, wording in enumerate(wordings):
        weight = 0.0
        for token in weights.keys() & wording.tokens:
            weight += weights[token]
            counts[token] = counts.get(token, 0) + 1
        alike = weight / (_OF_QUESTION * whole + (1 - _OF_QUESTION) * wording.weight)
        best = max(best, alike)
        if place == 0:
            title = alike
    every = sum(weights[token] for token in counts)
    often = sum(weights[token] * _SAID[min(count, 3)] for token, count in counts.items())
    shares = _BEST * best + _TITLE * title + (_ALL * every + _OFTEN * often) / whole
    return max(shares, best**_SAME)


def _of_kind(token: str) -> float:
    return _KINDS.get(token[0], 1.0)
