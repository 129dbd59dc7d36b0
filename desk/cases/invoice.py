"""开发票: what the invoice needs, once delivered, and then a ticket of the finance people."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import access, given, told
from desk.cases.access import Asker, Owned
from desk.cases.deadlines import day, working_days_after
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import masked, money, word
from desk.cases.states import DELIVERED, UNPAID, with_payment
from desk.cases.tickets_of import note_once, ticket
from desk.policies.model import Policy
from desk.shop.base import Order, OrderStatus
from desk.tickets import labels, search
from desk.tickets.model import Ticket
from desk.tickets.service import urge

TOPIC = "invoice"
TAX_NO_LENGTHS = (15, 17, 18, 20)
_UNPAID = (*UNPAID, OrderStatus.CANCELED)
_BACK = (OrderStatus.REFUNDING, OrderStatus.REFUNDED)
_TITLE = (2, 60)  # characters of a title
_WINDOW, _DAYS = "invoice_window", "invoice_days"  # names of the operator's words in policies.yml
_ALL = ("email", "tax_no", "title", "kind", "said")  # answers: who tells everything in one is asked nothing again
_USUAL_DAYS = 3  # where the operator's words name no number


@dataclass(frozen=True)
class _Fields:
    """What goes on the invoice; `tax_no` is empty for a person."""

    company: bool
    title: str
    email: str
    tax_no: str = ""


def answer(session: Session, services: Services, asker: Asker, order_no: str, details: Mapping[str, str]) -> Outcome:
    """Take down what an invoice needs, or say how it stands or why there is none yet.

    Args:
        details: said (the words that opened the topic), kind, title, tax_no (companies only), email, confirm ("yes"
            or "no").

    Raises:
        NotYours: see `access.require`.
    """
    owned = access.require(session, services, asker, order_no)
    order = with_payment(session, services, owned.order)
    if (asked := _asked(session, order)) is not None:
        return _standing(session, services, owned, asked)
    if order.status in _UNPAID:
        return about(order, TOPIC, "unpaid", product=order.product_name)
    if order.status in _BACK:
        return about(order, TOPIC, "refunded", product=order.product_name)
    if order.status not in DELIVERED:
        return about(order, TOPIC, "undelivered", product=order.product_name)
    if _too_late(order, services.policy):
        return about(order, TOPIC, "too_late", product=order.product_name, window=_fact(services.policy, _WINDOW))
    fields = _fields(session, services, owned, details)
    if isinstance(fields, Outcome):
        return fields
    agreed = given.agreed(details)
    if agreed is None:
        return _confirm(order, fields)
    if not agreed:
        return about(order, TOPIC, "kept", product=order.product_name)
    opened = ticket(session, owned, TOPIC)
    line = "invoice_company" if fields.company else "invoice_personal"
    words = word(f"note.{line}", title=fields.title, tax_no=fields.tax_no, email=fields.email, amount=order.amount)
    note_once(session, opened, words, owned.actor)
    facts = {"email_masked": masked(fields.email), "ticket_no": opened.number}
    return about(order, TOPIC, "done", **facts, days=_fact(services.policy, _DAYS))


def is_about(opened: Ticket, order: Order) -> bool:
    """Say whether a ticket is about the order's invoice: other matters of the finance people have other titles."""
    return opened.title == labels.title(TOPIC, product=order.product_name)


def due(session: Session, opened: Ticket, policy: Policy) -> datetime:
    """Return by when an invoice is to be there."""
    days = given.first_number(_fact(policy, _DAYS)) or _USUAL_DAYS
    return working_days_after(session, opened.created_at, days)


def _fields(session: Session, services: Services, owned: Owned, details: Mapping[str, str]) -> _Fields | Outcome:
    """Return what goes on the invoice, or the question for what is still missing or has not the right form."""
    order = owned.order
    company = word("invoice.company")
    facts = {"product": order.product_name, "amount": money(order.amount)}
    kind = _kind(details.get("kind") or details.get("said", ""))
    if kind is None:
        choices = (word("invoice.personal"), company)
        return about(order, TOPIC, "kind", asks="kind", choices=choices, **facts)
    title = _title(services.vault.mask(session, _titled(details)))
    if title is None:
        return about(order, TOPIC, "title_company" if kind == company else "title", asks="title")
    answers = [given.clear(session, services, owned.asker, details[name]) or "" for name in _ALL if name in details]
    tax_no = next(filter(None, (given.code(each, TAX_NO_LENGTHS) for each in answers)), "") if kind == company else ""
    if kind == company and not tax_no:
        if "tax_no" in details:
            return about(order, TOPIC, "bad_tax_no", asks="tax_no")
        return about(order, TOPIC, "tax_no", asks="tax_no", title=title)
    email = next(filter(None, map(given.email, answers)), None)
    if email is None:
        return about(order, TOPIC, "bad_email" if "email" in details else "email", asks="email")
    return _Fields(kind == company, title, email, tax_no)


def _kind(text: str) -> str | None:
    """Return which of the two kinds of title is meant."""
    company = any(sign in text for sign in word("invoice.signs_company").split())
    personal = any(sign in text for sign in word("invoice.signs_personal").split())
    if company == personal:
        return None
    return word("invoice.company") if company else word("invoice.personal")


def _titled(details: Mapping[str, str]) -> str:
    """Return the answer that holds the title: the one to the question for it, or an earlier one that names it."""
    heading = word("invoice.heading")
    earlier = [details[name] for name in ("kind", "said") if heading in details.get(name, "")]
    return details.get("title") or next((text[text.index(heading) :] for text in earlier), "")


def _title(text: str) -> str | None:
    """Return the title without what stands around it."""
    plain = re.sub(word("invoice.before_title"), "", text)
    plain = " ".join(re.split(word("invoice.after_title"), plain)[0].split())
    shortest, longest = _TITLE
    return plain if shortest <= len(plain) <= longest and any(char.isalpha() for char in plain) else None


def _confirm(order: Order, fields: _Fields) -> Outcome:
    facts = {"product": order.product_name, "amount": money(order.amount), "title": fields.title}
    facts["email_masked"] = masked(fields.email)
    if not fields.company:
        return about(order, TOPIC, "confirm", asks="confirm", **facts)
    return about(
        order,
        TOPIC,
        "confirm_company",
        asks="confirm",
        **facts,
        tax_no_masked=f"{fields.tax_no[:4]}****{fields.tax_no[-4:]}",
    )


def _asked(session: Session, order: Order) -> Ticket | None:
    """Return the order's ticket about an invoice, whether done or not, the latest one."""
    found = [each for each in search.for_agents(session, order_no=order.no, kind="finance") if is_about(each, order)]
    return max(found, key=lambda each: each.id, default=None)


def _standing(session: Session, services: Services, owned: Owned, opened: Ticket) -> Outcome:
    order = owned.order
    facts = {"ticket_no": opened.number, "asked_at": clock.spoken(opened.created_at)}
    if opened.status not in search.UNFINISHED:
        return about(order, TOPIC, "issued", **facts, note=opened.note)
    by = due(session, opened, services.policy)
    if clock.now() <= by:
        return about(order, TOPIC, "asked", **facts, status_text=labels.status_text(opened.status), by=day(by))
    if not told.again(session, services.policy, owned.asker.conversation_id, f"late:{opened.number}"):
        urge(session, opened, owned.actor)
    return about(order, TOPIC, "asked_late", **facts)


def _too_late(order: Order, policy: Policy) -> bool:
    days = given.first_number(_fact(policy, _WINDOW))
    return days is not None and clock.now() - (order.paid_at or order.placed_at) > timedelta(days=days)


def _fact(policy: Policy, name: str) -> str:
    return policy.facts.get(name) or word(name)
