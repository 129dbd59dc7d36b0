"""Replies to the desk's own questions (why, to which account, yes or no): what counts as an answer to which.

The desk says what it asks for by a name, and checks what comes; a name that is not listed here is free text.
"""

from __future__ import annotations

import re
from typing import Callable, Mapping, Optional

from actions import reading
from actions.folder import Folder
from actions.table import CASES, RISKS, same_trouble
from actions.turn import Turn

Reader = Callable[[Turn, "tuple[str, ...]"], Optional[str]]

YES, NO = "yes", "no"
SURE = 0.6  # confidence from which another intent is believed
SHORT = 8  # characters of a message that says nothing beside never mind
VERY_SURE = 0.8
_STRICT = frozenset({"confirm", "account"})  # what counts as an answer to these is an answer
_ANSWERS = frozenset({"inform", "affirm", "deny"})
_SMALL_TALK = frozenset({"cancel", "thank", "greet", "goodbye"})
LONGEST = 500  # characters of a free answer that are handed on
# Money moves at a yes: every word of it has to be one of these, or name just what is asked about.
_YES = (
    "[嗯恩好行可对是要的了吧呀啊哦哒呗。.!！,，~ ]|确认|确定|同意|没错|没问题|可以|麻烦|帮我|给我|就这样|尽快|马上"
    "|赶紧|赶快|快点|谢谢|一下|您|你|我|ok|yes"
)
_DOES = {
    **dict.fromkeys(("request_refund", "cancel_order", "duplicate_charge"), "退款|退钱|退|取消"),
    "wrong_account": "修改|改|充",
    "request_invoice": "开票|发票|开",
}
_NEGATIVE = re.compile("不|别|(?<!没)没(?![问错事])")
_NEVER = "(?!)"
_BY_THE_WAY = re.compile("对了(?![。.!！,，~]*$)")
_TOKEN = re.compile(r"(?<![0-9A-Za-z@._-])[0-9A-Za-z][0-9A-Za-z@._-]{3,39}(?![0-9A-Za-z@._-])")
_NO = re.compile(r"^(?:先?不|别|甭|算了|等等|再想想|再等|暂时不|no\b)", re.I)


def read(turn: Turn, folder: Folder) -> bool:
    """Put the reply into the folder; say whether it is an answer at all."""
    if _put_right(turn, folder):
        return True
    choices = tuple((folder.answer or {}).get("choices") or ())
    pressed = turn.entity("detail")
    if turn.pressed and pressed:
        value: str | None = pressed
    elif folder.asks == "confirm":
        value = _confirm(turn, folder.topic)
    else:
        value = _READERS.get(folder.asks, _text)(turn, choices)
    if value is None:
        return False
    folder.details = {**(folder.details or {}), folder.asks: value[:LONGEST]}
    return True


def _put_right(turn: Turn, folder: Folder) -> bool:
    """Take another account that is named instead of a yes or no: 不对，是 139…; the desk asks again about that one."""
    known = (folder.details or {}).get("account")
    found = _account(turn, ()) if folder.asks == "confirm" and known and not turn.pressed else None
    if not found or found == known:
        return False
    folder.details, folder.answer = {**(folder.details or {}), "account": found[:LONGEST]}, None
    return True


def chosen(turn: Turn, folder: Folder) -> bool:
    """Take an order number, written or picked, that is one of the choices: which of two orders is meant."""
    number = reading.order_no(turn.entity("order_no") or turn.written)
    if folder.asks != "which" or number not in ((folder.answer or {}).get("choices") or ()):
        return False
    folder.details = {**(folder.details or {}), folder.asks: str(number)}
    return True


def leaves(turn: Turn, folder: Folder, answered: bool) -> bool:
    """Say whether the message is about something else, so that the rules react to it and not the form."""
    if turn.intent in RISKS or (turn.pressed and (not answered or turn.intent not in _ANSWERS)):
        return True  # a button that names another trouble may carry the order's number, which is no answer
    if turn.intent == "cancel" and not answered:
        return True
    if turn.intent == "nlu_fallback":
        return False  # what nobody understands is asked for again, by the question itself
    other = turn.intent in CASES and not same_trouble(turn.intent, folder.topic)
    if answered and folder.asks in _STRICT:
        return False
    if answered and other and turn.confidence >= VERY_SURE and turn.entity("order_no"):
        return True  # an order of its own: another matter
    if answered:  # free text is an answer, unless it is plainly another question
        return reading.asks(turn.written) and turn.confidence >= SURE and turn.intent not in _ANSWERS
    return turn.intent not in _ANSWERS and (not other or turn.confidence >= SURE)


def _confirm(turn: Turn, topic: str | None) -> str | None:
    text = turn.written.strip()
    if turn.intent in {"deny", "cancel"} or _NO.match(text):
        return NO
    if reading.asks(text) or _BY_THE_WAY.match(text):
        return None
    plainly = re.fullmatch(f"(?:{_YES}|{_DOES.get(topic or '', _NEVER)})+", text, re.I)
    sounds = turn.intent == "affirm" and turn.confidence >= SURE and not _NEGATIVE.search(text)
    return YES if plainly or sounds else None


def _account(turn: Turn, choices: tuple[str, ...]) -> str | None:
    if taken := reading.reference(turn.written):
        return taken
    found = turn.entity("account") or turn.entity("email") or turn.entity("phone") or reading.phone(turn.written)
    tokens = _TOKEN.findall(reading.plain(turn.written))
    return found or (tokens[0] if len(tokens) == 1 else None)


def _choice(turn: Turn, choices: tuple[str, ...]) -> str | None:
    text = turn.written.strip()
    named = [choice for choice in choices if choice in text]
    at = reading.place(text)
    if not named and at is not None and len(text) <= 4 and at < len(choices):
        return choices[at]
    # Whoever writes more than the choice says more than it: 公司，抬头是…
    return named[0] if len(named) == 1 and len(text) <= len(named[0]) + SHORT else _text(turn, choices)


def _text(turn: Turn, choices: tuple[str, ...]) -> str | None:
    text = turn.written.strip()
    if turn.intent in _SMALL_TALK and turn.confidence >= SURE and len(text) <= SHORT:
        return None  # 算了, 谢谢: no answer to any question
    return text if sum(char.isalnum() for char in text) >= 2 else None


_READERS: Mapping[str, Reader] = {
    "account": _account,
    **dict.fromkeys(("reason", "which", "kind"), _choice),
}
