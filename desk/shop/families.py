"""Products as customers name them: one name for all face values of the same goods."""

from collections.abc import Iterable
from dataclasses import dataclass

from desk.shop.types import Product


@dataclass(frozen=True, slots=True)
class Family:
    """Products that differ in face value only.

    `name` is the common part of their names, `ids` the products in the catalogue's order, `said` what else customers
    call them.
    """

    name: str
    ids: tuple[str, ...]
    said: tuple[str, ...]


def families(products: Iterable[Product]) -> list[Family]:
    """Return the families of some products, in their order."""
    members: dict[str, list[Product]] = {}
    for product in products:
        members.setdefault(family_name(product), []).append(product)
    return [
        Family(
            name,
            tuple(product.id for product in group),
            tuple(dict.fromkeys(alias for product in group for alias in product.aliases)),
        )
        for name, group in members.items()
    ]


def family_name(product: Product) -> str:
    """Return a product's name without its face value: Steam 钱包充值码 50元 → Steam 钱包充值码."""
    for face in product.face_values:
        if product.name.endswith(face) and product.name != face:
            return product.name.removesuffix(face).rstrip(" -·（(")
    return product.name
