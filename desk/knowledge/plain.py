"""One spelling for what is searched and what is asked, and its sound."""

import os
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

# The tables of phrases cost 45 MB: the sound has to be the same in articles and questions, not right.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")

from pypinyin.constants import PINYIN_DICT

_LONGEST_SYLLABLE = 6


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=16384)
def _folded(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char).lower()
    folded = "".join(each for each in folded if unicodedata.category(each) not in ("Cc", "Cf", "Mn"))
    return str(_to_simplified().convert(folded))


def plain(text: str) -> str:
    """Return half-width, lower-case, simplified text without control characters."""
    return "".join(map(_folded, text))


def same_length(text: str) -> str:
    """Return the plain form as long as the text, for marking places in it."""
    return "".join(folded if len(folded := _folded(char)) == 1 else char for char in text)


def is_han(char: str) -> bool:
    """Say whether a character is 汉字."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"


@lru_cache(maxsize=16384)
def sound(char: str) -> str:
    """Return the toneless syllable of a 汉字, with what many people do not tell apart made one (zh z, ng n)."""
    return _blurred(_toneless(PINYIN_DICT.get(ord(char), char).partition(",")[0]))


@lru_cache(maxsize=8192)
def syllables(letters: str) -> tuple[str, ...]:
    """Return the syllables of typed pinyin (tuikuan → tui, kuan), the fewest possible; () where it is none."""
    best: list[tuple[str, ...] | None] = [()]
    known = _syllables()
    for end in range(1, len(letters) + 1):
        ways = [
            (*before, letters[start:end])
            for start in range(max(0, end - _LONGEST_SYLLABLE), end)
            if letters[start:end] in known and (before := best[start]) is not None
        ]
        best.append(min(ways, key=len) if ways else None)
    return tuple(map(_blurred, best[-1] or ()))


def _blurred(syllable: str) -> str:
    for exact, blurred in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(exact):
            syllable = blurred + syllable[2:]
    return syllable.removesuffix("g") if syllable.endswith(("ing", "eng", "ang")) else syllable


@cache
def _syllables() -> frozenset[str]:
    """Return all syllables; bare consonants (m, ng) are no syllables to type."""
    toned = {each for readings in PINYIN_DICT.values() for each in readings.split(",")}
    return frozenset(each for each in map(_toneless, toned) if each.isascii() and set(each) & set("aeiouv"))


def _toneless(syllable: str) -> str:
    letters = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")  # ü is typed v
    return "".join(each for each in letters if not unicodedata.combining(each))
