"""Order numbers of the embedded shop: DD20261121A7K3, or 202611210001234 from its older times; of recharges: CZ…"""

import re
from datetime import date
from random import Random

from desk.vault.scan import canonical

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DAY = r"20[2-3]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
# Looser than the numbers that are made, so that one with a character too few or too many is still
# understood as an attempt at an order number and not taken for a card key.
_LIKE = re.compile(rf"DD20\d{{4,8}}[0-9A-Z]{{0,12}}|{_DAY}\d{{7,11}}")


def normal(text: str) -> str:
    """Return the number as it is stored: upper case, half width, no blanks and dashes."""
    return canonical(text)


def order_no_like(text: str) -> bool:
    """Say whether a token has the form of an order number, also slightly mistyped."""
    return len(text) <= 32 and _LIKE.fullmatch(normal(text)) is not None


def make(day: date, random: Random, digits: bool = False) -> str:
    """Return a new order number of that day; `digits` gives the older form."""
    if digits:
        return f"{day:%Y%m%d}{random.randrange(10**7):07d}"
    return f"DD{day:%Y%m%d}" + "".join(random.choices(ALPHABET, k=random.choice((4, 5, 5, 6))))


def make_recharge(day: date, random: Random) -> str:
    """Return a new number of a payment into a wallet: CZ20261121004217."""
    return f"CZ{day:%Y%m%d}{random.randrange(10**6):06d}"
