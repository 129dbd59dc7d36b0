"""Looks at a reply before it is sent. It warns and gives a reason; whether to send is the agent's decision.

Pure and quick: words and patterns, nothing is looked up.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from desk.options.service import Options
from desk.policies.model import Limits
from desk.replies.scripts import unfilled
from desk.texts import table

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]

# What makes a reply concrete: a number (time, sum, order), or a moment in words.
_FACT = re.compile(
    r"[0-9０-９一二两三四五六七八九十]+\s*(分钟|小时|天|个工作日|点|元|块|张|次|步)"
    r"|\d{4,}|今天|明天|今晚|上午|下午|¥"
)
_GIFT = r"(赔偿|赔付|补偿|赔|补|优惠券|代金券|券|退款|退)"
_YUAN = r"(\d+(?:\.\d{1,2})?)\s*(?:元|块)"
_SUM = re.compile(_GIFT + r"[^0-9。！？\n]{0,8}?" + _YUAN)
_SUM_BEFORE = re.compile(_YUAN + r"(?:钱)?的?[^0-9。！？\n]{0,4}?" + _GIFT)


class ReplyChecks(Options):
    """What replies are looked at for; see the delivered file for what each list means."""

    NAME: ClassVar[str] = "reply_checks"

    templates: tuple[Word, ...] = Field(max_length=200)
    jargon: dict[Word, Word] = Field(max_length=200)
    promises: tuple[Word, ...] = Field(max_length=200)
    forbidden: tuple[Word, ...] = Field(max_length=200)


@dataclass(frozen=True)
class Warning:
    """What is worth another look: its kind, and the words for the agent."""

    kind: str
    text: str


def check(text: str, checks: ReplyChecks, limits: Limits, *, merchant: bool) -> list[Warning]:
    """Return what to tell the agent about a reply before it goes; nothing where it is well.

    Args:
        limits: what the agent may give without asking.
        merchant: the customer is at home with the trade's own words.
    """
    found = [*_variables(text), *_forbidden(text, checks), *_promises(text, checks, limits), *_empty(text, checks)]
    return found if merchant else [*found, *_jargon(text, checks)]


def _variables(text: str) -> Iterator[Warning]:
    if names := unfilled(text):
        yield _warning("variable", words="、".join(f"{{{name}}}" for name in names))


def _forbidden(text: str, checks: ReplyChecks) -> Iterator[Warning]:
    if words := _present(text, checks.forbidden):
        yield _warning("forbidden", words="、".join(words))


def _promises(text: str, checks: ReplyChecks, limits: Limits) -> Iterator[Warning]:
    if words := _present(text, checks.promises):
        yield _warning("promise", words="、".join(words))
    said = [(what, amount) for what, amount in _SUM.findall(text)]
    said += [(what, amount) for amount, what in _SUM_BEFORE.findall(text)]
    for what, amount in said:
        most = limits.once.refund if "退" in what else limits.once.coupon
        if Decimal(amount) > most:
            yield _warning("sum", amount=amount, most=f"{most:g}")
            return


def _empty(text: str, checks: ReplyChecks) -> Iterator[Warning]:
    if _FACT.search(text):
        return
    if words := _present(text, checks.templates):
        yield _warning("empty", words=words[0])


def _jargon(text: str, checks: ReplyChecks) -> Iterator[Warning]:
    words = [word for word in checks.jargon if _has(text, word)]
    if words:
        yield _warning("jargon", words="、".join(f"「{word}」→ {checks.jargon[word]}" for word in words))


def _present(text: str, words: Iterable[str]) -> list[str]:
    return [word for word in words if _has(text, word)]


def _has(text: str, word: str) -> bool:
    """Say whether a word stands in a text; Latin words only as words (API, not RAPID)."""
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", text, re.IGNORECASE) is not None


def _warning(kind: str, **values: str) -> Warning:
    return Warning(kind, table("replies")[kind].format(**values))
