"""What a customer's words tell already: the patterns of desk/texts/signs.yml, which operators may edit."""

import re
import unicodedata

from desk.texts import table


def shows(name: str, text: str) -> bool:
    """Say whether the text has the sign `name`; blanks, width and case do not count."""
    return re.search(table("signs")[name], _plain(text)) is not None


def first(names: tuple[str, ...], text: str) -> str | None:
    """Return the first of these signs that the text has."""
    return next((name for name in names if shows(name, text)), None)


def characters(text: str) -> int:
    """Return how many letters, digits and 汉字 a text has."""
    return sum(char.isalnum() for char in text)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).casefold())
