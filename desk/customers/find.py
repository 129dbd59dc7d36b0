"""Finding customers by whatever staff have of them: id, phone, name, order, ticket."""

import logging
from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy.orm import Session

from desk.conversations import threads
from desk.customers import contacts, identity, people
from desk.customers.cards import Cards
from desk.customers.errors import NoCustomer
from desk.customers.identity import Identity, of_conversation
from desk.customers.people import Person
from desk.shop.base import ShopError
from desk.tickets import search

_log = logging.getLogger(__name__)
MOST = 20


def find(session: Session, cards: Cards, words: str) -> list[Person]:
    """Return customers that fit, each person once.

    Args:
        words: an id, a phone or its last four digits, a name, an order's or a ticket's number.
    """
    words = words.strip()[:80]
    return _persons(session, cards, _identities(session, cards, words)) if words else []


def lately(session: Session, cards: Cards) -> list[Person]:
    """Return the customers who came last, the latest first."""
    return _persons(session, cards, map(identity.parse, contacts.keys_lately(session, 3 * MOST)))


def one(session: Session, cards: Cards, key: str) -> Person:
    """Return the person of a page's address.

    Raises:
        NoCustomer: neither desk nor shop know any.
    """
    found = people.person(session, identity.parse(key))
    if not _known(session, cards, found):
        raise NoCustomer
    return found


def _identities(session: Session, cards: Cards, words: str) -> Iterator[Identity]:
    with suppress(NoCustomer):
        yield identity.parse(words)
    ticket = search.find(session, words)
    if ticket is not None and ticket.customer_id:
        yield identity.shop(ticket.customer_id)
    elif ticket is not None and ticket.conversation_id:
        yield of_conversation(threads.get(session, ticket.conversation_id))
    try:
        yield from _of_shop(session, cards, words)
    except ShopError as problem:
        _log.warning("shop: %s", problem.code)
    yield from map(identity.parse, cards.find(session, words, MOST))
    yield from map(of_conversation, threads.named(session, words, MOST))


def _of_shop(session: Session, cards: Cards, words: str) -> Iterator[Identity]:
    order = cards.shop.find_order(session, words)
    if order is not None and order.customer_id:
        yield identity.shop(order.customer_id)
    for customer in cards.shop.find_customers(session, words, MOST):
        yield identity.shop(customer.id)


def _persons(session: Session, cards: Cards, found: Iterator[Identity]) -> list[Person]:
    persons: dict[str, Person] = {}
    for each in dict.fromkeys(found):
        person = people.person(session, each)
        if _known(session, cards, person):
            persons.setdefault(person.key, person)
        if len(persons) >= MOST:
            break
    return list(persons.values())


def _known(session: Session, cards: Cards, person: Person) -> bool:
    if person.conversations:
        return True
    try:
        return any(cards.shop.customer(session, each) is not None for each in person.customer_ids)
    except ShopError:
        return False
