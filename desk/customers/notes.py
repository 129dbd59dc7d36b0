"""What staff note of a customer, and when it has to come up again."""

from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.conversations import timeline
from desk.customers.errors import BadReminder, NoNote
from desk.customers.model import CustomerNote
from desk.customers.people import Person
from desk.db import announce

NEXT, DATE = "next", "date"
DONE, DISMISSED = "done", "dismissed"
LONGEST = 500


def add(
    session: Session,
    person: Person,
    text: str,
    actor: str,
    *,
    mark: str,
    key: str | None = None,
    remind: str = "",
    remind_on: date | None = None,
    pinned: bool = False,
) -> CustomerNote:
    """Note something, once per `mark`.

    Args:
        text: without card keys.
        mark: the form that it was written in.
        key: the identity in front of the agent; a merge that is undone leaves the note with it.
        remind: "", "next" (at the next contact) or "date" (at the first contact from `remind_on` on).

    Raises:
        BadReminder: the day is missing or over.
    """
    earlier = session.scalar(select(CustomerNote).where(CustomerNote.mark == mark))
    if earlier is not None:
        return earlier
    if remind == DATE and (remind_on is None or remind_on < _today()):
        raise BadReminder
    note = CustomerNote(
        key=key or person.key,
        mark=mark,
        text=text,
        remind=remind if remind in (NEXT, DATE) else "",
        remind_on=remind_on if remind == DATE else None,
        actor=actor,
        at=clock.now(),
    )
    session.add(note)
    session.flush()
    if pinned:
        _pin(session, person, note)
    _changed(session, person, note, actor, "note")
    return note


def find(session: Session, person: Person, note_id: int) -> CustomerNote:
    """Return a note of this person, locked.

    Raises:
        NoNote: there is none.
    """
    found = session.get(CustomerNote, note_id, with_for_update=True, populate_existing=True)
    if found is None or found.key not in person.keys:
        raise NoNote
    return found


def settle(session: Session, person: Person, note_id: int, outcome: str, actor: str) -> None:
    """End a reminder: done, or dismissed. The first answer counts.

    Raises:
        NoNote: there is none.
    """
    note = find(session, person, note_id)
    if note.remind and note.done_at is None:
        note.done_at, note.done_by = clock.now(), actor
        note.outcome = DONE if outcome == DONE else DISMISSED
        _changed(session, person, note, actor, f"reminder.{note.outcome}")


def pin(session: Session, person: Person, note_id: int, actor: str, *, on: bool) -> None:
    """Keep a note on top of the customer's pane, in place of another, or take it down.

    Raises:
        NoNote: there is none.
    """
    note = find(session, person, note_id)
    if note.pinned != on:
        _pin(session, person, note, on=on)
        _changed(session, person, note, actor, "pin" if on else "unpin")


def remove(session: Session, person: Person, note_id: int, actor: str) -> None:
    """Delete a note for good.

    Raises:
        NoNote: there is none.
    """
    note = find(session, person, note_id)
    session.delete(note)
    _changed(session, person, note, actor, "note.remove")


def pinned(session: Session, person: Person) -> CustomerNote | None:
    """Return the note on top; after a merge the newest of several."""
    query = select(CustomerNote).where(CustomerNote.key.in_(person.keys), CustomerNote.pinned)
    return session.scalar(query.order_by(CustomerNote.id.desc()).limit(1))


def of(session: Session, person: Person, limit: int = 50, until: datetime | None = None) -> list[CustomerNote]:
    """Return the person's notes, the newest first; only those of `until` or before, if given."""
    query = select(CustomerNote).where(CustomerNote.key.in_(person.keys))
    if until is not None:
        query = query.where(CustomerNote.at <= until)
    return list(session.scalars(query.order_by(CustomerNote.at.desc(), CustomerNote.id.desc()).limit(limit)))


def raised(session: Session, person: Person) -> list[CustomerNote]:
    """Return the reminders that have come up and that nobody has settled."""
    query = select(CustomerNote).where(
        CustomerNote.key.in_(person.keys), CustomerNote.raised_at.is_not(None), CustomerNote.done_at.is_(None)
    )
    return list(session.scalars(query.order_by(CustomerNote.id)))


def due(session: Session, limit: int = 50) -> list[CustomerNote]:
    """Return all reminders whose day has come and that nobody has settled: the customer may not come by himself."""
    query = select(CustomerNote).where(
        CustomerNote.remind == DATE, CustomerNote.done_at.is_(None), CustomerNote.remind_on <= _today()
    )
    return list(session.scalars(query.order_by(CustomerNote.remind_on, CustomerNote.id).limit(limit)))


def bring_up(session: Session, person: Person) -> list[CustomerNote]:
    """Return the reminders that a contact brings up now, each exactly once whoever asks."""
    waiting = select(CustomerNote.id).where(
        CustomerNote.key.in_(person.keys),
        CustomerNote.raised_at.is_(None),
        CustomerNote.done_at.is_(None),
        or_(CustomerNote.remind == NEXT, (CustomerNote.remind == DATE) & (CustomerNote.remind_on <= _today())),
    )
    mine = []
    for note_id in list(session.scalars(waiting.order_by(CustomerNote.id))):
        # Whoever sets it first has it: a customer may write in two places at the same moment.
        step = update(CustomerNote).where(CustomerNote.id == note_id, CustomerNote.raised_at.is_(None))
        raising = step.values(raised_at=clock.now()).returning(CustomerNote.id)
        if session.scalar(raising.execution_options(synchronize_session=False)) is not None:
            mine.append(session.get_one(CustomerNote, note_id, populate_existing=True))
    return mine


def _pin(session: Session, person: Person, note: CustomerNote, *, on: bool = True) -> None:
    others = update(CustomerNote).where(CustomerNote.key.in_(person.keys), CustomerNote.id != note.id)
    if on:
        session.execute(others.values(pinned=False))
    note.pinned = on


def _changed(session: Session, person: Person, note: CustomerNote, actor: str, what: str) -> None:
    session.flush()
    record(session, actor, f"customer.{what}", person.key, detail={"note": note.id})
    announce(session, *(timeline.topic(each) for each in person.conversation_ids))


def _today() -> date:
    return clock.local(clock.now()).date()
