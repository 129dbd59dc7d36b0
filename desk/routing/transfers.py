"""Transfers: a conversation is passed on with a reason, and stays with the sender until somebody accepts it."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import Detail, record
from desk.conversations import handoff, passing, timeline
from desk.conversations.errors import NotYourConversation
from desk.conversations.handoff import QUEUE, Agent
from desk.conversations.model import Author, Conversation, Kind, Owner
from desk.db import announce
from desk.options.service import current
from desk.routing import teams
from desk.routing.errors import (
    NoColleague,
    NoGroup,
    NotForReceiver,
    NoTransfer,
    ReasonMissing,
    TransferOver,
    TransferPending,
)
from desk.routing.groups import Groups
from desk.routing.model import Transfer, TransferState
from desk.staff import cases
from desk.texts import table

LONGEST = 200  # characters of a reason


def ask(
    session: Session,
    conversation_id: str,
    sender: Agent,
    reason: str,
    *,
    to: int | None = None,
    team: str | None = None,
) -> Transfer:
    """Ask a colleague, or any of a group, to take a conversation over; it stays with the sender until then.

    Args:
        reason: without card keys.
        to: the colleague's number, or
        team: the group.

    Raises:
        NotYourConversation: the sender does not have it.
        ReasonMissing, NoColleague, NoGroup, TransferPending: nothing is asked.
    """
    conversation = timeline.lock(session, conversation_id)
    open_one = handoff.open_handoff(session, conversation_id)
    if conversation.owner != Owner.AGENT or conversation.agent_id != sender.id or open_one is None:
        raise NotYourConversation
    reason = _fit(reason)
    if pending(session, conversation_id) is not None:
        raise TransferPending
    options = current(session, Groups)
    if to is not None:
        if to == sender.id:
            raise NoColleague("不能转交给自己，请选一位同事")
        whom = teams.colleague(session, to).name
    elif team in options.team_keys():
        whom = f"{options.of(team or '').name}组"
    else:
        raise NoGroup
    transfer = Transfer(
        conversation_id=conversation_id,
        handoff_id=open_one.id,
        from_id=sender.id,
        to_id=to,
        team=None if to is not None else team,
        reason=reason,
        at=clock.now(),
    )
    session.add(transfer)
    session.flush()
    _note(session, conversation, sender, "transfer.asked", whom=whom, reason=reason)
    _audit(session, transfer, sender, "asked")
    return transfer


def accept(session: Session, transfer_id: int, receiver: Agent) -> None:
    """Take the conversation over.

    Raises:
        NoTransfer: not for this agent.
        TransferOver: somebody else was quicker, or it was taken back.
        NotForReceiver: it is about safety or funds.
        NotYourConversation: the sender does not have the conversation any more.
    """
    transfer, conversation = _open(session, transfer_id)
    _must_be_for(session, transfer, receiver)
    _must_be_allowed(session, conversation, receiver)
    _decide(transfer, TransferState.ACCEPTED, receiver)
    passing.hand_over(session, transfer.conversation_id, transfer.from_id, receiver)
    _note(session, conversation, receiver, "transfer.accepted", reason=transfer.reason)
    _audit(session, transfer, receiver, "accepted")


def refuse(session: Session, transfer_id: int, receiver: Agent, reason: str) -> None:
    """Leave the conversation with the sender, who is told why.

    Raises:
        NoTransfer, TransferOver, ReasonMissing: nothing is changed.
    """
    transfer, conversation = _open(session, transfer_id)
    _must_be_for(session, transfer, receiver)
    transfer.answer = _fit(reason)
    _decide(transfer, TransferState.REFUSED, receiver)
    _note(session, conversation, receiver, "transfer.refused", reason=transfer.answer)
    _audit(session, transfer, receiver, "refused")


def withdraw(session: Session, transfer_id: int, sender: Agent) -> None:
    """Take the wish back.

    Raises:
        NoTransfer: it is another's.
        TransferOver: it has been answered.
    """
    transfer, conversation = _open(session, transfer_id)
    if transfer.from_id != sender.id:
        raise NoTransfer
    _decide(transfer, TransferState.WITHDRAWN, sender)
    _note(session, conversation, sender, "transfer.withdrawn")
    _audit(session, transfer, sender, "withdrawn")


def find(session: Session, transfer_id: int) -> Transfer | None:
    """Return a transfer by its number."""
    return session.get(Transfer, transfer_id)


def pending(session: Session, conversation_id: str) -> Transfer | None:
    """Return the transfer of a conversation that nobody has answered yet."""
    mine = select(Transfer).where(Transfer.conversation_id == conversation_id)
    return session.scalar(mine.where(Transfer.state == TransferState.OPEN).limit(1))


def latest(session: Session, handoff_id: int) -> Transfer | None:
    """Return the newest transfer within a hand-off, whatever became of it."""
    mine = select(Transfer).where(Transfer.handoff_id == handoff_id)
    return session.scalar(mine.order_by(Transfer.id.desc()).limit(1))


def incoming(session: Session, agent_id: int) -> list[Transfer]:
    """Return what waits for an agent's answer, the oldest first."""
    served = teams.served(session, current(session, Groups)).get(agent_id)
    groups = served.groups if served and served.offered else frozenset()
    for_me = or_(Transfer.to_id == agent_id, Transfer.team.in_(groups))
    query = select(Transfer).where(Transfer.state == TransferState.OPEN, Transfer.from_id != agent_id, for_me)
    return list(session.scalars(query.order_by(Transfer.id)))


def _open(session: Session, transfer_id: int) -> tuple[Transfer, Conversation]:
    found = session.get(Transfer, transfer_id)
    if found is None:
        raise NoTransfer
    conversation = timeline.lock(session, found.conversation_id)  # before the transfer's row, as everywhere
    session.refresh(found, with_for_update=True)
    if found.state != TransferState.OPEN:
        raise TransferOver
    return found, conversation


def _must_be_for(session: Session, transfer: Transfer, receiver: Agent) -> None:
    if transfer.id not in {each.id for each in incoming(session, receiver.id)}:
        raise NoTransfer


def _must_be_allowed(session: Session, conversation: Conversation, receiver: Agent) -> None:
    about = handoff.open_handoff(session, conversation.id)
    permission = cases.needed((about.reason, about.intent)) if about else None
    if permission is not None and not teams.colleague(session, receiver.id).may(permission):
        raise NotForReceiver


def _decide(transfer: Transfer, state: TransferState, agent: Agent) -> None:
    transfer.state, transfer.decided_by, transfer.decided_at = state, agent.id, clock.now()


def _fit(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise ReasonMissing
    if len(reason) > LONGEST:
        raise ReasonMissing(f"原因最多 {LONGEST} 字，现在有 {len(reason)} 字")
    return reason


def _note(session: Session, conversation: Conversation, agent: Agent, key: str, **values: object) -> None:
    text = table("routing")[key].format(agent=agent.name, **values)
    timeline.append(session, conversation, Author.SYSTEM, text, kind=Kind.NOTE, name=agent.name, internal=True)
    announce(session, QUEUE)


def _audit(session: Session, transfer: Transfer, agent: Agent, what: str) -> None:
    whom = f"agent:{transfer.to_id}" if transfer.to_id is not None else f"group:{transfer.team}"
    # The reason is words about a customer, and the audit cannot forget: it stands with the transfer.
    detail: Detail = {"from": transfer.from_id, "to": whom, "transfer": transfer.id}
    place = transfer.conversation_id
    record(session, f"agent:{agent.id}", f"transfer.{what}", place, place, detail)
