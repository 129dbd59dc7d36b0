"""What the shop sells: prices, stock, face values, how to use it, where it works. From the live catalogue."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from desk.cases import access
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import money, numbered, word
from desk.shop.base import Product, Shop
from desk.shop.families import family_name

Question = Literal["price", "stock", "denominations", "how-to-use", "region"]

OFFERED = 4  # products to choose from
_SHORT = 10  # characters that fit a button
# Asked by whoever has bought already: without a name the last order is meant.
_AFTER_BUYING = {"how-to-use", "region"}


@dataclass(frozen=True)
class Family:
    """One thing on sale in several face values: Steam 钱包充值码 of 50, 100 and 200."""

    name: str
    products: tuple[Product, ...]

    @property
    def first(self) -> Product:
        """One of them: steps, region and kind are the same for all."""
        return self.products[0]

    @property
    def called(self) -> str:
        """What to call it on a button: a name that leads back to it."""
        names = [self.name, *self.first.aliases]
        return next((name for name in names if len(name) <= _SHORT), self.name)

    def names(self) -> set[str]:
        """All its names, in one form of writing."""
        return {_plain(name) for name in (self.name, *self.first.aliases)}


def answer(
    session: Session,
    services: Services,
    asker: Asker,
    question: Question,
    ids: Sequence[str] = (),
    words: Sequence[str] = (),
    about: str | None = None,
) -> Outcome:
    """Answer a question about a product, or say what to choose from.

    Args:
        ids: catalogue ids of the product named, where known.
        words: what the customer calls it.
        about: the product talked about before, when none is named.
    """
    topic = question.replace("-", "_")
    if ids or words:
        found = _of_ids(session, services.shop, ids) or _of_words(session, services.shop, words)
        empty = "none"
    else:
        found = _of_words(session, services.shop, [about] if about else [])
        found = found or (_last_bought(session, services, asker) if question in _AFTER_BUYING else [])
        empty = "which"
    if not found:
        return build(topic, empty, choices=_popular(session, services.shop))
    if len(found) > 1:
        return build(topic, "several", choices=[family.called for family in found[:OFFERED]])
    return _told(topic, found[0])


def _told(topic: str, family: Family) -> Outcome:
    outcome, facts = _ANSWERS[topic](family)
    return build(topic, outcome, product=family.name, kind=str(family.first.kind), **facts)


def _price(family: Family) -> tuple[str, dict[str, Any]]:
    lines = [
        word("goods.price", face=_face(each), price=money(each.price), stock=_short(each)) for each in family.products
    ]
    return "found", {"lines": "\n".join(lines)}


def _stock(family: Family) -> tuple[str, dict[str, Any]]:
    if all(each.stock == 0 for each in family.products):
        return "sold_out", {}
    lines = [word("goods.stock", face=_face(each), stock=_availability(each)) for each in family.products]
    return "found", {"lines": "\n".join(lines)}


def _denominations(family: Family) -> tuple[str, dict[str, Any]]:
    return "found", {"lines": word("goods.join").join(_face(each) + _short(each) for each in family.products)}


def _how_to_use(family: Family) -> tuple[str, dict[str, Any]]:
    return "found", {"steps": numbered(family.first.redeem_steps), "region_note": _region_note(family)}


def _region(family: Family) -> tuple[str, dict[str, Any]]:
    return "found", {"region_note": _region_note(family)}


_ANSWERS: Mapping[str, Callable[[Family], tuple[str, dict[str, Any]]]] = {
    "price": _price,
    "stock": _stock,
    "denominations": _denominations,
    "how_to_use": _how_to_use,
    "region": _region,
}


def _region_note(family: Family) -> str:
    return family.first.region_note or word("no_region_note")


def _face(product: Product) -> str:
    return word("goods.or").join(product.face_values) or product.name


def _short(product: Product) -> str:
    return word("goods.short") if product.stock == 0 else ""


def _availability(product: Product) -> str:
    if product.stock is None:
        return word("goods.open")
    return word("goods.sold_out" if product.stock == 0 else "goods.in_stock")


def _of_ids(session: Session, shop: Shop, ids: Sequence[str]) -> list[Family]:
    named = set(ids)
    return [family for family in _families(shop.products(session)) if named & {each.id for each in family.products}]


def _of_words(session: Session, shop: Shop, words: Sequence[str]) -> list[Family]:
    """Return what the first of `words` that is known at all may mean."""
    for each in words:
        if found := _families(shop.products(session, each)):
            return _meant(found, _plain(each))
    return []


def _meant(found: list[Family], wanted: str) -> list[Family]:
    """Return the families called exactly so; else the one with the longest name in the words; else all."""
    if exact := [family for family in found if wanted in family.names()]:
        return exact
    inside = {family.name: max((len(name) for name in family.names() if name in wanted), default=0) for family in found}
    longest = max(inside.values())
    return [family for family in found if inside[family.name] == longest]


def _last_bought(session: Session, services: Services, asker: Asker) -> list[Family]:
    for order in access.owned_orders(session, services, asker, 1):
        if product := services.shop.product(session, order.product_id):
            return [Family(family_name(product), (product,))]
    return []


def _popular(session: Session, shop: Shop) -> list[str]:
    """Return the products with the widest choice: shops keep more values of what sells."""
    families = [each for each in _families(shop.products(session)) if any(one.stock != 0 for one in each.products)]
    return [each.called for each in sorted(families, key=lambda each: -len(each.products))[:OFFERED]]


def _families(products: Sequence[Product]) -> list[Family]:
    """Return the products by family, in the order of their first ones; values from small to large."""
    grouped: dict[str, list[Product]] = {}
    for product in products:
        grouped.setdefault(family_name(product), []).append(product)
    return [Family(name, tuple(sorted(each, key=lambda one: one.price))) for name, each in grouped.items()]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
