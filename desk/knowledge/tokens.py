"""What two texts are compared by: words, characters, pairs of neighbouring characters, pairs of neighbouring sounds.

Words (jieba's dictionary and method, in Rust) carry the meaning; characters meet words that share one (刷脸, 人脸);
pairs survive a wrong cut; sounds survive slips and typed pinyin. Latin words and numbers count as one character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from desk.knowledge.plain import is_han, plain, sound, syllables
from desk.knowledge.synonyms import Synonyms

if TYPE_CHECKING:
    from rjieba import Jieba

CHAR, PAIR, SOUND = "-", "_", "~"
"""Signs before characters, pairs and sounds; words have none."""
SIGNS = CHAR + PAIR + SOUND

_UNITS = re.compile(r"[a-z0-9]+|[^\W_]")
_SHORTEST_PINYIN = 4
_NAME_FREQUENCY = 20_000


class Tokeniser:
    """Cuts texts the same way for articles and questions. The first one loads the dictionary: 0.2 s and 60 MB.

    Args:
        synonyms: applied first.
        names: words that stay whole: product names, the words of the synonyms.
    """

    def __init__(self, synonyms: Synonyms, names: Iterable[str] = ()) -> None:
        self.synonyms = synonyms
        self._jieba = _dictionary()
        usual = (group[0] for group in synonyms.groups)
        for name in (*usual, *names):
            if (word := plain(name).replace(" ", "")) and all(map(is_han, word)):
                self._jieba.add_word(word, _NAME_FREQUENCY, None)

    def words(self, text: str) -> list[str]:
        """Return the words that mean something, in order, in their usual form."""
        cut = self._jieba.cut(self.synonyms.applied(plain(text)))
        return [word for word in cut if word[0].isalnum() and not self.synonyms.idle(word)]

    def tokens(self, text: str) -> list[str]:
        """Return words, characters, pairs and sounds, each as often as it stands there."""
        words = self.words(text)
        found = [part for word in words for part in (self._jieba.cut_for_search(word) if len(word) > 2 else (word,))]
        units = _UNITS.findall("".join(_spaced(word) for word in words))
        found += [f"{CHAR}{unit}" for unit in units]
        found += [f"{PAIR}{one}{two}" for one, two in pairwise(units)]
        heard = [each for unit in units for each in _heard(unit)]
        return found + [f"{SOUND}{one}.{two}" for one, two in pairwise(heard)]


@cache
def _dictionary() -> Jieba:
    """Return the one dictionary of the process; names added to it stay. Importing it loads it, so not at the start."""
    import rjieba

    dictionary: Jieba = rjieba._DEFAULT_JIEBA  # a second one would cost 40 MB more
    return dictionary


def _spaced(word: str) -> str:
    # Two Latin words in a row must not become one unit.
    return word if is_han(word[0]) else f" {word} "


def _heard(unit: str) -> tuple[str, ...]:
    if is_han(unit[0]):
        return (sound(unit[0]),)
    if len(unit) >= _SHORTEST_PINYIN and unit.isalpha():
        return syllables(unit) or (unit,)
    return (unit,)
