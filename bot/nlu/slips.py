"""One slip in a long product name: a wrong 汉字 (腾讯祝频), or a letter too many, too few or wrong (steem, stem).

Spellings are kept with one place blanked out, so that a look-up costs a few dictionary reads; spaCy's FUZZY and
wildcard patterns do the same at fifteen times the cost (1.2 ms a message).
"""

from __future__ import annotations

import re
from typing import Iterator, Mapping, Sequence

HAN = re.compile("[一-鿿]")
SLIP_HAN, SLIP_LATIN = 4, 5  # shorter brands with a slip are other words: 手机话费 → 手机付费
TAIL = 5  # tokens of a name behind its brand
# Where a name stops being a brand. A slip counts in the brand only.
GENERIC = re.compile("会员|充值|直充|话费|流量|点[卡券]|礼品卡|钱包|激活码|密钥|黑胶|黄金|月卡|季卡|年卡|[卡券]$|vip")


class Slips:
    """Finds brands with one slip."""

    def __init__(self, spoken: Mapping[str, str]) -> None:
        """Builds the look-up.

        Args:
            spoken: Each spelling (as `bot.nlu.products` compares them) and the product it stands for.
        """
        self._spoken = spoken
        self._known: dict[str, str] = {}
        self._lengths: set[int] = set()
        for word in spoken:
            cut = GENERIC.search(word)
            brand = word[: cut.start()] if cut else word  # nothing of 话费充值: 话费充哪 is no slip
            if len(brand) >= SLIP_HAN and all(HAN.match(char) for char in brand):
                self._lengths.add(len(brand))
                self._known.update(dict.fromkeys(_blanked(brand), brand))
            elif len(brand) >= SLIP_LATIN and brand.isascii() and brand.isalpha():
                self._known.update(dict.fromkeys((*_blanked(brand), *_shorter(brand)), brand))

    def find(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Finds brands with a slip among tokens.

        Args:
            tokens: Single 汉字, Latin words, numbers and marks.

        Yields:
            First token, one past the last, product.
        """
        for at, token in enumerate(tokens):
            if token.isascii():
                keys = [*_blanked(token), *_shorter(token)] if token.isalpha() and len(token) >= SLIP_LATIN - 1 else []
                yield from self._named(tokens, at, at + 1, keys)
                continue
            for length in self._lengths:
                window = "".join(tokens[at : at + length])
                if len(window) == length and all(HAN.match(char) for char in window):
                    yield from self._named(tokens, at, at + length, _blanked(window))

    def _named(self, tokens: Sequence[str], at: int, end: int, keys: list[str]) -> Iterator[tuple[int, int, str]]:
        """Finds the brand that one of `keys` blanks, and the longest name that goes on from it: steem + 卡."""
        brand = next((self._known[key] for key in keys if key in self._known), None)
        for more in range(TAIL, -1, -1) if brand else ():
            name = self._spoken.get(f"{brand}{''.join(tokens[end : end + more])}")
            if name:
                yield at, min(end + more, len(tokens)), name
                return


def _blanked(word: str) -> list[str]:
    """Returns the word with each place but the first blanked out."""
    return [f"{word[:i]}_{word[i + 1 :]}" for i in range(1, len(word))]


def _shorter(word: str) -> list[str]:
    """Returns the word with one letter more in mind: a blank put in, so that both lengths meet."""
    return [f"{word[:i]}_{word[i:]}" for i in range(1, len(word) + 1)]
