"""How a key that a customer typed differs from the right one. Pure functions, nothing is stored or logged."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from desk.vault.scan import canonical

# Characters that people mix up when they copy a key by hand.
_TWINS = ("O0QD", "I1L", "S5", "B8", "Z2", "G6", "UV")
_LEAST = 8  # characters of a key below which likeness means nothing
_WRONG = 2  # characters that may be simply wrong; a random key agrees in far fewer places


class Kind(StrEnum):
    """What is wrong; the first word of the hint's table."""

    LOOKALIKE = "lookalike"
    WRONG = "wrong"
    SWAPPED = "swapped"
    MISSING = "missing"
    EXTRA = "extra"
    CASE = "case"
    MISSING_GROUP = "missing_group"
    MISSING_END = "missing_end"
    MISSING_START = "missing_start"
    SURPLUS = "surplus"


INCOMPLETE = frozenset({Kind.MISSING_GROUP, Kind.MISSING_END, Kind.MISSING_START})


@dataclass(frozen=True)
class Difference:
    """One place where the typed key differs.

    Attributes:
        at: index in the right key (letters and digits only); for groups, the group's index.
        right, typed: the single characters there, where there are any.
        count: how many characters are missing or too many.
    """

    kind: Kind
    at: int = 0
    right: str = field(default="", repr=False)
    typed: str = field(default="", repr=False)
    count: int = 1


def compare(typed: str, right: str) -> tuple[Difference, ...] | None:
    """Return the differences between a typed key and the right one; None when it is not that key at all.

    An empty tuple: the same key. Letters count as equal in either case, except where the right key itself
    uses both and only the case is wrong.
    """
    ours, theirs = canonical(right), canonical(typed)
    if ours == theirs:
        return _case(typed, right)
    if len(ours) < _LEAST:
        return None
    ways: tuple[Callable[[str, str], tuple[Difference, ...] | None], ...] = (
        _same_length,
        _one_missing,
        _one_extra,
        lambda theirs, ours: _missing_group(theirs, ours, group_sizes(right)),
        _cut,
        _surplus,
    )
    for way in ways:
        found = way(theirs, ours)
        if found is not None:
            return found
    return None


def group_sizes(key: str) -> list[int]:
    """Return the lengths of the key's groups as the shop writes it."""
    return [len(group) for group in re.findall(r"[A-Za-z0-9]+", key)]


def twins(one: str, other: str) -> bool:
    """Say whether two characters are easily mixed up, or the same."""
    return one == other or any(one in group and other in group for group in _TWINS)


def alike(theirs: str, ours: str) -> bool:
    """Say whether two texts are the same but for characters that look alike."""
    return len(theirs) == len(ours) and all(map(twins, theirs, ours))


def _case(typed: str, right: str) -> tuple[Difference, ...]:
    ours, theirs = "".join(re.findall(r"[A-Za-z0-9]", right)), "".join(re.findall(r"[A-Za-z0-9]", typed))
    if ours in (ours.upper(), ours.lower()) or len(ours) != len(theirs):
        return ()
    pairs = enumerate(zip(ours, theirs, strict=True))
    return tuple(Difference(Kind.CASE, at, a, b) for at, (a, b) in pairs if a != b)


def _same_length(theirs: str, ours: str) -> tuple[Difference, ...] | None:
    if len(theirs) != len(ours):
        return None
    places = [at for at, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b]
    if len(places) == 2 and places[1] == places[0] + 1:
        first, second = places
        if ours[first] == theirs[second] and ours[second] == theirs[first]:
            return (Difference(Kind.SWAPPED, first),)
    found = tuple(
        Difference(Kind.LOOKALIKE if twins(ours[at], theirs[at]) else Kind.WRONG, at, ours[at], theirs[at])
        for at in places
    )
    wrong = sum(difference.kind is Kind.WRONG for difference in found)
    return found if wrong <= _WRONG and len(places) <= len(ours) // 2 else None


def _one_missing(theirs: str, ours: str) -> tuple[Difference, ...] | None:
    if len(theirs) != len(ours) - 1:
        return None
    # At the ends it is a copy cut short, which `_cut` words better.
    for at in range(1, len(ours) - 1):
        if alike(theirs, ours[:at] + ours[at + 1 :]):
            return (Difference(Kind.MISSING, at, right=ours[at]),)
    return None


def _one_extra(theirs: str, ours: str) -> tuple[Difference, ...] | None:
    if len(theirs) != len(ours) + 1:
        return None
    for at in range(len(theirs)):
        if alike(theirs[:at] + theirs[at + 1 :], ours):
            return (Difference(Kind.EXTRA, at, typed=theirs[at]),)
    return None


def _missing_group(theirs: str, ours: str, sizes: list[int]) -> tuple[Difference, ...] | None:
    if len(sizes) < 2 or len(theirs) < _LEAST // 2:
        return None
    start = 0
    for group, size in enumerate(sizes):
        if alike(theirs, ours[:start] + ours[start + size :]):
            return (Difference(Kind.MISSING_GROUP, group, count=size),)
        start += size
    return None


def _cut(theirs: str, ours: str) -> tuple[Difference, ...] | None:
    lost = len(ours) - len(theirs)
    if lost <= 0 or len(theirs) < max(_LEAST // 2, len(ours) // 3):
        return None
    if alike(theirs, ours[: len(theirs)]):
        return (Difference(Kind.MISSING_END, count=lost),)
    if alike(theirs, ours[lost:]):
        return (Difference(Kind.MISSING_START, count=lost),)
    return None


def _surplus(theirs: str, ours: str) -> tuple[Difference, ...] | None:
    more = len(theirs) - len(ours)
    if more <= 1:
        return None
    for at in range(more + 1):
        if alike(theirs[at : at + len(ours)], ours):
            return (Difference(Kind.SURPLUS, count=more),)
    return None
