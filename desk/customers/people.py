"""Who is who: an identity, the person behind it, and everything that is the person's."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.conversations import threads
from desk.conversations.model import Conversation
from desk.customers import identity
from desk.customers.identity import SHOP, Identity, of_conversation, peer_of
from desk.customers.model import CustomerMerge


@dataclass(frozen=True)
class Person:
    """A customer: one identity that stands for all (`head`), and all of them, the head first."""

    head: Identity
    members: tuple[Identity, ...]
    conversations: tuple[Conversation, ...]

    @property
    def key(self) -> str:
        """The key of the customer's page."""
        return self.head.key

    @property
    def customer_ids(self) -> list[str]:
        """The accounts in the shop."""
        return [member.value for member in self.members if member.kind == SHOP]

    @property
    def conversation_ids(self) -> list[str]:
        """The conversations."""
        return [conversation.id for conversation in self.conversations]

    @property
    def keys(self) -> list[str]:
        """Every key under which something may have been noted, before or after a visitor signed in."""
        peers = (peer_of(conversation) for conversation in self.conversations)
        return list(dict.fromkeys(each.key for each in (*self.members, *peers)))

    @property
    def name(self) -> str:
        """How conversations call the customer; a signed-in one before a visitor."""
        named = sorted(self.conversations, key=lambda each: (each.customer_id is None, each.created_at))
        return next((each.name for each in named if each.name), "")


def person(session: Session, who: Identity) -> Person:
    """Return the person behind an identity; somebody nobody has heard of is a person without conversations."""
    head = _head(session, who)
    members, found = [head], {head: _conversations(session, head)}
    for member in members:  # grows while it is walked
        for child in _children(session, [member, *map(peer_of, found[member])]):
            if child not in found and of_natural(session, child) == child:
                members.append(child)
                found[child] = _conversations(session, child)
    conversations = [each for member in members for each in found[member]]
    return Person(head, tuple(members), tuple(conversations))


def of(session: Session, conversation: Conversation) -> Person:
    """Return the person of a conversation."""
    return person(session, of_conversation(conversation))


def of_natural(session: Session, who: Identity) -> Identity:
    """Return the account of the shop that a visitor has signed in with; everyone else as they are."""
    if who.kind == SHOP:
        return who
    conversation = threads.of_peer(session, who.kind, who.value)
    return of_conversation(conversation) if conversation else who


def _head(session: Session, who: Identity) -> Identity:
    way = [of_natural(session, who)]
    while (above := _into(session, way[-1])) is not None:
        step = of_natural(session, above)
        if step in way:  # a visitor has signed in as somebody who had been merged into that visitor
            return min(way[way.index(step) :])
        way.append(step)
    return way[-1]


def _into(session: Session, who: Identity) -> Identity | None:
    query = select(CustomerMerge.into).where(CustomerMerge.absorbed == who.key, CustomerMerge.undone_at.is_(None))
    key = session.scalar(query)
    return identity.parse(key) if key else None


def _children(session: Session, above: list[Identity]) -> Iterator[Identity]:
    query = select(CustomerMerge.absorbed).where(
        CustomerMerge.into.in_([each.key for each in above]), CustomerMerge.undone_at.is_(None)
    )
    for key in session.scalars(query.order_by(CustomerMerge.id)):
        yield identity.parse(key)


def _conversations(session: Session, who: Identity) -> list[Conversation]:
    if who.kind == SHOP:
        return threads.of_customer(session, who.value)
    found = threads.of_peer(session, who.kind, who.value)
    return [found] if found is not None and found.customer_id is None else []
