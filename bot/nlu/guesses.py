"""Products that a message may mean: pieces that only sound like a name (话废, hua fei, 花费).

花费太多 sounds like 话费 and is none, so that these are no findings: `bot.nlu.crf` weighs them with what stands around.
"""

from __future__ import annotations

from typing import Iterator, Mapping, Sequence

from bot.nlu.sounds import of_token
from bot.nlu.views import sound

LETTERS = 4  # shorter sounds are in everything
REACH = 8  # tokens


class Guesses:
    """Finds pieces of text that sound like a name."""

    def __init__(self, spoken: Mapping[str, str]) -> None:
        """Builds the look-up.

        Args:
            spoken: Each spelling (as `bot.nlu.products` compares them) and the product it stands for.
        """
        self._known: dict[str, str] = {}
        for word, name in spoken.items():
            heard = sound(word).replace(" ", "")
            if len(heard) >= LETTERS and not word.isascii():
                self._known.setdefault(heard, name)

    def find(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Finds the longest such piece at each place; a later one begins behind an earlier one.

        Args:
            tokens: Single 汉字, Latin words, numbers and marks.

        Yields:
            First token, one past the last, product.
        """
        sounds = [of_token(token) for token in tokens]
        at = 0
        while at < len(tokens):
            heard, found = "", None
            for end in range(at, min(at + REACH, len(tokens))):
                heard += sounds[end]
                if heard in self._known:
                    found = at, end + 1, self._known[heard]
            if found:
                yield found
            at = found[1] if found else at + 1
