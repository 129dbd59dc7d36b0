"""One spelling for every text that a component looks at, with the way back to what the customer typed.

NFKC (full-width to half-width), lower case, traditional to simplified, no control characters, runs of the same
汉字 or punctuation mark cut to two. Letters and digits keep their runs: order numbers and card keys are made of them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

MAX_RUN = 2


@dataclass(frozen=True)
class Normalised:
    """A normalised text that remembers where each character came from.

    Attributes:
        text: The normalised text.
        starts: For each of its characters, where its source begins in the original.
        ends: For each of its characters, where its source ends in the original (exclusive).
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Maps a non-empty span of `text` to the original.

        Args:
            start: First character.
            end: One past the last character.

        Returns:
            Start and end (exclusive) in the original text.
        """
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Converts traditional to simplified characters without changing the length.

    Args:
        text: Any text.

    Returns:
        The converted text; a phrase rule that would change the length falls back to character by character.
    """
    converted = str(_to_simplified().convert(text))
    if len(converted) == len(text):
        return converted
    return "".join(str(_to_simplified().convert(char))[:1] or char for char in text)


@lru_cache(maxsize=4096)
def _fold(cluster: str) -> str:
    folded = unicodedata.normalize("NFKC", cluster).lower()
    if folded.isspace():
        return " "
    return "".join(c for c in folded if unicodedata.category(c) not in ("Cc", "Cf", "Mn"))


def _squeezable(char: str) -> bool:
    return not (char.isascii() and char.isalnum())


@lru_cache(maxsize=64)  # every component of one pipeline asks for the same message
def normalise(text: str) -> Normalised:
    """Normalises `text`.

    Args:
        text: As typed.

    Returns:
        The normalised text and its offsets.
    """
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1  # an accent belongs to the letter before it
        for char in _fold(text[at:end]):
            run = chars[-MAX_RUN:]
            if len(run) == MAX_RUN and set(run) == {char} and _squeezable(char):
                ends[-1] = end
                continue
            chars.append(char)
            starts.append(at)
            ends.append(end)
        at = end
    return Normalised(simplified("".join(chars)), tuple(starts), tuple(ends))
