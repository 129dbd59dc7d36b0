"""The customer's own page of a ticket: who has its link may see it, and nobody can guess one."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desk.tickets import labels, listing, search
from desk.tickets.errors import NoTicket
from desk.tickets.model import EventKind, Ticket, TicketStatus
from desk.vault.service import Vault

_TOKEN = 32  # hex digits: 128 bits
_SHOWN = (EventKind.STATUS, EventKind.REOPENED, EventKind.NOTE, EventKind.URGED, EventKind.CONFIRMED)


class ProgressLinks:
    """Makes and checks the links.

    Args:
        site: where customers reach the desk, without a slash at the end.
        secret: signs the numbers.
    """

    def __init__(self, site: str, secret: str) -> None:
        self._site, self._secret = site, secret.encode()

    def token(self, number: str) -> str:
        """Return what the link of a ticket brings besides its number."""
        return hmac.digest(self._secret, f"ticket progress\n{number}".encode(), "sha256").hex()[:_TOKEN]

    def link(self, number: str) -> str:
        """Return the address of a ticket's page."""
        return f"{self._site}/t/{number}?k={self.token(number)}"

    def ticket(self, session: Session, number: str, token: str) -> Ticket:
        """Return the ticket of a link.

        Raises:
            NoTicket: the number or the token is wrong, nobody learns which.
        """
        found = search.find(session, number[:40])
        expected = self.token(found.number if found else number[:40])
        right = hmac.compare_digest(expected.encode(), token[:80].encode())
        if found is None or not right:
            raise NoTicket
        return found


@dataclass(frozen=True)
class Step:
    """A line that the customer may read; it names nobody."""

    at: datetime
    what: str
    text: str


@dataclass(frozen=True)
class Progress:
    """What the customer's page shows. `by`: when it shall be solved, while somebody works on it; `late`: it is past."""

    number: str
    kind_text: str
    status: str
    status_text: str
    opened_at: datetime
    by: datetime | None
    late: bool
    steps: list[Step]
    asks: bool


def progress(session: Session, vault: Vault, ticket: Ticket) -> Progress:
    """Return how a ticket stands, for its customer; of a merged one, how the one stands that it is part of."""
    now = search.standing_for(session, ticket)
    unfinished = now.status in search.UNFINISHED
    steps = [
        Step(event.at, _what(event.kind, event.after), vault.mask(session, event.text))
        for event in search.history(session, now)
        if event.public and event.kind in _SHOWN
    ]
    return Progress(
        number=ticket.number,
        kind_text=labels.kind_text(ticket.kind),
        status=now.status,
        status_text=labels.status_text(now.status),
        opened_at=ticket.created_at,
        by=now.due_at if unfinished else None,
        late=listing.is_overdue(now),
        steps=steps,
        asks=now.status == TicketStatus.SOLVED and now.confirmed_at is None,
    )


def _what(kind: str, after: str | None) -> str:
    return labels.step_text(kind) if after is None else labels.status_text(after)
