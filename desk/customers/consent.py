"""What customers have agreed to. Nobody is asked by default: without a yes there is none."""

from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.customers.errors import UnknownPurpose
from desk.customers.model import CustomerConsent
from desk.customers.people import Person
from desk.serial import hold

Purpose = Literal["marketing", "notifications"]
PURPOSES: tuple[str, ...] = get_args(Purpose)
SOURCES = ("chat", "phone", "written", "shop")


@dataclass(frozen=True)
class Answer:
    """How one purpose stands; `last` is the latest word on it."""

    purpose: str
    granted: bool
    last: CustomerConsent | None


def of(session: Session, person: Person) -> list[Answer]:
    """Return the answers to all purposes."""
    return [_answer(session, person, purpose) for purpose in PURPOSES]


def allows(session: Session, person: Person, purpose: Purpose) -> bool:
    """Return whether the customer has said yes, and not no since."""
    return _answer(session, person, purpose).granted


def history(session: Session, person: Person) -> list[CustomerConsent]:
    """Return every word on it, the newest first."""
    query = select(CustomerConsent).where(CustomerConsent.key.in_(person.keys))
    return list(session.scalars(query.order_by(CustomerConsent.at.desc(), CustomerConsent.id.desc())))


def state(session: Session, person: Person, purpose: str, granted: bool, actor: str, source: str) -> None:
    """Record what the customer says now; the same again changes nothing.

    Args:
        source: how it was said, one of `SOURCES`.

    Raises:
        UnknownPurpose: there is no such purpose or source.
    """
    if purpose not in PURPOSES or source not in SOURCES:
        raise UnknownPurpose
    hold(session, f"customer:{person.key}")
    if _answer(session, person, purpose).granted == granted:
        return
    session.add(
        CustomerConsent(key=person.key, purpose=purpose, granted=granted, source=source, actor=actor, at=clock.now())
    )
    session.flush()
    record(
        session,
        actor,
        "customer.consent",
        person.key,
        detail={"purpose": purpose, "granted": granted, "source": source},
    )


def _answer(session: Session, person: Person, purpose: str) -> Answer:
    query = select(CustomerConsent).where(CustomerConsent.key.in_(person.keys), CustomerConsent.purpose == purpose)
    last = session.scalar(query.order_by(CustomerConsent.at.desc(), CustomerConsent.id.desc()).limit(1))
    return Answer(purpose, last is not None and last.granted, last)
