"""By when something is promised: tickets, refunds, what waits for a supervisor."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from desk import clock
from desk.cases.spoken import word
from desk.options.service import current
from desk.policies.model import Policy
from desk.sla.calendars import Calendars
from desk.tickets.model import Priority, Ticket

_LAST = time(23, 59, 59)


def working_days_after(session: Session, moment: datetime, days: int) -> datetime:
    """Return the end of the last of so many working days after `moment`, on the shop's clock.

    Public holidays and the weekend days worked in exchange are those of the document `calendars`.
    """
    last = current(session, Calendars).working_days_after(clock.local(moment).date(), days)
    return datetime.combine(last, _LAST, clock.SHOP_ZONE)


def refund_by(session: Session, asked_at: datetime, policy: Policy) -> datetime:
    """Return when the money of a refund should be back at the latest."""
    return working_days_after(session, asked_at, policy.refunds.arrival_days)


def ticket_by(session: Session, ticket: Ticket, policy: Policy) -> datetime:
    """Return by when a ticket of its kind and priority is to be solved."""
    if ticket.kind == "refund":
        return refund_by(session, ticket.created_at, policy)
    times = policy.times
    minutes = times.urgent_solved if ticket.priority == Priority.URGENT else times.ticket
    return ticket.created_at + timedelta(minutes=times.technical if ticket.kind == "technical" else minutes)


def day(moment: datetime) -> str:
    """Return a day as it is promised: 11月25日（周三）."""
    there = clock.local(moment)
    return word("day", month=there.month, day=there.day, weekday=word(f"weekday.{there.weekday()}"))
