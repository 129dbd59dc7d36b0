"""The sound of single tokens, remembered: messages are made of the same few thousand."""

from __future__ import annotations

from functools import lru_cache

from bot.nlu.views import sound


@lru_cache(maxsize=8192)
def of_token(token: str) -> str:
    """Returns the toneless pinyin of a token; what is not 汉字 stays."""
    return sound(token)
