"""Everything between the shop and a customer in one list, the newest first, a page at a time."""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from desk.conversations import lists
from desk.customers import contacts, notes
from desk.customers.people import Person
from desk.remedies import service as remedies
from desk.shop.base import Shop, ShopError
from desk.tickets import search

_log = logging.getLogger(__name__)
KINDS = ("order", "contact", "handoff", "ticket", "remedy", "rating", "note")
Rows = list[tuple[datetime, Any]]


@dataclass(frozen=True)
class Item:
    """One thing that happened; `row` is the record of the room that it comes from, by `kind`."""

    at: datetime
    kind: str
    row: Any


@dataclass(frozen=True)
class Page:
    """Items; `older` is the `before` of the next page, empty on the last one. `shop_down`: orders are missing."""

    items: list[Item]
    older: str
    shop_down: bool


@dataclass(frozen=True)
class _Place:
    """Where a page begins: at a moment, after so many of those that happened just then."""

    at: datetime | None = None
    skip: int = 0


def page(
    session: Session, shop: Shop, person: Person, *, kinds: Collection[str] = KINDS, before: str = "", limit: int = 30
) -> Page:
    """Return a page of a person's history.

    Args:
        kinds: some of `KINDS`.
        before: `older` of the page before; pages hold still while new things happen.
    """
    place = _read(before)
    found, down = _gather(session, shop, person, kinds, place, limit + 1)
    at_once = [item for item in found if item.at == place.at]
    rest = [*at_once[place.skip :], *(item for item in found if item.at != place.at)]
    shown = rest[:limit]
    if len(rest) <= limit or not shown:
        return Page(shown, "", down)
    last = shown[-1].at
    skip = sum(item.at == last for item in shown) + (place.skip if last == place.at else 0)
    return Page(shown, f"{last.isoformat()}~{skip}", down)


def _gather(
    session: Session, shop: Shop, person: Person, kinds: Collection[str], place: _Place, limit: int
) -> tuple[list[Item], bool]:
    talks, accounts, most, until = person.conversation_ids, person.customer_ids, limit + place.skip, place.at
    sources: dict[str, Callable[[], Rows]] = {
        "order": lambda: _orders(session, shop, accounts, most, until),
        "contact": lambda: [(one.at, one) for one in contacts.latest(session, person, most, until)],
        "handoff": lambda: [(one.queued_at, one) for one in lists.handoffs_of(session, talks, most, until)],
        "ticket": lambda: [(one.created_at, one) for one in search.of_people(session, accounts, talks, most, until)],
        "remedy": lambda: [(one.at, one) for one in remedies.of_people(session, accounts, talks, most, until)],
        "rating": lambda: list(lists.ratings_of(session, talks, most, until)),
        "note": lambda: [(one.at, one) for one in notes.of(session, person, most, until)],
    }
    found, down = [], False
    for place_of_kind, kind in enumerate(KINDS):
        if kind not in kinds:
            continue
        try:
            rows = sources[kind]()
        except ShopError as problem:
            _log.warning("shop: %s", problem.code)
            down = True
            continue
        found += [((at, -place_of_kind, -place_in), Item(at, kind, row)) for place_in, (at, row) in enumerate(rows)]
    # Of one moment, kinds and rows keep their order from page to page.
    return [item for _, item in sorted(found, key=lambda each: each[0], reverse=True)], down


def _orders(session: Session, shop: Shop, accounts: Iterable[str], limit: int, until: datetime | None) -> Rows:
    found = [order for account in accounts for order in shop.orders_of(session, account, limit, until)]
    return [(order.placed_at, order) for order in found]


def _read(before: str) -> _Place:
    at, _, skip = before.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return _Place(moment, min(int(skip), 10_000)) if moment.tzinfo else _Place()
    except ValueError:
        return _Place()
