"""Taking a customer's words out of conversations for good; who spoke when, and what came of it, stays."""

from collections.abc import Collection

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from desk.conversations import timeline
from desk.conversations.model import Author, Button, Conversation, Entry, Handoff, InboxMessage, Kind, Owner, Rating
from desk.texts import say


def busy(session: Session, conversation_ids: Collection[str]) -> bool:
    """Return whether somebody talks or waits in one of these, or a message has not been dealt with.

    The conversations are locked, so that none becomes busy before the transaction ends.
    """
    locked = [timeline.lock(session, each) for each in sorted(conversation_ids)]
    if any(each.owner in (Owner.QUEUED, Owner.AGENT) for each in locked):
        return True
    open_ones = select(InboxMessage.id).where(
        InboxMessage.conversation_id.in_(conversation_ids), InboxMessage.done_at.is_(None)
    )
    return session.scalar(open_ones.limit(1)) is not None


def erase(session: Session, conversation_ids: Collection[str]) -> None:
    """Remove what was written, by whomever, and names. The bot begins afresh.

    Entries keep number, author and time; those that others count on (ratings, pictures) keep what they refer to.
    """
    ids = list(conversation_ids)
    mine = update(Entry).where(Entry.conversation_id.in_(ids)).execution_options(synchronize_session=False)
    session.execute(mine.values(text=say("erased")))
    session.execute(mine.where(Entry.author == Author.CUSTOMER).values(name=""))
    session.execute(mine.where(Entry.kind.not_in((Kind.RATING, Kind.PICTURE))).values(body={}))
    pictures = select(Entry).where(Entry.conversation_id.in_(ids), Entry.kind == Kind.PICTURE)
    for entry in session.scalars(pictures.execution_options(populate_existing=True)):
        entry.body = {"picture": entry.body["picture"]}
    for statement in (
        update(InboxMessage).where(InboxMessage.conversation_id.in_(ids)).values(text=""),
        update(Handoff).where(Handoff.conversation_id.in_(ids)).values(note=""),
        update(Rating).where(Rating.conversation_id.in_(ids)).values(comment=""),
        delete(Button).where(Button.conversation_id.in_(ids)),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    for conversation in session.scalars(select(Conversation).where(Conversation.id.in_(ids))):
        conversation.name, conversation.client, conversation.intent = "", "", None
        conversation.generation += 1
    session.flush()
