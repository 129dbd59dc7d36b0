"""What customers' contacts bring about: they are counted, figures are renewed, reminders come up."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.conversations import threads, timeline
from desk.conversations.model import Author, Conversation, Kind
from desk.customers import cards, contacts, identity, notes, people
from desk.customers.cards import Cards
from desk.customers.identity import of_conversation
from desk.customers.model import CustomerNote
from desk.customers.people import Person
from desk.customers.rules import SegmentRules
from desk.db import Database
from desk.happenings import CustomerWrote, HandoffQueued, OrdersChanged, TicketOpened
from desk.options.service import current
from desk.texts import table
from desk.tickets import search
from desk.tickets import service as tickets


@dataclass(frozen=True)
class Following:
    """Follows what happens, in the transactions in which it happens."""

    cards: Cards

    def subscribe(self, database: Database) -> None:
        """Begin."""
        database.followers.follow(CustomerWrote, self.wrote)
        database.followers.follow(HandoffQueued, self.queued)
        database.followers.follow(TicketOpened, self.opened)
        database.followers.follow(OrdersChanged, self.ordered)

    def wrote(self, session: Session, told: CustomerWrote) -> None:
        """Count the contact, listen for old age, bring up reminders."""
        conversation = threads.get(session, told.conversation_id)
        key = of_conversation(conversation).key
        contacts.note(session, key, contacts.ONLINE, conversation.id)
        words = timeline.entries(session, conversation.id, after=told.seq - 1, limit=1)
        if any(word in entry.text for entry in words for word in current(session, SegmentRules).elderly_words):
            cards.note_elderly(session, key)
        person = people.of(session, conversation)
        self.cards.refresh(session, person)
        _tell(session, conversation, notes.bring_up(session, person))

    def queued(self, session: Session, told: HandoffQueued) -> None:
        """Bring up reminders."""
        conversation = threads.get(session, told.conversation_id)
        _tell(session, conversation, notes.bring_up(session, people.of(session, conversation)))

    def opened(self, session: Session, told: TicketOpened) -> None:
        """Count the contact where the kind of ticket tells the way, and put reminders on the ticket."""
        ticket = search.get(session, told.ticket_id)
        person = _of_ticket(session, ticket.customer_id, ticket.conversation_id)
        if person is None:
            return
        ways = current(session, SegmentRules).ticket_channels
        # A ticket's problem stands before the colon: "message:17".
        channel = ways.get(ticket.kind) or ways.get((ticket.dedupe or "").partition(":")[0])
        if channel:
            contacts.note(session, person.key, channel, ticket.conversation_id)
        # Not on the timeline: who opens a ticket need not have the conversation's lock.
        for note in notes.bring_up(session, person):
            tickets.add_note(session, ticket, _line(note), "system")

    def ordered(self, session: Session, told: OrdersChanged) -> None:
        """Ask the shop anew at the next look."""
        self.cards.outdate(session, told.customer_id)


def _of_ticket(session: Session, customer_id: str | None, conversation_id: str | None) -> Person | None:
    if customer_id:
        return people.person(session, identity.shop(customer_id))
    return people.of(session, threads.get(session, conversation_id)) if conversation_id else None


def _tell(session: Session, conversation: Conversation, came_up: list[CustomerNote]) -> None:
    if came_up:
        locked = timeline.lock(session, conversation.id)
        for note in came_up:
            timeline.append(session, locked, Author.SYSTEM, _line(note), kind=Kind.NOTE, internal=True)


def _line(note: CustomerNote) -> str:
    return table("workbench")["customer.reminder_line"].format(text=note.text)
