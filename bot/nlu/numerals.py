"""Chinese numerals as customers write sums: 五十, 两百五, 一千零五, 九块九."""

from __future__ import annotations

from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
NUMERAL = "[" + "".join(DIGITS) + "".join(UNITS) + "]"


def number(text: str) -> int | None:
    """Reads a Chinese numeral.

    Args:
        text: Numeral characters only, simplified.

    Returns:
        Its value, None where it is not a number as people write it (十五百, 一二三).
    """
    total = 0
    digit: int | None = None
    last_unit = 100_000  # units must fall: 一百二十, not 二十一百
    zero = False
    for char in text:
        if char in DIGITS:
            if digit:
                return None
            zero = zero or DIGITS[char] == 0
            digit = DIGITS[char]
        elif char in UNITS and UNITS[char] < last_unit:
            last_unit = UNITS[char]
            if last_unit == 10_000 and total:
                return None
            total += (digit if digit is not None else 1) * last_unit
            digit = None
        else:
            return None
    if digit is not None:
        # 两百五 is 250, 两百零五 is 205, 二十五 is 25
        short = total and not zero and last_unit >= 100
        total += digit * (last_unit // 10 if short else 1)
    return total if text else None


def money(text: str) -> Decimal | None:
    """Reads a sum written with figures or a Chinese numeral.

    Args:
        text: 50, 9.9 or 五十.

    Returns:
        The sum, None where it is none or zero.
    """
    plain = text.replace(",", "").replace(" ", "")
    if plain.replace(".", "", 1).isascii() and plain.replace(".", "", 1).isdigit():
        value: Decimal | None = Decimal(plain)
    else:
        whole = number(plain)
        value = None if whole is None else Decimal(whole)
    return value if value else None
