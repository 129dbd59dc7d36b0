"""Makes an order as a sample wants it, with its payment and its keys."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from desk import clock
from desk.shop.base import KeyState, ProductKind
from desk.shop.embedded import catalogue
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.demo import add_stock, make_order
from desk.shop.embedded.model import ShopCardKey, ShopOrder
from desk.shop.embedded.model_money import ShopRefund
from desk.shop.embedded.scenario_money import Paid
from tests.dialogue_runner.world import KeyWanted, OrderWanted
from tests.support.stack import Stack


def make(session: Session, stack: Stack, customers: dict[str, str], wanted: OrderWanted) -> str:
    """Make an order; return its number. `customers` are the shop's ids by the sample's names."""
    entry = entry_of(wanted)
    more: dict[str, Any] = {
        name: value
        for name, value in (
            *(("pay_limit", wanted.pay_limit), ("took", wanted.took), ("account", wanted.account)),
            *(("failure", wanted.failure), ("handed_out", wanted.handed_out), ("payments", _payments(wanted))),
        )
        if value is not None
    }
    if wanted.amount is not None:
        more["discount"] = entry.price * wanted.quantity - wanted.amount
    order = make_order(
        session,
        stack.vault,
        customers[wanted.customer] if wanted.customer else None,
        entry.id,
        wanted.status,
        paid_at=clock.now() - wanted.age,
        phone=wanted.contact,
        password=wanted.password,
        quantity=wanted.quantity,
        attempts=wanted.attempts,
        **more,
    )
    session.flush()
    session.expire_all()
    if wanted.contact and wanted.customer:
        session.get_one(ShopOrder, order.no).contact = wanted.contact
    if wanted.refund is not None:
        session.get_one(ShopRefund, order.no).amount = wanted.refund
    if wanted.keys:
        shop = EmbeddedShop(stack.vault)
        for key, one in zip(shop.keys_of(session, order.no), wanted.keys, strict=True):
            _key(session, stack, order.no, key.id, one)
    if wanted.frozen:
        EmbeddedShop(stack.vault).freeze_order(session, order.no)
    session.flush()
    return order.no


def entry_of(wanted: OrderWanted) -> catalogue.Entry:
    """Return the product of an order."""
    usual = {ProductKind.CARD_KEY: "steam-100", ProductKind.TOPUP: "phone-50"}
    return catalogue.entry(wanted.product or usual[wanted.kind])


def _payments(wanted: OrderWanted) -> tuple[Paid, ...] | None:
    if wanted.payments is None:
        return None
    return tuple(Paid(one.state, one.method, one.failure, one.after) for one in wanted.payments)


def _key(session: Session, stack: Stack, no: str, key_id: int, wanted: KeyWanted) -> None:
    key = session.get_one(ShopCardKey, key_id)
    now, sold = clock.now(), key.sold_at
    if wanted.replaced:
        _replace(session, stack, no, key)
    if wanted.state is not None:
        key.state, key.used_at = wanted.state, None
    if wanted.state is KeyState.USED and not wanted.used_unknown:
        usual = min((sold or now) + timedelta(hours=3), now)
        key.used_at = wanted.used.at(now, sold) if wanted.used else usual
    if wanted.expires is not None:
        key.expires_at = wanted.expires.at(now, sold)
    elif wanted.state is KeyState.EXPIRED and not (key.expires_at and key.expires_at < now):
        key.expires_at = (sold or now) + (now - (sold or now)) / 2
    elif wanted.state in (KeyState.SOLD, KeyState.USED) and key.expires_at and key.expires_at <= now:
        key.expires_at = now + timedelta(days=30)
    session.flush()


def _replace(session: Session, stack: Stack, no: str, key: ShopCardKey) -> None:
    add_stock(session, stack.vault, key.product_id, 1)
    fresh = EmbeddedShop(stack.vault).reissue(session, no, key.id, "used_before_sale")
    session.flush()
    session.refresh(key)
    if key.sold_at is not None:
        session.get_one(ShopCardKey, fresh.id).sold_at = min(key.sold_at + timedelta(hours=2), clock.now())
