"""Entries in the order of the chain, also those that somebody has made unreadable."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry

_PAGE = 500


@dataclass(frozen=True)
class Unreadable:
    """An entry with something in it that is no moment, or no JSON."""

    id: int


#: An entry as it was found.
Loaded = AuditEntry | Unreadable


def sealed(session: Session) -> Iterator[Loaded]:
    """Yield all sealed entries by their place."""
    key = tuple_(AuditEntry.place, AuditEntry.id)  # ids as well: places are unique only while the table says so
    query = select(AuditEntry.place, AuditEntry.id).where(AuditEntry.place.is_not(None)).order_by(*key)
    page = session.execute(query.limit(_PAGE)).all()
    while page:
        yield from _load(session, [entry_id for _, entry_id in page])
        page = session.execute(query.where(key > tuple(page[-1])).limit(_PAGE)).all()


def unsealed(session: Session) -> list[Loaded]:
    """Return the oldest entries that are not sealed yet, by their ids, at most a page."""
    query = select(AuditEntry.id).where(AuditEntry.place.is_(None)).order_by(AuditEntry.id).limit(_PAGE)
    return _load(session, session.scalars(query).all())


def _load(session: Session, ids: Sequence[int]) -> list[Loaded]:
    query = select(AuditEntry).where(AuditEntry.id.in_(ids))
    try:
        found = {entry.id: entry for entry in session.scalars(query)}
    except (ValueError, TypeError):
        return [_load_one(session, entry_id) for entry_id in ids]
    return [found[entry_id] for entry_id in ids if entry_id in found]


def _load_one(session: Session, entry_id: int) -> Loaded:
    try:
        return session.get_one(AuditEntry, entry_id)
    except (ValueError, TypeError):
        return Unreadable(entry_id)
