"""A customer's text made plain for searching, with the way back to his own characters."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

_DASHES = frozenset("‐‑‒–—―−﹣－ー﹘")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f")
_WORD = re.compile(r"[A-Za-z0-9]+")

BRACKETS = str.maketrans("⟦⟧", "〔〕")


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    if char in _INVISIBLE:
        return ""
    if char in _DASHES:
        return "-"
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


def canonical(text: str) -> str:
    """Return what identifies a key however it is written: upper-case ASCII letters and digits only."""
    return "".join(_WORD.findall("".join(map(_plain, text)))).upper()


def neutralise(text: str) -> str:
    """Return `text` with typed ⟦ ⟧ made harmless: those brackets belong to the vault."""
    return text.translate(BRACKETS)


@dataclass(frozen=True, slots=True)
class Word:
    """A run of ASCII letters and digits, by its place in the plain text."""

    start: int
    end: int
    text: str = field(repr=False)


class Scan:
    """The plain form of a text: half width, one kind of dash, nothing invisible.

    Attributes:
        plain: the text to search.
        words: its runs of letters and digits, in order.
    """

    def __init__(self, text: str) -> None:
        pieces = [(_plain(char), index) for index, char in enumerate(text)]
        kept = [(char, index) for char, index in pieces if char]
        self.plain = "".join(char for char, _ in kept)
        self._at = [index for _, index in kept]
        self.words = [Word(m.start(), m.end(), m.group()) for m in _WORD.finditer(self.plain)]

    def __repr__(self) -> str:
        return f"<Scan of {len(self.plain)} characters>"

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the customer's own text of `plain[start:end]` (not empty)."""
        return self._at[start], self._at[end - 1] + 1

    def gap(self, index: int) -> str:
        """Return what stands between word `index` and the next one."""
        return self.plain[self.words[index].end : self.words[index + 1].start]
