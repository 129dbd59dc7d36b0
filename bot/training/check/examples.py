"""An example as the checks compare it: without marks, in one spelling, and as it sounds."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property

# As in bot.nlu.views: single characters suffice, and the tables of phrases are slow to load.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")

from pypinyin import lazy_pinyin

from bot.nlu.normalise import normalise
from bot.training.lines import Line
from bot.training.marks import Mark

# One order number, key or address is as good as another; DD… and T… stay apart, they are orders and tickets.
_NUMBER = re.compile(r"⟦key:[^⟧]*⟧|[a-z0-9._-]+@[a-z0-9.-]+|(?P<kind>[a-z]{1,2}(?=\d))?(?=[a-z0-9_-]*\d)[a-z0-9_-]{6,}")
_WORD = re.compile(r"[a-z0-9♯]+|\w")
_NOISE = re.compile(r"[^\w♯]+")


@dataclass(frozen=True)
class Example:
    """An example and where it stands.

    Attributes:
        line: Where, with its label.
        text: The message without marks.
        marks: What is marked in it.
    """

    line: Line
    text: str
    marks: tuple[Mark, ...] = ()

    @property
    def intent(self) -> str:
        """Its label."""
        return self.line.intent

    @cached_property
    def spelling(self) -> str:
        """The message as the classifier reads it: one spelling, no blanks at its ends."""
        return " ".join(normalise(self.text).text.split())

    @cached_property
    def letters(self) -> str:
        """What counts when two messages are compared: no blanks, no punctuation, every long number alike.

        A message of punctuation alone is left as it is.
        """
        return _NOISE.sub("", self._masked) or self.spelling

    @cached_property
    def size(self) -> int:
        """How much it says: 汉字, and words of letters."""
        return len(_WORD.findall(self._masked))

    @cached_property
    def _masked(self) -> str:
        return _NUMBER.sub(lambda number: (number["kind"] or "") + "♯", self.spelling)

    @cached_property
    def sound(self) -> tuple[str, ...]:
        """The syllables of `letters`, without tones."""
        return tuple(lazy_pinyin(self.letters))
