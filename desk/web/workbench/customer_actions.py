"""What staff write on customers: tags, notes, reminders, consents."""

import re
import secrets
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.conversations import threads
from desk.customers import consent, find, notes, tags
from desk.customers.errors import BadReminder
from desk.customers.identity import of_conversation
from desk.customers.people import Person
from desk.edge import TheDesk
from desk.errors import BadRequest
from desk.services import Desk
from desk.web.workbench.actions import REFRESH
from desk.web.workbench.customer_panel import panel
from desk.web.workbench.customers import TheReader
from desk.web.workbench.edge import actor, from_our_page
from desk.web.workbench.pages import done, fragment, label, rendered
from desk.web.workbench.ticket_text import fit

router = APIRouter(prefix="/desk/customers/{key}", dependencies=[Depends(from_our_page)], include_in_schema=False)

Text = Annotated[str, Form()]
_FORM_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
CLOSE = "desk:close-dialog"


@router.get("/tags")
def tags_shown(key: str, desk: TheDesk, staff: TheReader) -> Response:
    """Return the tags with the forms to change them."""
    with desk.database.read() as session:
        short = panel(session, desk, find.one(session, desk.cards, key))
        offered = tags.suggested(session, short.tags)
        return fragment(rendered("_customer_tags.html", panel=short, suggested=offered))


@router.post("/tags")
def tag(key: str, request: Request, desk: TheDesk, staff: TheReader, tag: Text = "") -> Response:
    """Put a tag on a customer.

    Raises:
        BadTag, TooManyTags: nothing was added.
    """
    with desk.database.write() as session:
        person = find.one(session, desk.cards, key)
        tags.put(
            session, person, plain(session, desk, person, tag, label("customer.tag"), 4 * tags.LONGEST), actor(staff)
        )
    return done(request, f"/desk/customers/{key}", REFRESH)


@router.post("/untag")
def untag(key: str, request: Request, desk: TheDesk, staff: TheReader, tag: Text = "") -> Response:
    """Take a tag off.

    Raises:
        BadTag: it is none.
    """
    with desk.database.write() as session:
        tags.take_off(session, find.one(session, desk.cards, key), tag, actor(staff))
    return done(request, f"/desk/customers/{key}", REFRESH)


@router.get("/note")
def note_form(key: str, desk: TheDesk, staff: TheReader, c: str = "") -> Response:
    """Return the form for a note; `c` is the conversation that the agent has open."""
    with desk.database.read() as session:
        short = panel(session, desk, find.one(session, desk.cards, key))
        return fragment(
            rendered(
                "_customer_note.html",
                panel=short,
                conversation_id=c,
                form_id=secrets.token_urlsafe(16),
                suggested=tags.suggested(session, short.tags),
            )
        )


@router.post("/notes")
def note(
    key: str,
    request: Request,
    desk: TheDesk,
    staff: TheReader,
    form_id: Text = "",
    text: Text = "",
    remind: Text = "",
    remind_on: Text = "",
    pinned: Text = "",
    c: Text = "",
) -> Response:
    """Note something, once per form.

    Raises:
        BadRequest, BadTicket, BadReminder: nothing was noted.
    """
    if not _FORM_ID.fullmatch(form_id):
        raise BadRequest("页面已过期，请重新打开")
    with desk.database.write() as session:
        person = find.one(session, desk.cards, key)
        notes.add(
            session,
            person,
            plain(session, desk, person, text, label("customer.note"), notes.LONGEST),
            actor(staff),
            mark=f"{staff.id}:{form_id}",
            key=of_conversation(threads.get(session, c)).key if c in person.conversation_ids else None,
            remind=remind,
            remind_on=_day(remind_on) if remind == notes.DATE else None,
            pinned=bool(pinned),
        )
    return done(request, f"/desk/customers/{key}", REFRESH, CLOSE, message=label("customer.noted"))


@router.post("/notes/{note_id}/settle")
def settle(
    key: str, note_id: int, request: Request, desk: TheDesk, staff: TheReader, outcome: Text = notes.DONE
) -> Response:
    """Say that a reminder is dealt with, or not needed.

    Raises:
        NoNote: there is none.
    """
    with desk.database.write() as session:
        notes.settle(session, find.one(session, desk.cards, key), note_id, outcome, actor(staff))
    return done(request, f"/desk/customers/{key}", REFRESH)


@router.post("/notes/{note_id}/pin")
def pin(key: str, note_id: int, request: Request, desk: TheDesk, staff: TheReader, on: Text = "") -> Response:
    """Keep a note on top, or not any more.

    Raises:
        NoNote: there is none.
    """
    with desk.database.write() as session:
        notes.pin(session, find.one(session, desk.cards, key), note_id, actor(staff), on=bool(on))
    return done(request, f"/desk/customers/{key}", REFRESH)


@router.post("/notes/{note_id}/remove")
def remove(key: str, note_id: int, request: Request, desk: TheDesk, staff: TheReader) -> Response:
    """Delete a note.

    Raises:
        NoNote: there is none.
    """
    with desk.database.write() as session:
        notes.remove(session, find.one(session, desk.cards, key), note_id, actor(staff))
    return done(request, f"/desk/customers/{key}", REFRESH)


@router.post("/consents")
def consents(
    key: str,
    request: Request,
    desk: TheDesk,
    staff: TheReader,
    purpose: Text = "",
    granted: Text = "",
    source: Text = "",
) -> Response:
    """Record what the customer agrees to.

    Raises:
        UnknownPurpose: there is no such purpose, or no way to have said it.
    """
    with desk.database.write() as session:
        person = find.one(session, desk.cards, key)
        consent.state(session, person, purpose, bool(granted), actor(staff), source)
    return done(request, f"/desk/customers/{key}", REFRESH, message=label("customer.consented"))


def plain(session: Session, desk: Desk, person: Person, text: str, field: str, limit: int) -> str:
    """Return a text of staff without card keys.

    Raises:
        BadTicket: it is empty or too long.
    """
    return fit(session, desk, person.key[:64], text, field, limit)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadReminder from None
