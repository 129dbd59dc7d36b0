"""By when something is promised: tickets, refunds, what waits for a supervisor."""

from datetime import datetime, timedelta

from desk import clock
from desk.cases.spoken import word
from desk.policies.model import Policy
from desk.tickets.model import Priority, Ticket

_SATURDAY = 5


def working_days_after(moment: datetime, days: int) -> datetime:
    """Return the end of the last of so many working days after `moment`, on the shop's clock.

    Public holidays are not known here: they count as the weekday that they fall on.
    """
    day = clock.local(moment)
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day.replace(hour=23, minute=59, second=59, microsecond=0)


def refund_by(asked_at: datetime, policy: Policy) -> datetime:
    """Return when the money of a refund should be back at the latest."""
    return working_days_after(asked_at, policy.refunds.arrival_days)


def ticket_by(ticket: Ticket, policy: Policy) -> datetime:
    """Return by when a ticket of its kind and priority is to be solved."""
    if ticket.kind == "refund":
        return refund_by(ticket.created_at, policy)
    times = policy.times
    minutes = times.urgent_solved if ticket.priority == Priority.URGENT else times.ticket
    return ticket.created_at + timedelta(minutes=times.technical if ticket.kind == "technical" else minutes)


def day(moment: datetime) -> str:
    """Return a day as it is promised: 11月25日（周三）."""
    there = clock.local(moment)
    return word("day", month=there.month, day=there.day, weekday=word(f"weekday.{there.weekday()}"))
