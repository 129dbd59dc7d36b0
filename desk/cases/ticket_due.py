"""Writes onto tickets by when the policy has them solved, as they are opened and raised."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from desk.cases.deadlines import ticket_by
from desk.happenings import TicketOpened, TicketRaised
from desk.policies.source import Policies
from desk.tickets.model import Ticket


def follower(policies: Policies) -> Callable[[Session, TicketOpened | TicketRaised], None]:
    """Return what is to be called when a ticket was opened or its priority changed."""

    def set_due(session: Session, it: TicketOpened | TicketRaised) -> None:
        ticket = session.get_one(Ticket, it.ticket_id)
        ticket.due_at = ticket_by(session, ticket, policies.current)

    return set_due
