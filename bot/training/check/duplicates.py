"""The same message more than once, after normalisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.training.check.examples import Example
from bot.training.check.findings import Finding, Kind, at


def find(examples: Sequence[Example], root: Path) -> Iterator[Finding]:
    """Finds messages that stand twice: under two intents (an error), or under one (a waste).

    Args:
        examples: The training data.
        root: The project's folder.

    Yields:
        One finding for each line after the first.
    """
    groups: dict[str, list[Example]] = defaultdict(list)
    for each in examples:
        groups[each.spelling].append(each)
    for same in groups.values():
        first = same[0]
        for each in same[1:]:
            kind = Kind.WITHIN if each.intent == first.intent else Kind.ACROSS
            label = "" if kind is Kind.WITHIN else f" ({each.intent}; {first.intent})"
            yield Finding(kind, at(each.line, root), f"{each.text}{label} also in 又见 {at(first.line, root)}")
