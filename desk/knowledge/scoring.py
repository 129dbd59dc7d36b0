"""What a score means, in one place. Measured by `python -m bench.knowledge --quality` (docs/knowledge.md).

A score is the estimated probability that the article answers the question: a logistic curve over closeness, fitted to
questions with known answers and to questions that no article answers.
"""

import math
from typing import Literal

Outcome = Literal["hit", "weak", "miss"]

ANSWER = 0.65
"""From here on an article is said as the answer."""

MISS = 0.50
"""Below, nothing is said: the question is recorded as a miss."""

PLAIN = 0.85
"""From here on the words decide, whatever the NLU took the question for."""

ABOUT_AS_NEAR = 0.20
"""Two articles whose scores differ by no more are about as near. Own choice."""

_SLOPE, _MIDDLE = 9.8, 0.332


def outcome_of(best: float) -> Outcome:
    """Say what the best score comes to: an answer, a guess to ask about, or nothing."""
    return "hit" if best >= ANSWER else "weak" if best >= MISS else "miss"


def score(closeness: float) -> float:
    """Return the score of an article of a closeness of 0 to 1."""
    return 1 / (1 + math.exp(-_SLOPE * (closeness - _MIDDLE)))
