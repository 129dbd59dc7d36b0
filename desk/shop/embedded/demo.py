"""The demo's named customers and their fresh orders; orders on demand for tests."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.embedded import channels, people, scenario, scenario_money
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.adapter_orders import password_digest
from desk.shop.embedded.catalogue import entry
from desk.shop.embedded.draft import Draft
from desk.shop.embedded.model import ShopCustomer, ShopOrder
from desk.shop.embedded.scenario import Scenario
from desk.shop.embedded.stories import PEOPLE, Person
from desk.shop.types import KeyState, Order, OrderStatus, ProductKind
from desk.vault.service import Vault

__all__ = ["LOOKUP_PASSWORD", "PEOPLE", "Person", "add_stock", "bring", "bring_customer", "entry", "make_order"]

LOOKUP_PASSWORD = "kami66"  # the look-up password of the named customers' orders
FRESH = timedelta(hours=12)  # after that the stories ("paid 40 minutes ago") no longer hold
DOWN = "unionpay"  # the channel of the stories that is out of order
_USUAL_PRODUCT = {ProductKind.CARD_KEY: "steam-100", ProductKind.TOPUP: "phone-50"}


def bring(session: Session, vault: Vault, moment: datetime) -> None:
    """Give the named customers their orders as of `moment`; those who have fresh ones keep them."""
    draft = Draft(Random(f"demo {moment.isoformat()}"), moment)
    for who in PEOPLE:
        bring_customer(session, who.id, who.name, who.phone, moment)
        mine = select(ShopOrder.no).where(ShopOrder.customer_id == who.id)
        if session.scalar(mine.where(ShopOrder.placed_at > moment - FRESH).limit(1)) is None:
            _tell(draft, who, password_digest(vault, LOOKUP_PASSWORD))
            channels.report(session, DOWN, moment - timedelta(minutes=50))
    draft.write(session, vault)


def _tell(draft: Draft, who: Person, digest: str) -> None:
    """Add what belongs to a person's story."""
    for product, status, minutes, more in who.orders:
        wanted = Scenario(
            entry=entry(product),
            status=status,
            age=timedelta(minutes=minutes),
            contact=who.phone,
            customer_id=who.id,
            password_digest=digest,
            **more,
        )
        scenario.add(draft, wanted)
    for yuan, state, minutes in who.recharges:
        scenario_money.add_recharge(draft, who.id, Decimal(yuan), state, timedelta(minutes=minutes))
    for yuan, days in who.coupons:
        scenario_money.add_coupon(draft, who.id, Decimal(yuan), timedelta(days=days))


def make_order(
    session: Session,
    vault: Vault,
    customer_id: str | None,
    product: str | None = None,
    status: OrderStatus = OrderStatus.PAID_WAIT,
    *,
    kind: ProductKind = ProductKind.CARD_KEY,
    paid_at: datetime | None = None,
    phone: str | None = None,
    password: str | None = None,
    **more: Any,
) -> Order:
    """Make one order in a wanted state. The catalogue must be there (`seed` or `bring_products`).

    Args:
        session: a writing session.
        vault: seals the keys.
        customer_id: whose order; made up if unknown, None for a guest.
        product: the product's id; without it a usual one of `kind`.
        status: the state it shall be in.
        kind: what is bought when `product` is not given.
        paid_at: when it was paid (placed, if never paid); an hour ago by default.
        phone: the contact of a guest or a new customer; invented by default.
        password: look-up password.
        more: further fields of `Scenario`: quantity, handed_out, key_state, used_after, reissued …
    """
    random, now = Random(), clock.now()
    contact = phone or people.phone(random)
    if customer_id is not None:
        contact = bring_customer(session, customer_id, phone=contact).phone
    wanted = Scenario(
        entry=entry(product or _USUAL_PRODUCT[kind]),
        status=status,
        age=now - paid_at if paid_at else timedelta(hours=1),
        contact=contact,
        customer_id=customer_id,
        password_digest=None if password is None else password_digest(vault, password),
        **more,
    )
    draft = Draft(random, now)
    no = scenario.add(draft, wanted)
    draft.write(session, vault)
    order = EmbeddedShop(vault).find_order(session, no)
    assert order is not None
    return order


def add_stock(session: Session, vault: Vault, product: str, count: int) -> None:
    """Put `count` fresh keys of a product on the shelf."""
    draft = Draft(Random(), clock.now())
    for _ in range(count):
        draft.key(entry(product), KeyState.UNSOLD)
    draft.write(session, vault)


def bring_customer(
    session: Session, customer_id: str, name: str = "", phone: str = "", moment: datetime | None = None
) -> ShopCustomer:
    """Return a customer, who is made as of `moment` if unknown; what is not given of a new one is invented."""
    customer = session.get(ShopCustomer, customer_id)
    if customer is None:
        random, since = Random(), (moment or clock.now()) - timedelta(days=400)
        name, phone = name or people.name(random), phone or people.phone(random)
        customer = ShopCustomer(id=customer_id, name=name, phone=phone, created_at=since)
        session.add(customer)
        session.flush()
    return customer
