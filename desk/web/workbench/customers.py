"""Customers: finding them, and one customer's page."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.customers import consent, find, identity, notes, people, tags
from desk.customers.history import KINDS
from desk.customers.people import Person
from desk.edge import TheDesk
from desk.services import Desk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench.customer_history import lines
from desk.web.workbench.customer_panel import identities, joined, line, panel, staff_names
from desk.web.workbench.edge import needs
from desk.web.workbench.pages import fragment, page, rendered

router = APIRouter(prefix="/desk/customers", include_in_schema=False)

TheReader = Annotated[SignedIn, Depends(needs(Permission.SEE_CUSTOMERS))]


@router.get("")
def index(request: Request, desk: TheDesk, staff: TheReader, q: Annotated[str, Query(max_length=80)] = "") -> Response:
    """Find customers; without a question show who came last, and the reminders that are due."""
    with desk.database.read() as session:
        found = find.find(session, desk.cards, q) if q.strip() else find.lately(session, desk.cards)
        return page(
            request,
            "customers.html",
            staff=staff,
            q=q.strip(),
            found=[line(session, desk, person) for person in found],
            due=_due(session, desk),
        )


@router.get("/{key}")
def one(key: str, request: Request, desk: TheDesk, staff: TheReader, kind: str = "") -> Response:
    """Show a customer."""
    with desk.database.read() as session:
        person = find.one(session, desk.cards, key)
        return page(
            request,
            "customer.html",
            staff=staff,
            kind=kind if kind in KINDS else "",
            kinds=KINDS,
            history=lines(session, desk, staff, person, kind),
            **file(session, desk, person, staff),
        )


@router.get("/{key}/file")
def part(key: str, desk: TheDesk, staff: TheReader) -> Response:
    """Return what changes on a customer's page, anew."""
    with desk.database.read() as session:
        person = find.one(session, desk.cards, key)
        return fragment(rendered("_customer_file.html", staff=staff, **file(session, desk, person, staff)))


@router.get("/{key}/history")
def older(key: str, desk: TheDesk, staff: TheReader, kind: str = "", before: str = "") -> Response:
    """Return a further page of a customer's history."""
    with desk.database.read() as session:
        person = find.one(session, desk.cards, key)
        shown = lines(session, desk, staff, person, kind, before)
        return fragment(rendered("_customer_history.html", history=shown, kind=kind if kind in KINDS else "", key=key))


def file(session: Session, desk: Desk, person: Person, staff: SignedIn) -> dict[str, Any]:
    """Return what a customer's page shows beside the history."""
    written = notes.of(session, person)
    short = panel(session, desk, person)
    return {
        "panel": short,
        "identities": identities(person),
        "joined": joined(session, person),
        "notes": written,
        "authors": staff_names(session, [each.actor for each in written]),
        "suggested": tags.suggested(session, short.tags),
        "consents": consent.of(session, person),
        "sources": consent.SOURCES,
        "may_merge": staff.may(Permission.MERGE_CUSTOMERS),
        "may_export": staff.may(Permission.PERSONAL_DATA),
    }


def _due(session: Session, desk: Desk) -> list[dict[str, Any]]:
    found = []
    for note in notes.due(session):
        person = people.person(session, identity.parse(note.key))
        found.append({"note": note, "who": line(session, desk, person)})
    return found
