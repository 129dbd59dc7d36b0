"""Reads catalogue.toml, the one place where the demo shop's products are described."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from desk.shop.embedded.keyforms import FORMS
from desk.shop.types import Fulfilment, ProductKind

FILE = Path(__file__).with_name("catalogue.toml")
_DEFAULTS: dict[str, Any] = {"kind": "card_key", "fulfilment": "auto", "stock": 0, "weight": 3, "account": ""}


@dataclass(frozen=True, slots=True)
class Entry:
    """A product of the catalogue; `stock` is how many unsold keys the seed makes, `weight` its popularity."""

    id: str
    name: str
    aliases: list[str]
    kind: ProductKind
    face_values: list[str]
    price: Decimal
    usual_minutes: int
    fulfilment: Fulfilment
    redeem_steps: list[str]
    region_note: str
    validity_days: int | None
    key_format: str | None
    account: str
    stock: int
    weight: int


@cache
def entries() -> tuple[Entry, ...]:
    """Return all products, in the file's order.

    Raises:
        ValueError: a card-key product without a known key_format, or an id twice.
    """
    with FILE.open("rb") as file:
        families = tomllib.load(file)["family"]
    found = tuple(_entry(family, item) for family in families for item in family["item"])
    if len({entry.id for entry in found}) != len(found):
        raise ValueError("catalogue.toml: a product id stands twice")
    return found


def _entry(family: dict[str, Any], item: dict[str, Any]) -> Entry:
    merged = _DEFAULTS | family | item
    kind, key_format = ProductKind(merged["kind"]), merged.get("key_format")
    if (kind is ProductKind.CARD_KEY) != (key_format in FORMS):
        raise ValueError(f"catalogue.toml: {merged['id']}: key_format must be one of {', '.join(FORMS)}")
    return Entry(
        id=merged["id"],
        name=f"{family['name']} {item['face']}",
        aliases=[*family["aliases"], *item.get("also", [])],
        kind=kind,
        face_values=[item["face"]],
        price=Decimal(merged["price"]),
        usual_minutes=merged["usual_minutes"],
        fulfilment=Fulfilment(merged["fulfilment"]),
        redeem_steps=merged["steps"],
        region_note=merged["region_note"],
        validity_days=merged.get("validity_days"),
        key_format=key_format,
        account=merged["account"],
        stock=merged["stock"],
        weight=merged["weight"],
    )
