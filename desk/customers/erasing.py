"""Removing a customer's personal data for good: names, phones, words, pictures. Money, counts and the audit stay.

In two steps, by people who may: one opens the file to be erased, then somebody types what confirms it. Everything
that the database holds goes in one transaction; the bot's memory and the pictures' files follow it.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.cases import erasing as cases
from desk.channels.web import identity as visitors
from desk.conversations import erasing as conversations
from desk.conversations import timeline
from desk.customers import identity, people
from desk.customers.cards import Cards
from desk.customers.errors import NotConfirmed, StillBusy
from desk.customers.identity import Identity
from desk.customers.model import (
    CustomerCard,
    CustomerContact,
    CustomerErasure,
    CustomerMerge,
    CustomerNote,
    CustomerTag,
)
from desk.customers.people import Person
from desk.db import announce
from desk.guidance import erasing as guidance
from desk.knowledge import asks
from desk.pictures import service as pictures
from desk.remedies import erasing as remedies
from desk.routing import erasing as routing
from desk.serial import hold
from desk.shop.base import Unsupported
from desk.texts import table
from desk.tickets import erasing as tickets

VALID = timedelta(minutes=30)


@dataclass(frozen=True)
class Erased:
    """What was done; `pictures` and `attachments` are files that have to be dropped after the commit."""

    erasure: CustomerErasure
    pictures: list[str]
    attachments: list[str]


def ask(session: Session, person: Person, actor: str) -> CustomerErasure:
    """Open a customer's file to be erased, for `VALID`; nothing is removed yet.

    Raises:
        StillBusy: something is under way.
    """
    _must_be_quiet(session, person)
    asked = CustomerErasure(key=person.key, asked_by=actor, asked_at=clock.now())
    session.add(asked)
    session.flush()
    record(session, actor, "customer.erase.ask", person.key, detail={"erasure": asked.id})
    return asked


def confirmation(person: Person) -> str:
    """Return what has to be typed."""
    return table("workbench")["erase.words"].format(who=person.head.value)


def confirm(session: Session, cards: Cards, who: Identity, erasure_id: int, typed: str, actor: str) -> Erased:
    """Remove everything; asked again, nothing more is done.

    Raises:
        NotConfirmed: other words, another customer's file, or too late.
        StillBusy: something is under way.
        ShopError: the shop does not answer; nothing was removed.
    """
    hold(session, "customers.merge")  # who belongs to the person holds still
    person = people.person(session, who)
    asked = session.get(CustomerErasure, erasure_id, with_for_update=True, populate_existing=True)
    if asked is None or asked.key != person.key:
        raise NotConfirmed
    if asked.done_at is not None:
        return Erased(asked, [], [])
    if typed.strip() != confirmation(person) or clock.now() - asked.asked_at > VALID:
        raise NotConfirmed
    _must_be_quiet(session, person)
    asked.shop_left = not _from_shop(session, cards, person)
    seen, attached = _from_desk(session, cards, person)
    asked.done_by, asked.done_at, asked.bot_left = actor, clock.now(), bool(person.conversations)
    session.flush()
    detail = {"erasure": asked.id, "conversations": len(person.conversations), "pictures": len(seen)}
    record(session, actor, "customer.erase", person.key, detail=detail)
    announce(session, *(timeline.topic(each) for each in person.conversation_ids))
    return Erased(asked, seen, attached)


def unforgotten(session: Session) -> list[tuple[int, list[str]]]:
    """Return the erasures that the bot has not heard of, each with its conversations."""
    found = session.scalars(select(CustomerErasure).where(CustomerErasure.bot_left).order_by(CustomerErasure.id))
    return [(each.id, _talks(session, each.key)) for each in found]


def forgotten(session: Session, erasure_id: int) -> None:
    """Note that the bot has forgotten."""
    session.get_one(CustomerErasure, erasure_id).bot_left = False


def _talks(session: Session, key: str) -> list[str]:
    return people.person(session, identity.parse(key)).conversation_ids


def _must_be_quiet(session: Session, person: Person) -> None:
    accounts, talks = person.customer_ids, person.conversation_ids
    if (
        conversations.busy(session, talks)
        or tickets.busy(session, accounts, talks)
        or remedies.busy(session, accounts, talks)
    ):
        raise StillBusy


def _from_shop(session: Session, cards: Cards, person: Person) -> bool:
    """Return whether the shop has removed what it had."""
    try:
        for customer_id in person.customer_ids:
            cards.shop.erase_customer(session, customer_id)
    except Unsupported:
        return False
    return True


def _from_desk(session: Session, cards: Cards, person: Person) -> tuple[list[str], list[str]]:
    """Return the files of pictures and attachments."""
    accounts, talks, keys = person.customer_ids, person.conversation_ids, person.keys
    seen = pictures.erase(session, talks)
    conversations.erase(session, talks)
    attached = tickets.erase(session, accounts, talks)
    remedies.erase(session, accounts, talks)
    routing.erase(session, talks)
    guidance.erase(session, talks)
    asks.erase(session, talks)
    cases.erase(session, talks)
    visitors.erase(session, talks)
    cards.vault.erase(session, [*talks, *(key[:64] for key in keys)])  # keys in notes are sealed under their own
    for mine in (CustomerCard, CustomerContact, CustomerTag, CustomerNote):
        session.execute(delete(mine).where(mine.key.in_(keys)).execution_options(synchronize_session=False))
    reasons = update(CustomerMerge).where(CustomerMerge.absorbed.in_(keys) | CustomerMerge.into.in_(keys))
    session.execute(reasons.values(reason="").execution_options(synchronize_session=False))
    return seen, attached
