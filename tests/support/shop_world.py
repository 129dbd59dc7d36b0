"""An embedded shop with its catalogue and nothing else, and crowds that act on it at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from random import Random
from threading import Barrier
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import clock
from desk.db import Base, Database
from desk.shop.base import CardKey, Order, OrderStatus, RechargeState, ShopError
from desk.shop.embedded import seed
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.demo import add_stock, bring_customer, make_order
from desk.shop.embedded.draft import Draft
from desk.shop.embedded.scenario_money import add_recharge
from desk.vault.service import Vault
from tests.support.wiping import wipe

CARD, TOPUP, BY_HAND = "steam-100", "phone-50", "market-500"


class World:
    """Empties the database and brings the catalogue."""

    def __init__(self, database: Database, vault: Vault, shop: EmbeddedShop) -> None:
        self.database, self.vault, self.shop = database, vault, shop
        with database.write() as session:
            wipe(session)
            seed.bring_products(session)

    def order(self, status: OrderStatus, product: str = CARD, **more: Any) -> Order:
        with self.database.write() as session:
            return make_order(session, self.vault, "u1", product, status, **more)

    def orders(self, count: int, status: OrderStatus, **more: Any) -> list[Order]:
        with self.database.write() as session:
            return [make_order(session, self.vault, "u1", CARD, status, **more) for _ in range(count)]

    def recharge(self, amount: Decimal, state: RechargeState, customer_id: str = "u1") -> str:
        with self.database.write() as session:
            bring_customer(session, customer_id)
            draft = Draft(Random(), clock.now())
            no = add_recharge(draft, customer_id, amount, state, timedelta(minutes=20))
            draft.write(session, self.vault)
            return no

    def stock(self, count: int, product: str = CARD) -> None:
        with self.database.write() as session:
            add_stock(session, self.vault, product, count)

    def keys(self, order: Order) -> list[CardKey]:
        with self.database.read() as session:
            return self.shop.keys_of(session, order.no)

    def state(self, order: Order) -> Order:
        with self.database.read() as session:
            found = self.shop.find_order(session, order.no)
        assert found is not None
        return found

    def left(self) -> int | None:
        with self.database.read() as session:
            return self.shop.stock(session, CARD)

    def count(self, table: type[Base]) -> int | None:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(table))

    def at_once(self, works: Sequence[Callable[[Session], Any]]) -> list[Any]:
        """Run each work in a transaction of its own, all starting together; return answers or failures."""
        start = Barrier(len(works))

        def one(work: Callable[[Session], Any]) -> Any:
            start.wait()
            try:
                with self.database.write() as session:
                    return work(session)
            except ShopError as problem:
                return problem

        with ThreadPoolExecutor(len(works)) as crowd:
            return list(crowd.map(one, works))
