"""What staff see of a customer: beside a conversation, and on the customer's own page."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desk.cases import spoken
from desk.customers import contacts, identity, merges, notes, segments, tags
from desk.customers.cards import Cards
from desk.customers.model import CustomerMerge, CustomerNote
from desk.customers.people import Person
from desk.customers.segments import Segments
from desk.services import Desk
from desk.shop.base import ShopError
from desk.staff.service import names_of
from desk.web.workbench.pages import label

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Panel:
    """A customer in short.

    `phone` is masked, `marks` are the segments by name and word, `reminders` what has come up and is not settled.
    """

    person: Person
    name: str
    phone: str
    segments: Segments
    level: str
    marks: list[tuple[str, str]]
    tags: list[str]
    spend: str
    month_spend: str
    pinned: CustomerNote | None
    reminders: list[CustomerNote]

    @property
    def key(self) -> str:
        """The key of the customer's page."""
        return self.person.key


@dataclass(frozen=True)
class Joined:
    """A merge as staff see it."""

    merge: CustomerMerge
    who: str
    by: str


def panel(session: Session, desk: Desk, person: Person) -> Panel:
    """Return a customer in short."""
    found = segments.of(session, desk.cards, desk.cases.policy, person)
    name, phone = _named(session, desk.cards, person)
    return Panel(
        person=person,
        name=name,
        phone=phone,
        segments=found,
        level=label(f"level.{found.profile.level or 'none'}"),
        marks=[(each, label(f"segment.{each}")) for each in found.names],
        tags=tags.of(session, person),
        spend=spoken.money(found.profile.figures.spend),
        month_spend=spoken.money(found.profile.month_spend),
        pinned=notes.pinned(session, person),
        reminders=notes.raised(session, person),
    )


@dataclass(frozen=True)
class Found:
    """A line of the search."""

    key: str
    name: str
    phone: str
    accounts: str
    tags: list[str]
    last: datetime | None


def line(session: Session, desk: Desk, person: Person) -> Found:
    """Return a customer as a line of a list."""
    name, phone = _named(session, desk.cards, person)
    latest = contacts.latest(session, person, 1)
    last = latest[0].at if latest else max((each.updated_at for each in person.conversations), default=None)
    return Found(person.key, name, phone, "、".join(person.customer_ids), tags.of(session, person), last)


def identities(person: Person) -> list[tuple[str, str]]:
    """Return a person's identities in words: the kind, the value."""
    return [(label(f"identity.{each.kind}"), each.value) for each in person.members]


def joined(session: Session, person: Person) -> list[Joined]:
    """Return the merges behind a person."""
    found = merges.of_person(session, person)
    names = staff_names(session, [each.actor for each in found])
    return [Joined(each, identity.parse(each.absorbed).value, names[each.actor]) for each in found]


def staff_names(session: Session, actors: list[str]) -> dict[str, str]:
    """Return who the actors of an audit are, by actor."""
    ids = {actor: int(actor.removeprefix("agent:")) for actor in actors if actor.startswith("agent:")}
    names = names_of(session, list(ids.values()))
    return {actor: names.get(ids.get(actor, 0)) or label(f"actor.{actor.partition(':')[0]}") for actor in actors}


def _named(session: Session, cards: Cards, person: Person) -> tuple[str, str]:
    """Return name and masked phone: the shop's first, then what conversations say."""
    name, phone = "", ""
    try:
        for customer_id in person.customer_ids:
            known = cards.shop.customer(session, customer_id)
            if known is not None:
                name, phone = name or known.name, phone or known.phone
    except ShopError as problem:
        _log.warning("shop: %s", problem.code)
    return name or person.name or label("customer.unnamed"), spoken.masked(phone) if phone else ""
