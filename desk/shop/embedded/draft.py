"""Collects invented rows and writes them in bulk: the one way in which the seed and tests make data."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from desk.db import Base
from desk.shop.embedded import keyforms
from desk.shop.embedded.catalogue import Entry
from desk.shop.embedded.model import ShopAssignment, ShopCardKey, ShopOrder, ShopTopupAttempt
from desk.shop.embedded.model_money import (
    ShopCoupon,
    ShopPayment,
    ShopPaymentRefund,
    ShopRecharge,
    ShopRefund,
    ShopWalletEntry,
)
from desk.shop.types import KeyState, PaymentState
from desk.vault.service import Vault

Row = dict[str, Any]
_ORDER: tuple[type[Base], ...] = (  # in which rows are inserted: what is named comes first
    *(ShopCoupon, ShopOrder, ShopPayment, ShopRefund, ShopPaymentRefund, ShopTopupAttempt),
    *(ShopRecharge, ShopWalletEntry),
)


class Draft:
    """Rows that wait for `write`. Raw keys live here only until they are sealed.

    Args:
        random: where all accidents come from.
        now: the moment that is taken for the present.
    """

    def __init__(self, random: Random, now: datetime) -> None:
        self.random, self.now = random, now
        self._rows: dict[type[Base], list[Row]] = {table: [] for table in _ORDER}
        self._numbers: set[str] = set()
        self._keys: list[Row] = []
        self._pairs: list[keyforms.Pair] = []
        self._assignments: list[tuple[int, Row, int | None]] = []

    def __repr__(self) -> str:
        return f"<Draft of {len(self._numbers)} numbers, {len(self._keys)} keys>"

    def has(self, no: str) -> bool:
        """Say whether the number of an order or a recharge is taken in this draft."""
        return no in self._numbers

    def add(self, table: type[Base], **columns: Any) -> None:
        """Add a row; rows of one table have the same columns."""
        self._rows[table].append(columns)
        if "no" in columns:
            self._numbers.add(columns["no"])

    def trade_no(self, at: datetime) -> str:
        """Return a payment provider's number of that day."""
        return f"{at:%Y%m%d}22001{self.random.randrange(10**15):015d}"

    def method(self) -> str:
        """Return a way to pay, the popular ones more often."""
        return self.random.choices(("wechat", "alipay", "unionpay"), (48, 46, 6))[0]

    def payment(
        self,
        no: str,
        amount: Decimal,
        state: PaymentState,
        at: datetime | None,
        method: str | None = None,
        failure: str | None = None,
    ) -> str | None:
        """Add a payment of an order; `at` is when the money came. Returns the provider's number."""
        trade_no = self.trade_no(at) if at else None
        self.add(
            ShopPayment,
            order_no=no,
            method=method or self.method(),
            amount=amount,
            state=state,
            trade_no=trade_no,
            paid_at=at,
            failure=failure,
        )
        return trade_no

    def attempts(self, no: str, count: int, at: datetime) -> None:
        """Add `count` sendings of a top-up, a quarter of an hour apart."""
        for attempt in range(1, count + 1):
            self.add(ShopTopupAttempt, order_no=no, attempt=attempt, at=at + timedelta(minutes=15) * (attempt - 1))

    def key(
        self,
        entry: Entry,
        state: KeyState,
        sold_at: datetime | None = None,
        used_at: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> int:
        """Add a key and return its place in this draft."""
        assert entry.key_format is not None
        self._pairs.append(keyforms.make(entry.key_format, self.random))
        self._keys.append(
            {"product_id": entry.id, "state": state, "sold_at": sold_at}
            | {"used_at": used_at, "expires_at": expires_at}
        )
        return len(self._keys) - 1

    def assign(self, key: int, no: str, slot: int | None, at: datetime, replaces: int | None = None) -> None:
        """Give a key of this draft to an order; `replaces` is the place of another key."""
        reason = "delivery" if replaces is None else "used_before_sale"
        row = {"order_no": no, "slot": slot, "reason": reason, "at": at}
        self._assignments.append((key, row, replaces))

    def write(self, session: Session, vault: Vault) -> None:
        """Insert everything, sealing the keys."""
        for table, rows in self._rows.items():
            _insert(session, table, rows)
        ids = self._write_keys(session, vault)
        rows = [
            row | {"key_id": ids[key], "replaces": None if replaces is None else ids[replaces]}
            for key, row, replaces in self._assignments
        ]
        _insert(session, ShopAssignment, rows)

    def _write_keys(self, session: Session, vault: Vault) -> list[int]:
        if not self._keys:
            return []
        secrets = vault.put_many(session, [secret for _, secret in self._pairs])
        numbers = iter(vault.put_many(session, [number for number, _ in self._pairs if number]))
        items = [
            {"secret_item": secret, "number_item": next(numbers) if pair[0] else None}
            for secret, pair in zip(secrets, self._pairs, strict=True)
        ]
        rows = [key | item for key, item in zip(self._keys, items, strict=True)]
        self._pairs.clear()
        statement = insert(ShopCardKey).returning(ShopCardKey.id, sort_by_parameter_order=True)
        return list(session.scalars(statement, rows))


def _insert(session: Session, table: type[Base], rows: Sequence[Row]) -> None:
    if rows:
        session.execute(insert(table), rows)
