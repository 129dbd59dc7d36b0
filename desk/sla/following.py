"""What happens starts and stops clocks, in the transaction in which it happens."""

from sqlalchemy.orm import Session

from desk import clock as time
from desk.conversations import handoff
from desk.conversations.model import HandoffState, Owner
from desk.happenings import (
    AgentAnswered,
    CustomerWrote,
    Followers,
    HandoffEnded,
    HandoffQueued,
    TicketMoved,
    TicketOpened,
)
from desk.policies.source import Policies
from desk.sla import clocks
from desk.sla.clocks import About
from desk.sla.model import SlaClock
from desk.sla.rules import Rules, rules
from desk.sla.targets import Kind, SlaClass, Subject
from desk.tickets import search
from desk.tickets.model import Ticket, TicketStatus

_DONE = (TicketStatus.SOLVED, TicketStatus.CLOSED)


class Following:
    """Keeps the clocks.

    Args:
        policies: whose promises the targets name.
    """

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    def attach(self, followers: Followers) -> None:
        """Subscribe to what starts and stops clocks."""
        followers.follow(HandoffQueued, self.queued)
        followers.follow(AgentAnswered, self.answered)
        followers.follow(CustomerWrote, self.wrote)
        followers.follow(HandoffEnded, self.ended)
        followers.follow(TicketOpened, self.opened)
        followers.follow(TicketMoved, self.moved)

    def queued(self, session: Session, it: HandoffQueued) -> None:
        """Wait for the first word of a person."""
        waiting = handoff.open_handoff(session, it.conversation_id)
        if waiting is None:
            return
        now = self._rules(session)
        promised = now.sla.of_handoff(waiting.reason, waiting.priority)
        if promised is not None:
            about = _chat(it.conversation_id, waiting.id)
            for kind in (Kind.FIRST, Kind.SOLVED):
                clocks.start(session, now, about, promised, kind, waiting.queued_at)

    def answered(self, session: Session, it: AgentAnswered) -> None:
        """The customer has been answered, and called back about a ticket where that was due."""
        current = handoff.open_handoff(session, it.conversation_id)
        waiting = clocks.callbacks(session, it.conversation_id)
        if current is not None:
            about = _chat(it.conversation_id, current.id)
            waiting += [each for each in clocks.open_of(session, about) if each.kind in (Kind.FIRST, Kind.NEXT)]
        if waiting:
            now = self._rules(session)
            for each in waiting:
                clocks.meet(session, now, each)

    def wrote(self, session: Session, it: CustomerWrote) -> None:
        """An agent owes an answer, unless one is owed already."""
        current = handoff.open_handoff(session, it.conversation_id) if it.owner == Owner.AGENT else None
        if current is None:
            return
        about = _chat(it.conversation_id, current.id)
        if any(each.kind in (Kind.FIRST, Kind.NEXT) for each in clocks.open_of(session, about)):
            return
        now = self._rules(session)
        promised = now.sla.of_handoff(current.reason, current.priority)
        if promised is not None:
            clocks.start(session, now, about, promised, Kind.NEXT, time.now())

    def ended(self, session: Session, it: HandoffEnded) -> None:
        """Nobody waits for an answer any more."""
        now = self._rules(session)
        for each in clocks.open_of(session, _chat(it.conversation_id, it.handoff_id)):
            if each.kind == Kind.SOLVED and it.state == HandoffState.CLOSED:
                clocks.meet(session, now, each)
            else:
                clocks.drop(session, now, each)

    def opened(self, session: Session, it: TicketOpened) -> None:
        """Wait for somebody to begin, and for the solution."""
        ticket = search.by_id(session, it.ticket_id)
        promised = self._promised(session, ticket) if ticket is not None else None
        if ticket is not None and promised is not None:
            for kind in (Kind.FIRST, Kind.SOLVED):
                clocks.start(session, self._rules(session), _ticket(ticket), promised, kind, ticket.created_at)

    def moved(self, session: Session, it: TicketMoved) -> None:
        """Work has begun, waits for the customer, goes on, is done, or was not done after all."""
        ticket = search.by_id(session, it.ticket_id)
        if ticket is None:
            return
        now, about = self._rules(session), _ticket(ticket)
        if it.before in _DONE and it.after not in _DONE:
            clocks.reopen(session, now, about, Kind.SOLVED)
        for each in clocks.open_of(session, about):
            self._move(session, now, it, each)
        promised = self._promised(session, ticket)
        if it.after == TicketStatus.SOLVED and ticket.conversation_id and promised is not None:
            clocks.start(session, now, about, promised, Kind.CALLBACK, time.now())

    def _move(self, session: Session, now: Rules, it: TicketMoved, each: SlaClock) -> None:
        if each.kind == Kind.FIRST:
            clocks.meet(session, now, each)
        elif each.kind == Kind.CALLBACK:
            # Closing says that the customer is content; reopening, that there is more to do than to call.
            (clocks.meet if it.after == TicketStatus.CLOSED else clocks.drop)(session, now, each)
        elif it.after in _DONE:
            clocks.meet(session, now, each)
        elif it.after == TicketStatus.WAITING:
            clocks.pause(session, now, each)
        else:
            clocks.resume(now, each)

    def _promised(self, session: Session, ticket: Ticket) -> SlaClass | None:
        problem = (ticket.dedupe or "").partition(":")[0]
        return self._rules(session).sla.of_ticket(ticket.kind, problem, ticket.priority)

    def _rules(self, session: Session) -> Rules:
        return rules(session, self._policies.current)


def _chat(conversation_id: str, handoff_id: int) -> About:
    return About(Subject.HANDOFF, handoff_id, conversation_id)


def _ticket(ticket: Ticket) -> About:
    return About(Subject.TICKET, ticket.id, ticket.conversation_id)
