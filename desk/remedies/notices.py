"""What the customer is told about a remedy that was decided later, and the question asked after it."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk import clock
from desk.conversations import timeline
from desk.conversations.model import Author
from desk.policies.model import Policy
from desk.remedies.model import FollowUp, Remedy, State
from desk.texts import table
from desk.tickets import search
from desk.tickets import service as tickets


def decided(session: Session, policy: Policy, remedy: Remedy) -> None:
    """Tell the customer, in the conversation and on the ticket."""
    text = worded(policy, remedy)
    # Before the ticket: agents lock both in this order too.
    conversation = timeline.lock(session, remedy.conversation_id) if remedy.conversation_id else None
    if remedy.ticket_no and (ticket := search.find(session, remedy.ticket_no)):
        tickets.add_note(session, ticket, text, remedy.decided_by or "system", public=True)
    if conversation is not None:
        timeline.append(session, conversation, Author.SYSTEM, text)
        if remedy.state == State.DONE:
            follow_up(session, policy, conversation.id, f"remedy:{remedy.id}", remedy.kind)


def worded(policy: Policy, remedy: Remedy) -> str:
    """Return what the customer reads about a remedy that was done or refused."""
    outcome = "done" if remedy.state == State.DONE else "refused"
    return _word(
        f"{outcome}.{remedy.kind}",
        yuan=f"¥{remedy.yuan}",
        order_no=remedy.order_no or "",
        days=policy.refunds.arrival_days,
        note=remedy.decision_note or _word("no_note"),
    )


def follow_up(session: Session, policy: Policy, conversation_id: str, about: str, wording: str) -> None:
    """Ask the customer in some minutes whether all is well, once for each `about`."""
    due = clock.now() + timedelta(minutes=policy.times.follow_up)
    row = FollowUp(about=about, conversation_id=conversation_id, wording=wording, due_at=due)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # asked for already
        pass


def _word(key: str, **values: object) -> str:
    return table("remedies")[key].format(**values)
