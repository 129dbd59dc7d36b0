"""The same change on many tickets: each for itself, or all or none. What failed is named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from desk.db import Database
from desk.errors import DeskError
from desk.tickets import holding, search
from desk.tickets.errors import BadTicket
from desk.tickets.model import Ticket

MOST = 200
Change = Callable[[Session, Ticket], None]


@dataclass
class Result:
    """The numbers of the tickets that were changed, and why others were not, by number."""

    done: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


class _Undone(Exception):
    """One failed, so none is changed."""


def apply(database: Database, numbers: Sequence[str], change: Change, *, all_or_none: bool = False) -> Result:
    """Change tickets that are not closed.

    Args:
        change: gets the session and the held ticket; what it raises as a `DeskError` is the ticket's failure.
        all_or_none: one failure undoes the others.

    Raises:
        BadTicket: none, or too many are given.
    """
    wanted = list(dict.fromkeys(numbers))
    if not wanted or len(wanted) > MOST:
        raise BadTicket(f"请选择 1 到 {MOST} 张工单")
    result = Result()
    if not all_or_none:
        for number in wanted:
            try:
                with database.write() as session:
                    _one(session, number, change, result)
            except DeskError as error:
                result.failed[number] = error.text
        return result
    try:
        with database.write() as session:
            for number in _in_order(session, wanted):
                try:
                    with session.begin_nested():
                        _one(session, number, change, result)
                except DeskError as error:
                    result.failed[number] = error.text
            if result.failed:
                raise _Undone
    except _Undone:
        result.done.clear()
    return result


def _one(session: Session, number: str, change: Change, result: Result) -> None:
    change(session, holding.hold_open(session, number))
    result.done.append(number)


def _in_order(session: Session, numbers: list[str]) -> list[str]:
    """Return the numbers so that two who change the same tickets at once do not wait for each other."""
    by_number = {number: search.find(session, number[:40]) for number in numbers}

    def place(number: str) -> tuple[str, int]:
        ticket = by_number[number]
        return (ticket.conversation_id or "", ticket.id) if ticket else ("", 0)

    return sorted(numbers, key=place)
