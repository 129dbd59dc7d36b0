"""Reads catalogue.toml, the one place where the demo shop's products, accounts and ways to pay are described."""

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


@dataclass(frozen=True, slots=True)
class AccountForm:
    """What form a kind of account has: a regular expression, and the words for customers."""

    pattern: str
    expected: str


@cache
def entries() -> tuple[Entry, ...]:
    """Return all products, in the file's order.

    Raises:
        ValueError: a card-key product without a known key_format, a top-up without a known account, or an id twice.
    """
    found = tuple(_entry(family, item) for family in _content()["family"] for item in family["item"])
    if len({entry.id for entry in found}) != len(found):
        raise ValueError("catalogue.toml: a product id stands twice")
    return found


def entry(product_id: str) -> Entry:
    """Return the entry of a product; KeyError if there is none."""
    return {known.id: known for known in entries()}[product_id]


def channels() -> dict[str, str]:
    """Return the names of the ways to pay, by code."""
    return dict(_content()["channel"])


def accounts() -> dict[str, AccountForm]:
    """Return the forms of accounts, by kind."""
    return {kind: AccountForm(**form) for kind, form in _content()["account"].items()}


@cache
def _content() -> dict[str, Any]:
    with FILE.open("rb") as file:
        return tomllib.load(file)


def _entry(family: dict[str, Any], item: dict[str, Any]) -> Entry:
    merged = _DEFAULTS | family | item
    kind, key_format = ProductKind(merged["kind"]), merged.get("key_format")
    if (kind is ProductKind.CARD_KEY) != (key_format in FORMS):
        raise ValueError(f"catalogue.toml: {merged['id']}: key_format must be one of {', '.join(FORMS)}")
    if (kind is ProductKind.TOPUP) != (merged["account"] in _content()["account"]):
        raise ValueError(f"catalogue.toml: {merged['id']}: account must be one of {', '.join(_content()['account'])}")
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
