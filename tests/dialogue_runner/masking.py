"""Keeps card keys out of everything that is printed or written."""

from collections.abc import Iterable
from typing import Any

from desk.shop.embedded.numbers import order_no_like
from desk.vault.patterns import key_spans
from desk.vault.scan import Scan
from desk.vault.service import HIDDEN

_SHORTEST = 6


class Mask:
    """Hides the keys of a sample, and whatever else in its own words looks like a card key."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = [secret for secret in secrets if len(secret) >= _SHORTEST]

    def __call__(self, text: str) -> str:
        """Return a text without the keys of the sample."""
        for secret in self._secrets:
            for form in (secret, secret.replace("-", "")):
                text = text.replace(form, HIDDEN + secret[-4:])
        return text

    def typed(self, text: str) -> str:
        """Return a text that the sample's author wrote without anything that looks like a key."""
        scan = Scan(text)
        for start, end in reversed(key_spans(scan, (), order_no_like)):
            first, last = scan.original(start, end)
            text = text[:first] + HIDDEN + text[last:]
        return self(text)

    def all(self, value: Any) -> Any:
        """Return JSON without the keys of the sample."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            return {name: self.all(one) for name, one in value.items()}
        return [self.all(one) for one in value] if isinstance(value, list | tuple) else value
