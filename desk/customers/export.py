"""A copy of a customer's data for the customer: JSON and CSV in one archive, without card keys."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.cases import spoken
from desk.conversations import lists, timeline
from desk.conversations.model import Entry
from desk.customers import consent, notes, tags
from desk.customers.cards import Cards
from desk.customers.people import Person
from desk.remedies import service as remedies
from desk.texts import table
from desk.tickets import labels, search

_ALL = 100_000
_AT_ONCE = 500
# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Rows = Iterable[Iterable[object]]
Mask = Callable[[str], str]


def archive(session: Session, cards: Cards, person: Person, actor: str) -> bytes:
    """Return the archive (zip) and record that it was made.

    Phones and accounts to top up are masked, card keys are dots, what only staff read stays here.

    Args:
        session: a writing session.

    Raises:
        ShopError: the shop does not answer, the copy would not be whole.
    """

    def mask(text: str) -> str:
        return cards.vault.mask(session, text)

    tables: dict[str, Rows] = {
        "orders": _orders(session, cards, person),
        "messages": _messages(session, person, mask),
        "tickets": _tickets(session, person, mask),
        "compensation": _remedies(session, person),
        "ratings": _ratings(session, person, mask),
    }
    files = {f"{name}.csv": _csv(_word(f"columns.{name}").split("|"), rows) for name, rows in tables.items()}
    files["customer.json"] = json.dumps(_customer(session, cards, person), ensure_ascii=False, indent=2)
    files["README.txt"] = _word("readme", at=_time(clock.now()))
    record(session, actor, "customer.export", person.key)
    return _zip(files)


def _customer(session: Session, cards: Cards, person: Person) -> dict[str, Any]:
    accounts = [cards.shop.customer(session, each) for each in person.customer_ids]
    figures = cards.figures(session, person)
    return {
        "identities": [{"kind": each.kind, "id": each.value} for each in person.members],
        "accounts": [{"id": one.id, "name": one.name, "phone": spoken.masked(one.phone)} for one in accounts if one],
        "purchases": {
            "orders": figures.orders,
            "total_yuan": str(figures.spend),
            "month_yuan": str(figures.month_spend),
            "first_at": _time(figures.first_at),
            "last_at": _time(figures.last_at),
        },
        "tags": tags.of(session, person),
        "notes": [{"at": _time(note.at), "text": note.text} for note in notes.of(session, person, _ALL)],
        "consents": [
            {"purpose": each.purpose, "granted": each.granted, "source": each.source, "at": _time(each.at)}
            for each in consent.history(session, person)
        ],
    }


def _orders(session: Session, cards: Cards, person: Person) -> Rows:
    for account in person.customer_ids:
        for order in cards.shop.orders_of(session, account, _ALL):
            target = spoken.masked(order.account) if order.account else ""
            times = [_time(at) for at in (order.placed_at, order.paid_at, order.delivered_at)]
            state = spoken.status_text(order.status)
            yield order.no, order.product_name, order.quantity, order.amount, state, *times, target


def _messages(session: Session, person: Person, mask: Mask) -> Rows:
    for number, conversation in enumerate(person.conversations, 1):
        for entry in _entries(session, conversation.id):
            yield _time(entry.at), number, _word(f"author.{entry.author}"), mask(entry.text)


def _entries(session: Session, conversation_id: str) -> Iterator[Entry]:
    after = 0
    while found := timeline.entries(session, conversation_id, after=after, limit=_AT_ONCE):
        yield from found
        after = found[-1].seq


def _tickets(session: Session, person: Person, mask: Mask) -> Rows:
    for one in search.of_people(session, person.customer_ids, person.conversation_ids, _ALL):
        told = [mask(event.text) for event in search.history(session, one) if event.public and event.text]
        kind, state = labels.kind_text(one.kind), labels.status_text(one.status)
        yield one.number, kind, mask(one.title), state, _time(one.created_at), "\n".join(told)


def _remedies(session: Session, person: Person) -> Rows:
    for one in remedies.of_people(session, person.customer_ids, person.conversation_ids, _ALL):
        kind, state = _label(f"remedy.{one.kind}"), _label(f"remedy_state.{one.state}")
        yield _time(one.at), kind, one.yuan if one.fen else "", one.order_no or "", state


def _ratings(session: Session, person: Person, mask: Mask) -> Rows:
    for at, one in lists.ratings_of(session, person.conversation_ids, _ALL):
        yield _time(at), one.stars, mask(one.comment)


def _word(key: str, **values: object) -> str:
    return table("customers")[key].format(**values)


def _label(key: str) -> str:
    return table("workbench").get(key, key.rpartition(".")[2])


def _csv(columns: list[str], rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()  # the mark tells spreadsheets that it is UTF-8


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _time(at: datetime | None) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M:%S}" if at else ""


def _zip(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    made = clock.local(clock.now()).timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name, made), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()
