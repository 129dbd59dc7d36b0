"""Personal data as it leaves the desk: enough to know somebody by, not enough to reach them."""

import re

from desk.cases.spoken import masked

_PHONE = re.compile(r"(?<![A-Za-z0-9])(?:\+?86[- ]?)?(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?![A-Za-z0-9])", re.ASCII)
_IDENTITY = re.compile(r"(?<![A-Za-z0-9])(\d{4})\d{10}(\d{3}[\dXx])(?![A-Za-z0-9])", re.ASCII)
_MAIL = re.compile(r"(?<![\w.%+-])([\w%+-])[\w.%+-]*@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", re.ASCII)


def text(words: str) -> str:
    """Return a text with the phone numbers, identity numbers and mail addresses in it masked."""
    words = _IDENTITY.sub(r"\1**********\2", words)
    words = _PHONE.sub(r"\1****\2", words)
    return _MAIL.sub(r"\1***@\2", words)


def name(full: str) -> str:
    """Return the first character of a person's name, and that there is more."""
    return f"{full[0]}**" if full else ""


def phone(number: str) -> str:
    """Return a phone number as 138****8000; "" for none."""
    return masked(number) if number else ""
