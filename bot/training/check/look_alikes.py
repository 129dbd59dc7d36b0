"""Messages that are nearly the same and have different labels: one of the two is often mislabelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.training.check import near
from bot.training.check.examples import Example
from bot.training.check.findings import Finding, Kind, at

LETTERS, SOUND = 0.75, 0.75
"""From which share of common pairs of neighbours on two messages are called near. 0.75 is one character of nine."""


def find(examples: Sequence[Example], root: Path) -> Iterator[Finding]:
    """Finds near-duplicates with different labels, by characters and by sound.

    Args:
        examples: The training data.
        root: The project's folder.

    Yields:
        The nearest first; a pair that is near in both ways is told once, by its letters.
    """
    told: set[tuple[int, int]] = set()
    by_letters = [each.letters for each in examples]
    by_sound = [each.sound for each in examples]
    for kind, views, least in ((Kind.LETTERS, by_letters, LETTERS), (Kind.SOUND, by_sound, SOUND)):
        found = [
            (share, a, b)
            for a, b, share in near.pairs(views, views, least)
            if a < b and examples[a].intent != examples[b].intent and (a, b) not in told
        ]
        for share, a, b in sorted(found, key=lambda pair: (-pair[0], pair[1:])):
            told.add((a, b))
            one, other = examples[a], examples[b]
            if one.spelling != other.spelling:  # those are duplicates, told elsewhere
                what = f"{one.text} ({one.intent}) ≈ {other.text} ({other.intent}) {at(other.line, root)}, {share:.0%}"
                yield Finding(kind, at(one.line, root), what)
