"""What an agent is asked: transfers to answer, and how he stands himself; in the head, what became of one's own."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.conversations import lists, threads
from desk.conversations.model import Conversation, Owner
from desk.routing import presence, seen, transfers
from desk.routing.model import Presence, Transfer, TransferState
from desk.services import Desk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn, name_of, names_of


@dataclass(frozen=True)
class Incoming:
    """A transfer that waits for this agent's answer."""

    id: int
    conversation_id: str
    customer: str
    sender: str
    team: str
    reason: str


@dataclass(frozen=True)
class Asked:
    """What stands above the lists. `presence` is empty for those who do not talk with customers."""

    presence: str
    transfers: list[Incoming]


@dataclass(frozen=True)
class Passing:
    """The transfer of the open conversation. `mode`: outgoing, incoming, refused, or open between others."""

    id: int
    mode: str
    sender: str
    whom: str
    reason: str
    answer: str


def asked(session: Session, desk: Desk, staff: SignedIn) -> Asked:
    """Return what a member of staff is asked."""
    if not staff.may(Permission.CONVERSE):
        return Asked("", [])
    found, groups = transfers.incoming(session, staff.id), seen.group_names(session)
    names = names_of(session, [each.from_id for each in found])
    return Asked(
        str(presence.said(session, staff.id)),
        [
            Incoming(
                id=each.id,
                conversation_id=each.conversation_id,
                customer=threads.get(session, each.conversation_id).name or "访客",
                sender=names.get(each.from_id, ""),
                team=groups.get(each.team or "", ""),
                reason=desk.vault.mask(session, each.reason),
            )
            for each in found
        ],
    )


def passing(session: Session, staff: SignedIn, conversation: Conversation) -> Passing | None:
    """Return the transfer of a conversation that somebody has; a refusal is shown to its sender until the next one."""
    handoff = lists.last_handoff(session, conversation.id) if conversation.owner == Owner.AGENT else None
    found = transfers.latest(session, handoff.id) if handoff else None
    mode = _mode(session, staff, found) if found else ""
    if found is None or not mode:
        return None
    names = names_of(session, [found.from_id, found.to_id or found.decided_by or 0])
    team = seen.group_names(session).get(found.team or "", "")
    whom = names.get(found.to_id or 0, "") or (names.get(found.decided_by or 0, "") or f"{team}组")
    return Passing(found.id, mode, names.get(found.from_id, ""), whom, found.reason, found.answer)


def first_owner(session: Session, conversation: Conversation) -> str:
    """Return who had a conversation first, if that is not who has it now: he stays responsible until it ends."""
    handoff = lists.last_handoff(session, conversation.id) if conversation.owner == Owner.AGENT else None
    row = seen.of_handoff(session, handoff.id) if handoff else None
    first = row.first_owner_id if row else None
    if first is None or first == conversation.agent_id:
        return ""
    return name_of(session, first) or ""


def _mode(session: Session, staff: SignedIn, transfer: Transfer) -> str:
    if transfer.state == TransferState.REFUSED:
        return "refused" if transfer.from_id == staff.id else ""
    if transfer.state != TransferState.OPEN:
        return ""
    if transfer.from_id == staff.id:
        return "outgoing"
    mine = any(each.id == transfer.id for each in transfers.incoming(session, staff.id))
    return "incoming" if mine else "open"


def states() -> list[str]:
    """Return what an agent can say of himself, in the order shown."""
    return [str(state) for state in Presence]
