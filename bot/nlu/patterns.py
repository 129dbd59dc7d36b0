r"""What customers hand over that has a shape: order numbers, ticket numbers, card keys, phones, sums.

`PATTERNS` is the table, strongest first: what one row has claimed, a later row cannot take, so a phone never
becomes an order number and a link never becomes a card key. No `\b`: it does not match between 汉字 and digits.
Everything runs on normalised text (`normalise`), so letters are lower case here; values come from the original.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Callable

from bot.nlu.normalise import normalise
from bot.nlu.numerals import NUMERAL, money

ALNUM = "0-9a-z"
OPEN, CLOSE = rf"(?<![{ALNUM}])", rf"(?![{ALNUM}])"  # not in the middle of a longer number or word


@dataclass(frozen=True)
class Found:
    """One thing found, with its place in the original text.

    Attributes:
        entity: Entity name, None for what is only kept away from later rows (links, e-mail addresses).
        start: First character in the original.
        end: One past the last.
        value: The canonical value.
    """

    entity: str | None
    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Pattern:
    """A row of the table.

    Attributes:
        entity: Entity name or None (claims the text and yields no entity).
        regex: Searched in normalised text.
        value: From the text of the match as typed to the value; None refuses the match.
    """

    entity: str | None
    regex: re.Pattern[str]
    value: Callable[[str], str | None]


def _upper(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).upper()


def _order(typed: str) -> str | None:
    """Accepts an order number; one of figures only must begin with a date, or it is a card number."""
    text = _upper(typed)
    dated = 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:8]) <= 31 if text.isdigit() else True
    return text if dated else None


def _ticket(typed: str) -> str:
    digits = re.sub(r"\D", "", _upper(typed))
    return f"T{digits[:8]}-{digits[8:]}"


def _phone(typed: str) -> str:
    return re.sub(r"\D", "", _upper(typed))[-11:]


def _key(typed: str) -> str | None:
    """Accepts a card number or secret as typed; refuses words, names (player123) and numbers of other lengths."""
    text = unicodedata.normalize("NFKC", typed).strip()
    packed = re.sub(r"[- ]", "", text)
    if packed.isdigit():
        return text if 12 <= len(packed) <= 24 else None
    if packed != text and packed.isupper():
        return text
    runs = re.findall(r"\d+|[A-Za-z]+", packed)
    return text if len(runs) >= (2 if packed.isupper() else 3) else None


def _amount(typed: str) -> str | None:
    """Reads 50元, ¥9.9, 五十块, 一百二十块钱, 9块9, 十块五 as a plain decimal."""
    text = unicodedata.normalize("NFKC", typed).strip("¥￥ ")
    match = re.match(rf"([\d.,]+|{NUMERAL}+)\s*[块元]\s*([\d一二三四五六七八九])?$", text)
    if match and match[2]:
        whole, jiao = money(match[1]), money(match[2])
        return None if whole is None or jiao is None else f"{whole + jiao / 10:f}"
    match = re.match(rf"[\d.,]+|{NUMERAL}+", text)
    value = money(match[0].strip(".,")) if match else None
    return None if value is None or value > 1_000_000 else f"{value.normalize():f}"


def _same(typed: str) -> str:
    return typed


# Repetitions are bounded: an unbounded one inside a search costs the square of a 10,000-character message.
FIGURES = r"\d[\d,]{0,12}(?:\.\d{1,2})?"
WORDS = rf"{NUMERAL}{{1,10}}"
YUAN = r"(?:元|块(?:钱|[\d一二三四五六七八九])?|rmb|人民币|刀|美[元金]|港[元币]|日元)"
BEFORE = "|".join(
    f"(?<={word})" for word in ["面值", "面额", "充", "充了", "充值", "扣", "扣了", "付了", "到账", "到了"]
)
COUNTED = "个张次月年天号点分小秒位条单"  # 充了3个月: no sum

_ROWS: tuple[tuple[str | None, str, Callable[[str], str | None]], ...] = (
    ("card_key", r"⟦key:[\w-]{1,64}⟧", _same),  # the desk's reference to a key that the customer pasted
    (None, rf"(?:https?://|www\.)[{ALNUM}./?=&%#:_~+-]+", _same),
    (None, rf"{OPEN}[{ALNUM}._+-]{{1,64}}@[{ALNUM}.-]{{3,64}}", _same),
    ("ticket_no", rf"{OPEN}t\s?20\d{{6}}\s?[-—–_]?\s?\d{{4}}{CLOSE}", _ticket),
    ("order_no", rf"{OPEN}dd20[{ALNUM}]{{6,16}}{CLOSE}", _order),  # also a mistyped one: the desk says so
    ("order_no", rf"{OPEN}20\d{{13,17}}{CLOSE}", _order),
    ("phone", rf"{OPEN}(?:\+?86[- ]?)?1[3-9]\d(?:\d{{8}}|([- ])\d{{4}}\1\d{{4}}){CLOSE}", _phone),
    ("card_key", rf"{OPEN}[{ALNUM}]{{4,8}}(?:-[{ALNUM}]{{4,8}}){{1,7}}{CLOSE}", _key),
    ("card_key", rf"{OPEN}[{ALNUM}]{{4}}(?: [{ALNUM}]{{4}}){{2,7}}{CLOSE}", _key),
    ("card_key", rf"{OPEN}[{ALNUM}]{{5}}(?: [{ALNUM}]{{5}}){{2,4}}{CLOSE}", _key),
    ("card_key", rf"{OPEN}\d{{3}}(?: \d{{3}}){{3,6}}{CLOSE}", _key),
    ("card_key", rf"{OPEN}(?!0x)[{ALNUM}]{{10,32}}{CLOSE}", _key),
    ("amount", rf"[¥￥]\s?{FIGURES}(?![\d.])(?:\s?元)?", _amount),
    ("amount", rf"(?:(?<![\d.]){FIGURES}|{WORDS})\s?{YUAN}", _amount),
    ("amount", rf"(?:{BEFORE})\d{{1,4}}(?:\.\d{{1,2}})?(?![\d.{COUNTED}a-z])", _amount),
    ("amount", rf"{OPEN}(?<!\.)\d{{2,4}}(?=面[值额]|那张|话费|q币|点券)", _amount),
    ("amount", rf"{OPEN}(?<!\.)(?:10|20|30|50|68|100|198|200|300|328|500|648|1000)(?=的(?!时候|号))", _amount),
    ("amount", rf"^(?:\d{{2,3}}|{NUMERAL}{{1,6}})$", _amount),  # four figures alone are a proof, not a sum
)

PATTERNS: tuple[Pattern, ...] = tuple(Pattern(e, re.compile(r), v) for e, r, v in _ROWS)


def find(text: str) -> list[Found]:
    """Finds everything of the table in a text.

    Args:
        text: As typed.

    Returns:
        What was found, in order of place, no two overlapping.
    """
    normal = normalise(text)
    rest = normal.text
    found: list[Found] = []
    for pattern in PATTERNS:
        for match in pattern.regex.finditer(rest):
            start, end = normal.span(match.start(), match.end())
            value = pattern.value(text[start:end])
            if value is not None:
                found.append(Found(pattern.entity, start, end, value))
                rest = rest[: match.start()] + "\0" * (match.end() - match.start()) + rest[match.end() :]
    return sorted(found, key=lambda f: f.start)
