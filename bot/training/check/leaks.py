"""Messages of the test sets that the model has been shown: they measure memory, not understanding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.training.check import near
from bot.training.check.examples import Example
from bot.training.check.findings import Finding, Kind, at

SHORT = 6
"""Up to so many characters (or words of letters) two people write the same by chance (转人工, 谢谢): no leak."""
NEAR = 0.8


def find(tests: Sequence[Example], training: Sequence[Example], root: Path) -> Iterator[Finding]:
    """Finds test messages that stand in the training data, or nearly so.

    Args:
        tests: Messages of the test sets.
        training: The training data.
        root: The project's folder.

    Yields:
        Equal ones as errors unless they are short, near ones as warnings; and, whatever the length, equal ones with
        different labels.
    """
    known: dict[str, list[Example]] = {}
    for each in training:
        known.setdefault(each.letters, []).append(each)
    for test in tests:
        for same in known.get(test.letters, [])[:1]:
            seen = f"{test.text} stands in 见 {at(same.line, root)}"
            if test.intent not in {each.intent for each in known[test.letters]}:
                yield Finding(Kind.DISAGREE, at(test.line, root), f"{seen} as {same.intent}, here {test.intent}")
            elif test.size > SHORT:
                yield Finding(Kind.LEAK, at(test.line, root), seen)
    yield from _near([t for t in tests if t.size > SHORT and t.letters not in known], training, root)


def _near(tests: Sequence[Example], training: Sequence[Example], root: Path) -> Iterator[Finding]:
    nearest: dict[int, tuple[float, int]] = {}
    for a, b, share in near.pairs([each.letters for each in tests], [each.letters for each in training], NEAR):
        nearest[a] = max(nearest.get(a, (0.0, 0)), (share, b))
    for a, (share, b) in sorted(nearest.items()):
        test, same = tests[a], training[b]
        what = f"{test.text} ≈ {same.text} {at(same.line, root)}, {share:.0%}"
        yield Finding(Kind.NEAR_LEAK, at(test.line, root), what)
