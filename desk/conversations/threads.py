"""Whose conversation it is: one thread per peer of a channel, and what the channel knows of the peer."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.conversations.errors import NoConversation
from desk.conversations.model import Conversation
from desk.ids import new_id


def find_or_open(session: Session, channel: str, peer: str) -> Conversation:
    """Return the conversation of `peer` on `channel`, made if there is none."""
    found = of_peer(session, channel, peer)
    if found is None:
        found = Conversation(id=new_id("c"), channel=channel, peer=peer, last_seq=0)
        session.add(found)
        session.flush()
    return found


def of_peer(session: Session, channel: str, peer: str) -> Conversation | None:
    """Return the conversation of `peer` on `channel`, if there is one."""
    return session.scalar(select(Conversation).where(Conversation.channel == channel, Conversation.peer == peer))


def of_customer(session: Session, customer_id: str) -> list[Conversation]:
    """Return the conversations of a signed-in customer, the oldest first."""
    query = select(Conversation).where(Conversation.customer_id == customer_id)
    return list(session.scalars(query.order_by(Conversation.created_at, Conversation.id)))


def named(session: Session, words: str, limit: int) -> list[Conversation]:
    """Return conversations of peers with these words in the name, the newest first."""
    query = select(Conversation).where(Conversation.name.contains(words, autoescape=True))
    return list(session.scalars(query.order_by(Conversation.updated_at.desc(), Conversation.id).limit(limit)))


def get(session: Session, conversation_id: str) -> Conversation:
    """Return a conversation.

    Raises:
        NoConversation: there is none.
    """
    found = session.get(Conversation, conversation_id)
    if found is None:
        raise NoConversation
    return found


def of_sender(session: Session, sender_id: str) -> Conversation:
    """Return the conversation that the bot knows as `sender_id` (see `Conversation.sender_id`).

    Raises:
        NoConversation: there is none.
    """
    return get(session, sender_id.rpartition(".")[0])


def introduce(session: Session, conversation_id: str, *, customer_id: str | None, name: str, client: str) -> None:
    """Record who the peer is now.

    Args:
        customer_id: the shop's id of a signed-in customer, vouched for by the shop.
        name: how agents see the peer.
        client: a digest of where the peer comes from; limits tries across conversations.
    """
    conversation = get(session, conversation_id)
    known = (conversation.customer_id, conversation.name, conversation.client)
    if known != (customer_id, name, client):
        conversation.customer_id, conversation.name, conversation.client = customer_id, name, client


def has_begun(session: Session, conversation_id: str) -> bool:
    """Return whether anything was said."""
    return get(session, conversation_id).last_seq > 0
