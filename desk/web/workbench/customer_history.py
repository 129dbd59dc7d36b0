"""A customer's history in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from desk.cases import spoken
from desk.customers import history
from desk.customers.history import KINDS, Item
from desk.customers.people import Person
from desk.services import Desk
from desk.staff import cases
from desk.staff.service import SignedIn, names_of
from desk.tickets import labels
from desk.web.workbench.customer_panel import staff_names
from desk.web.workbench.pages import label


@dataclass(frozen=True)
class Line:
    """One line: what, about what, in which state, and where to read on."""

    at: datetime
    kind: str
    title: str
    detail: str
    state: str
    href: str


@dataclass(frozen=True)
class Lines:
    """A page of lines; `older` is for the next page."""

    lines: list[Line]
    older: str
    shop_down: bool


def lines(session: Session, desk: Desk, staff: SignedIn, person: Person, kind: str = "", before: str = "") -> Lines:
    """Return a page of a customer's history; `kind` is one of `KINDS` or empty for all."""
    kinds = (kind,) if kind in KINDS else KINDS
    found = history.page(session, desk.shop, person, kinds=kinds, before=before)
    return Lines([_line(session, desk, staff, item) for item in found.items], found.older, found.shop_down)


def _line(session: Session, desk: Desk, staff: SignedIn, item: Item) -> Line:
    title, detail, state, href = _WORDS[item.kind](session, item.row)
    if not _shown(staff, item):
        title, detail = label("guarded.title"), ""
    return Line(item.at, item.kind, desk.vault.mask(session, title), desk.vault.mask(session, detail), state, href)


def _shown(staff: SignedIn, item: Item) -> bool:
    """Return whether what a ticket or a hand-off is about is for this person."""
    signs = {"ticket": ("kind",), "handoff": ("reason", "intent")}.get(item.kind, ())
    needed = cases.needed(getattr(item.row, sign) for sign in signs)
    return needed is None or staff.may(needed)


_Words = tuple[str, str, str, str]


def _order(session: Session, order: Any) -> _Words:
    return order.product_name, f"{order.no} · {spoken.money(order.amount)}", spoken.status_text(order.status), ""


def _contact(session: Session, contact: Any) -> _Words:
    href = f"/desk/c/{contact.conversation_id}" if contact.conversation_id else ""
    return label(f"contact.{contact.channel}"), "", "", href


def _handoff(session: Session, handoff: Any) -> _Words:
    agent = names_of(session, [handoff.agent_id]).get(handoff.agent_id, "") if handoff.agent_id else ""
    matter = label(f"intent.{handoff.intent}") if handoff.intent else ""
    told = " · ".join(part for part in (matter, agent, handoff.note) if part)
    return (
        label(f"reason.{handoff.reason}"),
        told,
        label(f"handoff.{handoff.state}"),
        f"/desk/c/{handoff.conversation_id}",
    )


def _ticket(session: Session, ticket: Any) -> _Words:
    told = f"{ticket.number} · {labels.kind_text(ticket.kind)}"
    return ticket.title, told, labels.status_text(ticket.status), f"/desk/tickets/{ticket.number}"


def _remedy(session: Session, remedy: Any) -> _Words:
    sums = f"¥{remedy.yuan}" if remedy.fen else ""
    told = " · ".join(part for part in (sums, remedy.order_no or "") if part)
    return label(f"remedy.{remedy.kind}"), told, label(f"remedy_state.{remedy.state}"), ""


def _rating(session: Session, rating: Any) -> _Words:
    return "★" * rating.stars, rating.comment, "", f"/desk/c/{rating.conversation_id}"


def _note(session: Session, note: Any) -> _Words:
    state = label(f"reminder.{note.outcome or note.remind}") if note.remind else ""
    return staff_names(session, [note.actor])[note.actor], note.text, state, ""


_WORDS: dict[str, Callable[[Session, Any], _Words]] = {
    "order": _order,
    "contact": _contact,
    "handoff": _handoff,
    "ticket": _ticket,
    "remedy": _remedy,
    "rating": _rating,
    "note": _note,
}
