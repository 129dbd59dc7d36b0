"""What the classifier reads of a message: its characters, and its sound.

Numbers, keys and product names are replaced by one sign per kind first: DD20261121A7K3 还没到 and 202611210001234
还没到 are the same sentence. A product keeps its last character, since 卡 and 费 are delivered in different ways.
The sound view is the toneless pinyin of the whole message, so homophones (卡蜜) and typed
pinyin (kami) meet the right characters.
"""

from __future__ import annotations

import os
import re
import unicodedata
from typing import Iterable

# The tables of phrases cost 45 MB and buy nothing here: the sound has to be the same in training and use, not right.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")

from pypinyin import lazy_pinyin

from bot.nlu.normalise import normalise
from bot.nlu.patterns import find

SIGNS = {"order_no": "Ⓞ", "ticket_no": "Ⓣ", "card_key": "Ⓚ", "phone": "Ⓟ", "account": "Ⓐ", "email": "Ⓔ", None: "Ⓛ"}
PRODUCT = "Ⓖ"
EDGES = "^$"  # a word at the beginning or the end of a message weighs differently
MAX_CHARS = 500  # a longer message says what it wants at its ends
REACH = 3
_SIGNED = {*SIGNS.values(), PRODUCT}
_SPACE = re.compile(r"\s+")


def characters(text: str, products: Iterable[tuple[int, int]] = ()) -> str:
    """Makes the character view.

    Args:
        text: As typed.
        products: Where in it product names stand (start, end).

    Returns:
        Normalised text without blanks, with signs for numbers, keys and products, between edge marks.
    """
    signs = [(f.start, f.end, SIGNS[f.entity]) for f in find(text) if f.entity in SIGNS]
    signs += [(start, end, PRODUCT + normalise(text[start:end]).text[-1:]) for start, end in products]
    parts: list[str] = []
    at = 0
    for start, end, sign in sorted(signs):
        if start >= at:
            parts += [normalise(text[at:start]).text, sign]
            at = end
    view = _SPACE.sub("", "".join(parts) + normalise(text[at:]).text)
    if len(view) > MAX_CHARS:
        view = view[: MAX_CHARS // 2] + view[-MAX_CHARS // 2 :]
    return f"{EDGES[0]}{view}{EDGES[1]}" if view else ""


def wordy(view: str) -> str:
    """Leaves pictures out: 👌 and 😭 tell a mood, not what is wanted, and each is a stranger of its own.

    Args:
        view: Result of `characters`.

    Returns:
        The view without emoji; the same view where nothing else is in it.
    """
    bare = "".join(char for char in view if not _picture(char))
    return bare if len(bare) > len(EDGES) else view


def _picture(char: str) -> bool:
    return ord(char) > 0x2000 and char not in _SIGNED and unicodedata.category(char) in {"So", "Sk", "Cn", "Co"}


def sound(view: str) -> str:
    """Makes the sound view from the character view.

    Args:
        view: Result of `characters`.

    Returns:
        Toneless pinyin in one string; what is not 汉字 passes through.
    """
    return "".join(lazy_pinyin(view))


def grams(view: str) -> list[str]:
    """Lists single characters and pairs of neighbours."""
    return list(view) + [view[i : i + 2] for i in range(len(view) - 1)]


def pairs(view: str) -> list[str]:
    """Lists pairs of characters up to `REACH` places apart: 没…到 in 没收到, 没给到."""
    return [view[i] + "_" + c for i in range(len(view)) for c in view[i + 1 : i + 1 + REACH]]


def sounds(view: str) -> list[str]:
    """Lists pieces of two to five letters of the sound."""
    spoken = sound(view)
    return [spoken[i : i + n] for n in range(2, 6) for i in range(len(spoken) - n + 1)]
