"""Accounts that are topped up: which form each product's has, by catalogue.toml."""

import re
import unicodedata

from desk.shop.embedded import catalogue
from desk.shop.errors import BadAccount

_FILLING = re.compile(r"[\s-]+")
_COUNTRY = re.compile(r"\+?86(?=1\d{10}$)")


def checked(product_id: str, account: str) -> str:
    """Return the account as it is stored: half width, without blanks, dashes and the country's code.

    Raises:
        BadAccount: not of the form that the product's accounts have.
        KeyError: no such product, or not a top-up.
    """
    form = catalogue.accounts()[catalogue.entry(product_id).account]
    plain = unicodedata.normalize("NFKC", account).strip()
    if "@" not in plain:
        plain = _COUNTRY.sub("", _FILLING.sub("", plain))
    if re.fullmatch(form.pattern, plain, re.ASCII) is None:
        raise BadAccount(expected=form.expected)
    return plain
