"""On which days customers came, and by which way."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from desk import clock
from desk.customers.model import CustomerContact
from desk.customers.people import Person

ONLINE = "online"


def note(session: Session, key: str, channel: str, conversation_id: str | None = None) -> None:
    """Note a contact; a day and a way count once, however much is said."""
    day = clock.local(clock.now()).date()
    if session.get(CustomerContact, (key, day, channel)) is not None:
        return
    row = {"key": key, "day": day, "channel": channel, "at": clock.now(), "conversation_id": conversation_id}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(CustomerContact).values(row).on_conflict_do_nothing())


def count(session: Session, person: Person, since: datetime) -> int:
    """Return on how many days and ways the customer came since a moment."""
    query = select(func.count()).select_from(CustomerContact)
    return session.scalar(query.where(CustomerContact.key.in_(person.keys), CustomerContact.at >= since)) or 0


def by_channel(session: Session, person: Person, since: datetime) -> dict[str, int]:
    """Return how often the customer came by each way, the most used first; of two alike, the latest used."""
    query = (
        select(CustomerContact.channel, func.count())
        .where(CustomerContact.key.in_(person.keys), CustomerContact.at >= since)
        .group_by(CustomerContact.channel)
        .order_by(func.count().desc(), func.max(CustomerContact.at).desc())
    )
    return {row[0]: row[1] for row in session.execute(query)}


def latest(session: Session, person: Person, limit: int, until: datetime | None = None) -> list[CustomerContact]:
    """Return the contacts, the newest first; only those at `until` or before, if given."""
    query = select(CustomerContact).where(CustomerContact.key.in_(person.keys))
    if until is not None:
        query = query.where(CustomerContact.at <= until)
    return list(session.scalars(query.order_by(CustomerContact.at.desc(), CustomerContact.channel).limit(limit)))


def keys_lately(session: Session, limit: int) -> list[str]:
    """Return whose contacts are the latest, the newest first."""
    query = select(CustomerContact.key).order_by(CustomerContact.at.desc()).limit(limit)
    return list(dict.fromkeys(session.scalars(query)))
