"""Differences in a customer's words. A hint names single characters of a key, never a longer part."""

from collections.abc import Sequence

from desk.cases.comparison import Difference, Kind, group_sizes
from desk.cases.spoken import word

_NAMED = 2  # places that are named; more would spell out the key


def hint(differences: Sequence[Difference], right: str) -> str:
    """Return what is wrong with the typed key in one sentence.

    Args:
        differences: what `comparison.compare` found, at least one.
        right: the right key as the shop writes it, for its groups.
    """
    named = word("join").join(_one(difference, right) for difference in differences[:_NAMED])
    more = len(differences) - _NAMED
    return word("difference_more", hint=named, count=more) if more > 0 else named


def _one(difference: Difference, right: str) -> str:
    sizes = group_sizes(right)
    group = difference.at + 1 if difference.kind is Kind.MISSING_GROUP else 0
    return word(
        f"difference.{difference.kind}",
        place=_place(difference.at, sizes),
        right=_char(difference.right),
        typed=_char(difference.typed),
        count=difference.count,
        length=sum(sizes),
        group=group,
        groups=len(sizes),
    )


def _place(at: int, sizes: list[int]) -> str:
    if len(sizes) < 2:
        return word("place_ungrouped", position=at + 1)
    for group, size in enumerate(sizes, 1):
        if at < size or group == len(sizes):
            return word("place", group=group, position=at + 1)
        at -= size
    raise ValueError("a place beyond the key")


def _char(char: str) -> str:
    return word("digit" if char.isdigit() else "letter", char=char) if char else ""
