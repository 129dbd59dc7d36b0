"""How many examples each intent has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.training.check.examples import Example
from bot.training.check.findings import Finding, Kind, at

LEAST = 40
FREQUENT = 80
OFTEN = ("transactions",)
"""Topics (folders of data/nlu) that customers write about most."""
OFTEN_TOO = ("inform", "request_human")


def find(examples: Sequence[Example], root: Path) -> Iterator[Finding]:
    """Finds intents with fewer than 40 examples, and frequent ones with fewer than 80.

    Args:
        examples: The training data.
        root: The project's folder.

    Yields:
        One finding per intent; the same message twice counts once.
    """
    for intent, (n, first) in table(examples).items():
        where = at(first.line, root)
        if n < LEAST:
            yield Finding(Kind.FEW, where, f"{intent} has {n}, {LEAST} are needed 至少要 {LEAST} 条")
        elif n < FREQUENT and (_topic(first) in OFTEN or intent in OFTEN_TOO):
            yield Finding(Kind.SHORT, where, f"{intent} has {n}, {FREQUENT} are better 最好 {FREQUENT} 条以上")


def _topic(example: Example) -> str:
    return example.line.file.parent.name


def table(examples: Sequence[Example]) -> dict[str, tuple[int, Example]]:
    """Counts different messages.

    Args:
        examples: The training data.

    Returns:
        Intent to its count and first example, in order of appearance.
    """
    known: dict[str, Example] = {}
    for each in examples:
        known.setdefault(each.intent, each)
    counts = Counter(intent for intent, _ in {(each.intent, each.spelling) for each in examples})
    return {intent: (counts[intent], first) for intent, first in known.items()}


def columns(examples: Sequence[Example]) -> str:
    """Lays the counts out in columns, by topic."""
    told: list[str] = []
    topics: dict[str, list[str]] = {}
    for intent, (n, first) in table(examples).items():
        topics.setdefault(_topic(first), []).append(f"{intent} {n}".ljust(32))
    for topic, cells in topics.items():
        told.append(topic)
        told += ["  " + "".join(cells[at : at + 3]).rstrip() for at in range(0, len(cells), 3)]
    return "\n".join(told)
