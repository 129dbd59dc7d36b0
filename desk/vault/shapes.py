"""Which groups of letters and digits look like a card key, and which plainly are something else."""

import re
from collections.abc import Sequence

_ALONE = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9]-){}(?!-?[A-Za-z0-9])"

#: Things that are no keys though they may have their form.
HARMLESS = [
    re.compile(r"(?:https?://|(?<![A-Za-z0-9.])www\.)[!-~]+", re.IGNORECASE),
    re.compile(r"(?<![\w.%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII),
    re.compile(_ALONE.format(r"(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}")),
    re.compile(_ALONE.format(r"0\d{2,3}-\d{7,8}")),
    re.compile(_ALONE.format(r"[48]00-\d{3,4}-\d{3,4}")),
    re.compile(_ALONE.format(r"20\d\d([-/.])\d{1,2}\1\d{1,2}(?:[ T-]{1,2}\d{1,2}[:-]\d{1,2}(?:[:-]\d{1,2})?)?")),
    re.compile(r"(?<![A-Za-z0-9])qq\d{5,11}(?![A-Za-z0-9])", re.IGNORECASE),
    re.compile(r"(?<![A-Za-z0-9])T20\d{6}-\d{4,6}(?![A-Za-z0-9])", re.IGNORECASE),
]

#: Alipay's and WeChat Pay's own trade numbers, which customers paste as proof of payment: 28 digits.
_PAYMENT_NO = re.compile(r"20[23]\d(?:0[1-9]|1[0-2])\d{22}|4200\d{24}")

LONG = 12  # from this length on, a bare run is too long for a name, a QQ number or a phone
_NAMELIKE = 3


def bare(word: str) -> bool:
    """Say whether one run of letters and digits looks like a key: 12 or more, and no plain word."""
    if len(word) < LONG:
        return False
    if word.isdigit():
        return not _PAYMENT_NO.fullmatch(word) and len(set(word)) > 1
    if word.isalpha():
        return word.isupper() and len(set(word)) >= LONG // 2
    return sum(map(str.isdigit, word)) >= 2


def dashed(groups: Sequence[str]) -> bool:
    """Say whether groups joined by dashes look like a key or a part of one (ABCDE-FGHIJ-KLMNO)."""
    joined = "".join(groups)
    if len(groups) < 2 or len(joined) < 8:
        return False
    if joined.isdigit():
        return len(joined) >= LONG
    if joined.isalpha():
        return _even(groups, joined)
    if not joined.isupper():
        return _grid(groups, joined) or (joined.islower() and len(joined) >= 10 and _digits_in_most(groups))
    return len(joined) >= 10 and sum(len(group) >= _NAMELIKE for group in groups) >= 2


def spaced(groups: Sequence[str]) -> bool:
    """Say whether groups parted by blanks look like a key: 1234 5678 9012, ABCDE 1FGHI JKLM2."""
    joined, size = "".join(groups), len(groups[0])
    if len(groups) < 3 or len(joined) < LONG or not 4 <= size <= 6 or any(len(g) != size for g in groups[:-1]):
        return False
    if len(groups[-1]) > size:
        return False
    if joined.isdigit():
        return size == 4 and not all(group.endswith("00") for group in groups)
    if len(groups[-1]) != size:
        return False
    digits = sum(map(str.isdigit, joined))
    return digits >= 2 and (joined.isupper() or all(any(map(str.isdigit, group)) for group in groups))


def labelled(groups: Sequence[str], explicit: bool) -> bool:
    """Say whether what follows a label such as 卡密 is a key; `explicit`: a colon or 是 stands between."""
    joined = "".join(groups)
    if len(joined) < 6:
        return False
    if explicit:
        return True
    return joined.isdigit() or bare(joined) or (joined.isupper() and any(map(str.isdigit, joined)))


def _even(groups: Sequence[str], joined: str) -> bool:
    """Letters only: groups of one length; among three or more in capitals one may be mistyped."""
    sizes = sorted(len(group) for group in groups)
    usual = sizes[len(sizes) // 2]
    odd = sum(size != usual for size in sizes)
    if len(groups) == 2 or not joined.isupper():
        return odd == 0 and 5 <= usual <= 6 and (joined.isupper() or len(groups) > 2)
    return odd <= 1 and 4 <= usual <= 6


def _grid(groups: Sequence[str], joined: str) -> bool:
    """Three long groups, two of one length, digits among them: names such as iPhone15-Pro-Max have not."""
    sizes = [len(group) for group in groups if len(group) >= 4]
    all_even = len(sizes) == len(groups) and len(set(sizes)) == 1
    enough_digits = sum(map(str.isdigit, joined)) >= (1 if all_even else 2)
    return len(sizes) >= 3 and len(set(sizes)) < len(sizes) and enough_digits


def _digits_in_most(groups: Sequence[str]) -> bool:
    return sum(any(map(str.isdigit, group)) for group in groups) * 2 > len(groups)
