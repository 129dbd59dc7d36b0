"""Words of the format: lengths of time, moments, and the texts and patterns that replies are compared with."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.dialogue_runner.marked import Item, Place

_UNITS = {
    **dict.fromkeys(("s", "秒"), 1),
    **dict.fromkeys(("m", "分钟", "分"), 60),
    **dict.fromkeys(("h", "小时"), 3600),
    **dict.fromkeys(("d", "天"), 86400),
    **dict.fromkeys(("w", "周"), 7 * 86400),
}
_PART = rf"(\d+(?:\.\d+)?)\s*({'|'.join(sorted(_UNITS, key=len, reverse=True))})"
_LENGTH = re.compile(rf"(?:{_PART}\s*)+")
_MOMENT = re.compile(r"(?:in\s+(?P<ahead>.+)|(?P<length>.+?)\s+(?P<side>ago|before sale|after sale))")

#: What stands for something made for the sample: {order.a.no}. `\d{3}` in a pattern is none.
PLACEHOLDER = re.compile(r"\{([A-Za-z_][^{}\n]*)\}")


def length(item: Item, what: str) -> timedelta:
    """Return a length of time: 35m, 3h, 2d, 1h30m, 90s, 2w, also 35分钟."""
    given = item.text(what).strip()
    if not _LENGTH.fullmatch(given):
        raise item.wrong(f"{what} must be a length of time such as 90s, 35m, 3h, 1h30m, 2d, not {given!r}.")
    return timedelta(seconds=sum(float(count) * _UNITS[unit] for count, unit in re.findall(_PART, given)))


@dataclass(frozen=True)
class Moment:
    """A moment told by its distance from now or from the sale; negative: before."""

    distance: timedelta
    from_sale: bool

    def at(self, now: datetime, sold: datetime | None) -> datetime:
        """Return the moment."""
        return (sold or now) + self.distance if self.from_sale else now + self.distance


def moment(item: Item, what: str) -> Moment:
    """Return a moment: 3h ago, 2d before sale, 20m after sale, in 5d."""
    given = item.text(what).strip()
    found = _MOMENT.fullmatch(given)
    distance = (found["ahead"] or found["length"]) if found else ""
    if found is None or not _LENGTH.fullmatch(distance.strip()):
        raise item.wrong(
            f"{what} must be a moment such as `3h ago`, `2d before sale`, `20m after sale`, `in 5d`, not {given!r}."
        )
    seconds = sum(float(count) * _UNITS[unit] for count, unit in re.findall(_PART, distance))
    back = found["side"] in {"ago", "before sale"}
    return Moment(timedelta(seconds=-seconds if back else seconds), from_sale="sale" in (found["side"] or ""))


@dataclass(frozen=True)
class Wanted:
    """A text, or a /pattern/, that a reply shall or shall not hold. `text` is as it was written."""

    text: str
    place: Place

    @property
    def is_pattern(self) -> bool:
        """Whether it is a regular expression."""
        return len(self.text) > 2 and self.text.startswith("/") and self.text.endswith("/")

    def within(self, text: str, fill: Callable[[str], str]) -> bool:
        """Say whether it stands in `text`. `fill` gives the value of a placeholder.

        Width and case do not matter: ￥ is ¥. In a pattern `.` also stands for the end of a line.
        """
        if self.is_pattern:
            pattern = PLACEHOLDER.sub(lambda found: re.escape(level(fill(found[1]))), self.text[1:-1])
            return re.search(pattern, level(text), re.IGNORECASE | re.DOTALL) is not None
        return level(PLACEHOLDER.sub(lambda found: fill(found[1]), self.text)) in level(text)

    def is_all_of(self, text: str, fill: Callable[[str], str]) -> bool:
        """Say whether it is the whole `text`; a pattern need only stand in it."""
        if self.is_pattern:
            return self.within(text, fill)
        return level(PLACEHOLDER.sub(lambda found: fill(found[1]), self.text)) == level(text)


def level(text: str) -> str:
    """Return a text in the form in which texts are compared."""
    return unicodedata.normalize("NFKC", text).casefold()


def wanted(item: Item, what: str) -> tuple[Wanted, ...]:
    """Return one or several texts or patterns."""
    found = []
    for each in item.items():
        text = each.text(what)
        if not text:
            raise each.wrong(f"{what} is empty: an empty text stands in every reply.")
        one = Wanted(text, each.place)
        if one.is_pattern:
            try:
                re.compile(PLACEHOLDER.sub("x", text[1:-1]))
            except re.error as error:
                raise each.wrong(f"{what}: {text} is no regular expression: {error}.") from None
        found.append(one)
    return tuple(found)
