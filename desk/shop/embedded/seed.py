"""Fills the demo shop: catalogue, customers, their orders and the stock. Same seed and day, same shop."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.embedded import catalogue, demo, people, scenario, seed_wallets
from desk.shop.embedded.adapter_orders import password_digest
from desk.shop.embedded.draft import Draft
from desk.shop.embedded.history import Buyer, History
from desk.shop.embedded.model import ShopCustomer, ShopProduct
from desk.shop.embedded.model_money import ShopCoupon
from desk.shop.types import KeyState
from desk.vault.service import Vault

SEED = 20240601
CUSTOMERS = 300
ORDERS = 2000
#: code, kind, value (yuan off, or percent), uses left, days until it ends (negative: ended)
_COUPONS = (
    ("XINREN5", "fixed", "5.00", 500, 60),
    ("HUIYUAN3", "fixed", "3.00", 200, 30),
    ("ZHEKOU95", "percent", "5.00", 100, 20),
    ("YONGWAN10", "fixed", "10.00", 0, 30),
    ("GUOQI8", "fixed", "8.00", 50, -5),
)


def seed(session: Session, vault: Vault, today: date, moment: datetime | None = None) -> None:
    """Fill the shop; what is there stays.

    The catalogue's texts are brought up to date every time. The demo's named customers get fresh
    orders once theirs are half a day old, since "paid ten minutes ago" does not keep.

    Args:
        session: a writing session.
        vault: seals the keys.
        today: the shop's day.
        moment: what is taken for now; the clock where the day is today, else noon.
    """
    if moment is None:
        now = clock.now()
        noon = datetime.combine(today, time(12), clock.SHOP_ZONE)
        moment = now if clock.local(now).date() == today else noon
    bring_products(session)
    if session.scalar(select(ShopCustomer.id).limit(1)) is None:
        _fill(session, vault, moment)
    demo.bring(session, vault, moment)


def bring_products(session: Session) -> None:
    """Bring the products up to date with the catalogue."""
    for entry in catalogue.entries():
        session.merge(
            ShopProduct(
                id=entry.id,
                name=entry.name,
                aliases=entry.aliases,
                kind=entry.kind,
                face_values=entry.face_values,
                price=entry.price,
                usual_minutes=entry.usual_minutes,
                fulfilment=entry.fulfilment,
                redeem_steps=entry.redeem_steps,
                region_note=entry.region_note,
                validity_days=entry.validity_days,
                key_format=entry.key_format,
                listed=True,
            )
        )
    session.flush()


def _fill(session: Session, vault: Vault, moment: datetime) -> None:
    random = Random(SEED)
    buyers = _bring_customers(session, random, moment)
    codes = _bring_coupons(session, moment)
    draft = Draft(random, moment)
    entries = catalogue.entries()
    for wanted in History(random, entries, buyers).orders(ORDERS):
        digest = None
        if wanted.customer_id is None or random.random() < 0.2:
            digest = password_digest(vault, f"{random.randrange(10**6):06d}")
        coupon = random.choice(codes) if random.random() < 0.05 else None
        discount = Decimal(3) if coupon else Decimal(0)
        scenario.add(draft, replace(wanted, password_digest=digest, coupon=coupon, discount=discount))
    for entry in entries:
        for _ in range(entry.stock):
            draft.key(entry, KeyState.UNSOLD)
    seed_wallets.fill(draft, [customer_id for customer_id, _ in buyers])
    draft.write(session, vault)


def _bring_customers(session: Session, random: Random, moment: datetime) -> list[Buyer]:
    count = CUSTOMERS - len(demo.PEOPLE)
    rows = [
        {
            "id": f"u{2001 + index}",
            "name": people.name(random),
            "phone": people.phone(random),
            "created_at": moment - timedelta(days=random.randint(181, 900)),
        }
        for index in range(count)
    ]
    session.execute(insert(ShopCustomer), rows)
    return [(str(row["id"]), str(row["phone"])) for row in rows]


def _bring_coupons(session: Session, moment: datetime) -> list[str]:
    for code, kind, value, uses, days in _COUPONS:
        ends = moment + timedelta(days=days)
        session.add(ShopCoupon(code=code, kind=kind, value=Decimal(value), uses_left=uses, expires_at=ends))
    session.flush()
    return ["HUIYUAN3"]
