"""The list as a CSV file for spreadsheets: read in portions, masked, and with nothing that a spreadsheet would run."""

import csv
from collections.abc import Iterator
from datetime import datetime
from io import StringIO

from sqlalchemy.orm import Session

from desk import clock
from desk.db import Database
from desk.staff import service as staff
from desk.texts import table
from desk.tickets import labels, listing, marks
from desk.tickets.listing import Wanted
from desk.tickets.model import Ticket
from desk.vault.service import Vault

PORTION = 500
_BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
_RUN = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def rows(database: Database, vault: Vault, wanted: Wanted) -> Iterator[str]:
    """Yield the file in portions, the newest ticket first; each portion is a reading transaction of its own."""
    columns = {key.removeprefix("column."): text for key, text in table("tickets").items() if key.startswith("column.")}
    yield _BOM + _lines([list(columns.values())])
    before: int | None = None
    while True:
        with database.read() as session:
            query = listing.query(wanted).order_by(Ticket.id.desc()).limit(PORTION)
            found = list(session.scalars(query if before is None else query.where(Ticket.id < before)))
            if not found:
                return
            names = staff.names_of(session, {i for t in found for i in (t.assignee_id, t.first_owner_id) if i})
            tags = marks.tags_of(session, [ticket.id for ticket in found])
            cells = [_cells(session, vault, ticket, names, tags.get(ticket.id, [])) for ticket in found]
            text = _lines([[row[name] for name in columns] for row in cells])
            before = found[-1].id
        yield text


def safe(text: str) -> str:
    """Return a cell's text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_RUN) else text


def _cells(session: Session, vault: Vault, ticket: Ticket, names: dict[int, str], tags: list[str]) -> dict[str, str]:
    words = table("tickets")
    return {
        "number": ticket.number,
        "title": vault.mask(session, ticket.title),
        "kind": labels.kind_text(ticket.kind),
        "group": labels.group_text(ticket.group),
        "priority": labels.priority_text(ticket.priority),
        "status": labels.status_text(ticket.status),
        "assignee": names.get(ticket.assignee_id or 0, ""),
        "first_owner": names.get(ticket.first_owner_id or 0, ""),
        "order": ticket.order_no or "",
        "customer": masked(ticket.customer_id or ""),
        "tags": " ".join(tags),
        "opened": _moment(ticket.created_at),
        "due": _moment(ticket.due_at),
        "overdue": words["yes" if listing.is_overdue(ticket) else "no"],
        "solved": _moment(ticket.solved_at),
        "closed": _moment(ticket.closed_at),
        "closed_how": words[f"closed.{ticket.closed_how}"] if ticket.closed_how else "",
        "reopened": str(ticket.reopened_count),
        "stars": words[f"stars.{ticket.stars}"] if ticket.stars else "",
    }


def masked(customer_id: str) -> str:
    """Return a customer's id so that a colleague recognises it and nobody else does."""
    return f"****{customer_id[-4:]}" if len(customer_id) > 4 else "****" if customer_id else ""


def _moment(moment: datetime | None) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else ""


def _lines(rows_: list[list[str]]) -> str:
    target = StringIO()
    csv.writer(target).writerows([[safe(cell) for cell in row] for row in rows_])
    return target.getvalue()
