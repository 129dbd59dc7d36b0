"""Ticket numbers: T20261121-0042, counted per day of the shop."""

import re
import unicodedata

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk import clock
from desk.tickets.model import TicketDay

_WRITTEN = re.compile(r"T?(\d{8})-?(\d{4,6})", re.ASCII)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－_", "-"))


def next_number(session: Session) -> str:
    """Return today's next number; two transactions never get the same one.

    The counter's row stays locked until the transaction ends, so numbers have no gaps either.
    """
    day = clock.local(clock.now()).date()
    step = update(TicketDay).where(TicketDay.day == day).values(last=TicketDay.last + 1).returning(TicketDay.last)
    last = session.scalar(step)
    if last is None:
        try:
            with session.begin_nested():
                session.add(TicketDay(day=day, last=1))
            last = 1
        except IntegrityError:  # another one opened the day a moment ago
            last = session.scalars(step).one()
    return f"T{day:%Y%m%d}-{last:04d}"


def normalised(text: str) -> str | None:
    """Return a ticket number as customers write it (full width, lower case, no dash) in its one form.

    None: the text is no ticket number.
    """
    tidy = "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split()).upper()
    written = _WRITTEN.fullmatch(tidy)
    return f"T{written[1]}-{written[2]}" if written else None
