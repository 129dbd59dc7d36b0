"""Figures as articles say them, with their units (words in desk/texts/knowledge.yml)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from desk.shop.base import Product
from desk.texts import table

_HOUR, _DAY = 60, 1440


def word(key: str, **values: object) -> str:
    """Return the text `key` of desk/texts/knowledge.yml with its names filled in."""
    return table("knowledge")[key].format(**values)


def minutes(count: int) -> str:
    """Return a length of time: full hours from two hours on, minutes otherwise; an hour is 60 minutes."""
    whole = count >= 2 * _HOUR and count % _HOUR == 0
    return hours(count // _HOUR) if whole else word("minutes", count=count)


def hours(count: int) -> str:
    """Return hours."""
    return word("hours", count=count)


def days(count: int) -> str:
    """Return days."""
    return word("days", count=count)


def times(count: int) -> str:
    """Return how often."""
    return word("times", count=count)


def working_days(most: int) -> str:
    """Return a span of working days from one to `most`."""
    return word("working_days", most=most) if most > 1 else word("working_day")


def yuan(amount: Decimal | float) -> str:
    """Return a round sum without decimals, others with two."""
    exact = Decimal(str(amount))
    return word("yuan", amount=int(exact) if exact == int(exact) else f"{exact:.2f}")


def listed(items: Iterable[str]) -> str:
    """Return the items in one line."""
    return word("join").join(items)


def priced(product: Product) -> str:
    """Return a product's face value and price."""
    face = word("or").join(product.face_values) or product.name
    return word("priced", face=face, price=f"{product.price:.2f}")


def validity(count: int | None) -> str:
    """Return how long a key can be redeemed."""
    return word("unlimited") if count is None else days(count)


def delays(steps: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of compensation in one sentence."""
    return word("delay_join").join(
        word("delay", over=_longest(step["over"]), coupon=yuan(step["coupon"])) for step in steps
    )


def _longest(count: int) -> str:
    return days(count // _DAY) if count % _DAY == 0 else minutes(count)


def source(group: str) -> str:
    """Return where an answer comes from, as customers see it."""
    return word("source", group=table("knowledge").get(f"group.{group}", group))
