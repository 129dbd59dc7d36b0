"""Figures in articles come from the policy and the catalogue: `{times.key_reissue}`, `{goods:Q币卡.prices}`."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from desk.cases.spoken import numbered
from desk.errors import DeskError
from desk.knowledge import spoken
from desk.shop.base import Product
from desk.shop.families import family_name

Fill = Callable[[str], str]

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_GOODS = re.compile(r"goods:(.+)\.([a-z]+)")


class Unfilled(DeskError):
    """The shop has nothing to put in the placeholder's place; `name` is the placeholder without braces."""

    code, message = "unfilled", "这篇文章里有填不上的内容"

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.name = name


class Figures:
    """What placeholders stand for.

    Args:
        policies: the policy as a mapping, with the sections of policies.yml.
        products: gives the catalogue; asked only where an article needs it, once.
    """

    def __init__(self, policies: Mapping[str, Any], products: Callable[[], Iterable[Product]]) -> None:
        self._policies, self._products = policies, products
        self._families: dict[str, list[Product]] | None = None

    def fill(self, text: str) -> str:
        """Return the text with every placeholder replaced.

        Raises:
            Unfilled: there is nothing for one of them.
        """
        return _PLACEHOLDER.sub(lambda found: self._value(found[1].strip()), text)

    def _value(self, name: str) -> str:
        if goods := _GOODS.fullmatch(name):
            return self._of_goods(goods[1].strip(), goods[2], name)
        section, _, rest = name.partition(".")
        try:
            return _SECTIONS[section](self._policies[section], rest)
        except (KeyError, IndexError, TypeError) as problem:
            raise Unfilled(name) from problem

    def _of_goods(self, family: str, what: str, name: str) -> str:
        if self._families is None:
            self._families = {}
            for product in self._products():
                self._families.setdefault(family_name(product), []).append(product)
        if family not in self._families or what not in _GOODS_FACTS:
            raise Unfilled(name)
        return _GOODS_FACTS[what](sorted(self._families[family], key=lambda product: product.price))


def possible(name: str) -> bool:
    """Say whether there can be such a placeholder; whether the shop can fill it shows when it is filled."""
    if goods := _GOODS.fullmatch(name):
        return goods[2] in _GOODS_FACTS
    section, _, rest = name.partition(".")
    if section == "delays":
        return rest in ("table", "first.over", "first.coupon")
    return rest.isidentifier() and (section in ("facts", "times") or (section in _SECTIONS and rest in _UNITS))


def names(text: str) -> list[str]:
    """Return the placeholders of a text, without braces."""
    return [found.strip() for found in _PLACEHOLDER.findall(text)]


def without(text: str) -> str:
    """Return the text with blanks in place of its placeholders, for searching."""
    return _PLACEHOLDER.sub(" ", text)


def _delays(steps: Any, rest: str) -> str:
    if rest == "table":
        return spoken.delays(steps)
    place, _, what = rest.partition(".")
    if place != "first":
        raise KeyError(rest)
    return spoken.minutes(steps[0]["over"]) if what == "over" else spoken.yuan(steps[0][what])


_UNITS: Mapping[str, Callable[[Any], str]] = {
    "usual": spoken.minutes,
    "payment_window": spoken.minutes,
    "topup_retries": spoken.times,
    "reissues_per_order": spoken.times,
    "reissues_per_customer_day": spoken.times,
    "expired_grace_days": spoken.days,
    "arrival_days": spoken.working_days,
    "cooling_hours": spoken.hours,
    "tries_per_conversation": spoken.times,
    "tries_per_order_day": spoken.times,
    "valid_hours": spoken.hours,
    "silver_month_spend": spoken.yuan,
    "gold_month_spend": spoken.yuan,
    "vip_month_spend": spoken.yuan,
}


def _figure(section: Any, rest: str) -> str:
    return _UNITS[rest](section[rest])


_SECTIONS: Mapping[str, Callable[[Any, str], str]] = {
    "facts": lambda section, rest: str(section[rest]),
    "times": lambda section, rest: spoken.minutes(section[rest]),
    "delays": _delays,
    "delivery": _figure,
    "keys": _figure,
    "refunds": _figure,
    "proofs": _figure,
    "profiles": _figure,
}

_GOODS_FACTS: Mapping[str, Callable[[list[Product]], str]] = {
    "name": lambda goods: family_name(goods[0]),
    "faces": lambda goods: spoken.listed(face for each in goods for face in each.face_values),
    "prices": lambda goods: spoken.listed(spoken.priced(each) for each in goods),
    "steps": lambda goods: numbered(goods[0].redeem_steps),
    "region": lambda goods: goods[0].region_note,
    "minutes": lambda goods: spoken.minutes(goods[0].usual_minutes),
    "validity": lambda goods: spoken.validity(goods[0].validity_days),
}
