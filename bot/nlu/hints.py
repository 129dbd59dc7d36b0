"""What the rules say of a message, gathered as hints for `bot.nlu.crf`."""

from __future__ import annotations

import re
from typing import Sequence

from bot.nlu.crf import Hint
from bot.nlu.guesses import Guesses
from bot.nlu.normalise import normalise
from bot.nlu.patterns import PAYING_WORDS, find
from bot.nlu.products import ENTITY, TOKEN, Mention

LEARNED = (ENTITY, "amount", "payment_method", "error_text")  # all else has a shape, which the rules know for sure
NUMBER = re.compile(r"\d|[二三四五六七八九十两百千万几]")
LINK, MAYBE = "link", "?"
_PAYING = Guesses(dict.fromkeys((*PAYING_WORDS, "微信", "余额"), "payment_method"))


def hints(text: str, products: Sequence[Mention], guesses: Sequence[Mention]) -> list[Hint]:
    """Gathers hints.

    Args:
        text: As typed.
        products: What `Products.find` found in it.
        guesses: What `Products.guess` found in it.

    Returns:
        All hints; those for things that have a shape are fixed.
    """
    found = [Hint(f.start, f.end, f.entity or LINK, f.entity not in LEARNED) for f in find(text)]
    found += [Hint(m.start, m.end, ENTITY) for m in products]
    found += [Hint(m.start, m.end, MAYBE + ENTITY) for m in guesses]
    normal = normalise(text)
    places = [match.span() for match in TOKEN.finditer(normal.text)]
    for first, end, kind in _PAYING.find([normal.text[a:b] for a, b in places]):
        found.append(Hint(*normal.span(places[first][0], places[end - 1][1]), MAYBE + kind))
    return found
