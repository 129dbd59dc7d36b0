"""Lets time pass for one sample: everything that is known of it gets older, in the desk and in the bot's memory."""

import json
import sqlite3
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, update
from sqlalchemy import select as select_rows
from sqlalchemy.orm import Session

from desk.db import Base, UtcDateTime
from desk.shop.embedded import catalogue
from desk.shop.embedded.model import ShopAssignment
from desk.tickets.model import Ticket
from tests.dialogue_runner.stage import Stage
from tests.support.stack import Stack

_RECENT = 1_000_000_000  # as seconds since 1970: 2001; smaller numbers are no moments


def age(stack: Stack, stage: Stage, time: timedelta) -> None:
    """Make `time` pass."""
    with stack.database.write() as session:
        orders = list(stage.orders.values())
        keys = list(session.scalars(select_rows(ShopAssignment.key_id).where(ShopAssignment.order_no.in_(orders))))
        own = Ticket.conversation_id == stage.conversation
        tickets = list(session.scalars(select_rows(Ticket.id).where(own | Ticket.order_no.in_(orders))))
        customers = list(stage.customers.values())
        owners: dict[str, tuple[str, list[Any]]] = {
            "shop_customers": ("id", customers),
            "shop_channels": ("code", list(catalogue.channels())),
            "shop_orders": ("no", orders),
            "shop_card_keys": ("id", keys),
            "tickets": ("id", tickets),
            "conversations": ("id", [stage.conversation]),
        }
        belongs: dict[str, list[Any]] = {
            "conversation_id": [stage.conversation],
            "order_no": orders,
            "ticket_id": tickets,
            "key_id": keys,
            "customer_id": customers,
        }
        for table in Base.metadata.sorted_tables:
            name, values = owners.get(table.name) or next(
                ((column, ids) for column, ids in belongs.items() if column in table.columns), ("", [])
            )
            if values:
                _shift(session, table, name, values, time)
    _age_tracker(stack, stage, time.total_seconds())


def _shift(session: Session, table: Table, column: str, values: list[Any], time: timedelta) -> None:
    moments = [each for each in table.columns if isinstance(each.type, UtcDateTime)]
    if not moments:
        return
    ours = table.c[column].in_(values)
    keys = list(table.primary_key.columns)
    for row in session.execute(select_rows(*keys, *moments).where(ours)).all():
        this = [key == row._mapping[key] for key in keys]
        aged = {each.name: row._mapping[each] - time for each in moments if row._mapping[each] is not None}
        if aged:
            session.execute(update(table).where(*this).values(aged))


def _age_tracker(stack: Stack, stage: Stage, seconds: float) -> None:
    path = stack.state / "tracker.db"
    if not path.exists():
        return
    with sqlite3.connect(path, timeout=10) as database:
        mine = database.execute(
            "SELECT id, data FROM events WHERE sender_id LIKE ?", (f"{stage.conversation}.%",)
        ).fetchall()
        for id_, data in mine:
            event = _older(json.loads(data), seconds)
            database.execute("UPDATE events SET data = ? WHERE id = ?", (json.dumps(event, ensure_ascii=False), id_))
    database.close()


def _older(value: Any, seconds: float) -> Any:
    if isinstance(value, dict):
        return {
            name: one - seconds
            if name in {"at", "timestamp"} and isinstance(one, int | float) and one > _RECENT
            else _older(one, seconds)
            for name, one in value.items()
        }
    return [_older(one, seconds) for one in value] if isinstance(value, list) else value
