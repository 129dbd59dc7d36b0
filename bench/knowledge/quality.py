"""How often the right article is found: the questions of tests/knowledge/questions.yml, by group and half."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from desk.knowledge.scoring import ANSWER, MISS, outcome_of
from desk.knowledge.search import Found, Search

QUESTIONS = Path(__file__).resolve().parents[2] / "tests" / "knowledge" / "questions.yml"


@dataclass(frozen=True)
class Asked:
    """A question with the articles that are right, and what was found. `seen` ones helped to choose the weights."""

    text: str
    right: Sequence[str]
    found: Sequence[Found]
    seen: bool

    def place(self) -> int:
        """Return the place of the first right article from 0; 99 if there is none."""
        ids = [each.entry.article.id for each in self.found]
        return min((ids.index(each) for each in self.right if each in ids), default=99)

    @property
    def score(self) -> float:
        """The score of the first article."""
        return self.found[0].score if self.found else 0.0


def ask(search: Search) -> tuple[list[Asked], list[Asked]]:
    """Ask all questions; return those that articles answer, and those off topic."""
    content: dict[str, Any] = yaml.safe_load(QUESTIONS.read_text("utf-8"))
    asked = [
        Asked(each["ask"], each["is"], search.find(each["ask"], limit=3), number % 2 == 0)
        for number, each in enumerate(content["questions"])
    ]
    return asked, [Asked(text, (), search.find(text, limit=3), False) for text in content["off_topic"]]


def share(asked: Sequence[Asked], places: int) -> float:
    """Return the percentage with a right article among the first `places`."""
    return 100 * sum(each.place() < places for each in asked) / len(asked)


def report(search: Search, wrong: bool) -> str:
    """Ask everything; return the figures as text, with the questions that went wrong if `wrong`."""
    asked, off = ask(search)
    groups = {entry.article.id: entry.group for entry in search.entries}
    by_group: dict[str, list[Asked]] = defaultdict(list)
    for each in asked:
        by_group[groups.get(each.right[0], "?")].append(each)
    by_group |= {
        "seen": [each for each in asked if each.seen],
        "unseen": [each for each in asked if not each.seen],
        "all": asked,
    }
    lines = [f"{'':14}{'questions':>10}{'first':>8}{'in 3':>8}"]
    lines += [f"{name:14}{len(of):10}{share(of, 1):8.1f}{share(of, 3):8.1f}" for name, of in by_group.items()]
    lines += ["", *_outcomes(asked, off), "", _curve(asked, off)]
    if wrong:
        lines += ["", *(f"{each.place()}  {each.text}  → {_ids(each)}" for each in asked if each.place())]
        lines += [f"off {each.score:.2f}  {each.text}  → {_ids(each)}" for each in off if each.score >= MISS]
    return "\n".join(lines)


def _outcomes(asked: Sequence[Asked], off: Sequence[Asked]) -> list[str]:
    def line(name: str, of: Sequence[Asked]) -> str:
        shares = [100 * sum(outcome_of(each.score) == outcome for each in of) / len(of) for outcome in _OUTCOMES]
        return f"{name:24}" + "".join(f"{share:8.1f}" for share in shares)

    right = [each for each in asked if each.place() == 0]
    answered = [each for each in asked if each.score >= ANSWER]
    sure = 100 * sum(each.place() == 0 for each in answered) / len(answered)
    return [
        f"{'first article scored':24}" + "".join(f"{name:>8}" for name in _OUTCOMES),
        line("on topic, first right", right),
        line("on topic, first wrong", [each for each in asked if each.place()]),
        line("off topic", off),
        f"of the answered on topic, first right: {sure:.1f} %",
    ]


_OUTCOMES = ("hit", "weak", "miss")


def _curve(asked: Sequence[Asked], off: Sequence[Asked]) -> str:
    """Fit the logistic curve of `desk.knowledge.scoring`: closeness of the first article against being right."""
    points = [(each.found[0].closeness, each.place() == 0) for each in (*asked, *off) if each.found]
    slope, offset = 1.0, 0.0
    for _ in range(50):  # Newton's method on the log-likelihood
        a = b = aa = ab = bb = 0.0
        for x, right in points:
            p = 1 / (1 + math.exp(-slope * x - offset))
            a, b = a + (right - p) * x, b + (right - p)
            aa, ab, bb = aa + p * (1 - p) * x * x, ab + p * (1 - p) * x, bb + p * (1 - p)
        determinant = aa * bb - ab * ab
        slope, offset = slope + (bb * a - ab * b) / determinant, offset + (aa * b - ab * a) / determinant
    return f"best curve for desk/knowledge/scoring.py: slope {slope:.1f}, middle {-offset / slope:.3f}"


def _ids(asked: Asked) -> str:
    return ", ".join(f"{each.entry.article.id} {each.score:.2f}" for each in asked.found)
