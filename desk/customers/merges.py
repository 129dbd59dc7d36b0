"""Two identities are one person: said by a supervisor with a reason, and taken back without a trace in the rows.

A merge is an edge of a forest: the root of a tree is the person. Undoing any of them, in any order, only cuts its
edge, so what was noted, bought or merged meanwhile stays where it was written.
"""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.conversations import timeline
from desk.customers import identity, people
from desk.customers.errors import NoMerge, ReasonMissing, SamePerson
from desk.customers.identity import Identity
from desk.customers.model import CustomerMerge
from desk.customers.people import Person
from desk.db import announce
from desk.serial import hold

LONGEST_REASON = 200


@dataclass(frozen=True)
class Preview:
    """The two who would become one; `stays` is the page that both will have."""

    stays: Person
    joins: Person


def preview(session: Session, absorbed: Identity, into: Identity) -> Preview:
    """Return who would be merged.

    Raises:
        SamePerson: they are one already.
    """
    stays, joins = people.person(session, into), people.person(session, absorbed)
    if stays.head == joins.head:
        raise SamePerson
    return Preview(stays, joins)


def merge(session: Session, absorbed: Identity, into: Identity, reason: str, actor: str) -> CustomerMerge:
    """Let two persons be one from now on.

    Args:
        reason: for colleagues; it stays out of the audit, which cannot forget names.

    Raises:
        ReasonMissing: it is empty.
        SamePerson: they are one already; a second click changes nothing.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise ReasonMissing
    hold(session, "customers.merge")
    both = preview(session, absorbed, into)
    made = CustomerMerge(
        absorbed=both.joins.key, into=both.stays.key, reason=reason, actor=actor, at=clock.now(), undone_at=None
    )
    session.add(made)
    session.flush()
    record(session, actor, "customer.merge", made.into, detail={"absorbed": made.absorbed, "merge": made.id})
    _announce(session, both.stays, both.joins)
    return made


def undo(session: Session, merge_id: int, actor: str) -> CustomerMerge:
    """Let them be two again; asked again, nothing changes.

    Raises:
        NoMerge: there is no such merge.
    """
    hold(session, "customers.merge")
    found = session.get(CustomerMerge, merge_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NoMerge
    if found.undone_at is None:
        found.undone_at, found.undone_by = clock.now(), actor
        session.flush()
        record(session, actor, "customer.unmerge", found.into, detail={"absorbed": found.absorbed, "merge": found.id})
        both = (identity.parse(found.absorbed), identity.parse(found.into))
        _announce(session, *(people.person(session, each) for each in both))
    return found


def of_person(session: Session, found: Person) -> list[CustomerMerge]:
    """Return the merges that make this person what it is, the newest first."""
    mine = or_(CustomerMerge.absorbed.in_(found.keys), CustomerMerge.into.in_(found.keys))
    query = select(CustomerMerge).where(mine, CustomerMerge.undone_at.is_(None)).order_by(CustomerMerge.id.desc())
    return list(session.scalars(query))


def _announce(session: Session, *persons: Person) -> None:
    announce(session, *(timeline.topic(each) for person in persons for each in person.conversation_ids))
