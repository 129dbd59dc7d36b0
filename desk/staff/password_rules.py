"""Which passwords may be chosen. A password may be anything long that is no word of a guesser's list.

What is looked for, in this order: length; few different signs; a run of the keyboard, the alphabet or the digits, or a
part repeated; the login or the name; one of the common ones, also with other letters for digits and an ending of
digits and signs ("P@ssw0rd2026!" is "password"). Nothing demands capitals or signs: they make passwords hard to
remember, not hard to guess.
"""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from desk.staff.errors import WeakPassword
from desk.staff.passwords import LONGEST

_FEWEST_SIGNS = 5
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb")
_LETTERS = str.maketrans("@4301!$57", "aaeoiisst")


def check(password: str, *, login: str, name: str, shortest: int) -> None:
    """Accept a password for an account, or say what is wrong with it.

    Args:
        shortest: the least number of characters.

    Raises:
        WeakPassword: it breaks a rule.
    """
    if len(password) < shortest:
        raise WeakPassword(f"密码至少 {shortest} 位")
    if len(password) > LONGEST:
        raise WeakPassword(f"密码最多 {LONGEST} 位")
    plain = password.casefold()
    if len(set(plain)) < _FEWEST_SIGNS or _repeated(plain) or _run(plain):
        raise WeakPassword("密码里重复或连续的字符太多，请换一个")
    if any(len(own) >= 3 and own.casefold() in plain for own in (login, name)) or plain == name.casefold():
        raise WeakPassword("密码里不要带账号名或姓名")
    if _stem(plain) in _common() or plain in _common():
        raise WeakPassword


def _repeated(plain: str) -> bool:
    return re.fullmatch(r"(.{1,5})\1+.{0,2}", plain, re.DOTALL) is not None


def _run(plain: str) -> bool:
    """Return whether the password is mostly neighbours on the keyboard or in the alphabet."""
    pairs = list(pairwise(plain))
    near = sum(any(a + b in row or b + a in row for row in _ROWS) for a, b in pairs)
    return near >= len(pairs) * 0.75


def _stem(plain: str) -> str:
    """Return the word that a password was made from."""
    word = re.sub(r"[\d\W_]+$", "", plain)
    return re.sub(r"^[\d\W_]+", "", word).translate(_LETTERS) or plain


@cache
def _common() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text("utf-8").split()
    return frozenset(lines)
