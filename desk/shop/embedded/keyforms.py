"""What the keys of each kind of product look like. Invented at random: none of them opens anything."""

from collections.abc import Callable
from random import Random

from desk.shop.embedded.numbers import ALPHABET, order_no_like

Pair = tuple[str | None, str]  # number (where the product has one) and secret


def _mixed(random: Random, length: int) -> str:
    """Letters and digits, O, 0, I and 1 among them: customers do confuse those."""
    while True:
        text = "".join(random.choices(ALPHABET, k=length))
        if sum(map(str.isdigit, text)) >= 2 and not text.isdigit():
            return text


def _digits(random: Random, length: int) -> str:
    while True:
        text = str(random.randrange(1, 10)) + "".join(random.choices("0123456789", k=length - 1))
        if not order_no_like(text):
            return text


def _grouped(text: str, size: int) -> str:
    return "-".join(text[at : at + size] for at in range(0, len(text), size))


def _numbered(number: int, secret: int) -> Callable[[Random], Pair]:
    return lambda random: (_digits(random, number), _digits(random, secret))


FORMS: dict[str, Callable[[Random], Pair]] = {
    "steam": lambda random: (None, _grouped(_mixed(random, 15), 5)),
    "appstore": lambda random: (None, "X" + _mixed(random, 15)),
    "googleplay": lambda random: (None, _grouped(_mixed(random, 20), 4)),
    "psn": lambda random: (None, _grouped(_mixed(random, 12), 4)),
    "nintendo": lambda random: (None, "B0" + _mixed(random, 14)),
    "five_by_five": lambda random: (None, _grouped(_mixed(random, 25), 5)),
    "jd": lambda random: (None, _grouped(_mixed(random, 16), 4)),
    "member16": lambda random: (None, _mixed(random, 16)),
    "coupon12": lambda random: (None, _digits(random, 12)),
    "fuel20": lambda random: (None, _digits(random, 20)),
    "qcoin": _numbered(9, 12),
    "junnet": _numbered(16, 16),
    "mobile": _numbered(17, 18),
    "unicom": _numbered(15, 19),
    "telecom": _numbered(19, 18),
}


def make(form: str, random: Random) -> Pair:
    """Return a number (or None) and a secret in this form, e.g. "steam": ABCDE-12345-FGH0I."""
    return FORMS[form](random)
