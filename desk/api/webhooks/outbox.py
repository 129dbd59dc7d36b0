"""The outbox: what happens is written down for each endpoint that wants it, in the transaction in which it happens."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from desk import clock
from desk.api import shapes
from desk.api.webhooks import endpoints
from desk.api.webhooks.events import Event
from desk.api.webhooks.model import Delivery
from desk.conversations import records as conversations
from desk.happenings import (
    CustomerWrote,
    Followers,
    HandoffEnded,
    HandoffQueued,
    HandoffTaken,
    TicketMoved,
    TicketOpened,
)
from desk.ids import new_id
from desk.tickets import records as tickets
from desk.vault.service import Vault

Data = dict[str, Any]


def follow(followers: Followers, vault: Vault) -> None:
    """Write down whatever happens from now on; `vault` masks card keys in it."""

    def ticket_opened(session: Session, it: TicketOpened) -> None:
        _put(session, Event.TICKET_OPENED, lambda: _ticket(session, vault, it.ticket_id))

    def ticket_moved(session: Session, it: TicketMoved) -> None:
        moved = {"before": it.before, "after": it.after}
        _put(session, Event.TICKET_MOVED, lambda: _ticket(session, vault, it.ticket_id) | moved)

    def queued(session: Session, it: HandoffQueued) -> None:
        _put(session, Event.HANDOFF_QUEUED, lambda: _handoff(session, it.conversation_id, it.handoff_id))

    def taken(session: Session, it: HandoffTaken) -> None:
        _put(session, Event.HANDOFF_TAKEN, lambda: _handoff(session, it.conversation_id, it.handoff_id))

    def ended(session: Session, it: HandoffEnded) -> None:
        _put(session, Event.HANDOFF_ENDED, lambda: _handoff(session, it.conversation_id, it.handoff_id))

    def wrote(session: Session, it: CustomerWrote) -> None:
        _put(session, Event.MESSAGE_FROM_CUSTOMER, lambda: _message(session, vault, it.conversation_id, it.seq))

    followers.follow(TicketOpened, ticket_opened)
    followers.follow(TicketMoved, ticket_moved)
    followers.follow(HandoffQueued, queued)
    followers.follow(HandoffTaken, taken)
    followers.follow(HandoffEnded, ended)
    followers.follow(CustomerWrote, wrote)


def _put(session: Session, event: Event, data: Callable[[], Data]) -> None:
    wanting = endpoints.wanting(session, event)
    if not wanting:
        return
    event_id, at = new_id("evt"), clock.now()
    told = {"id": event_id, "type": event, "at": at.isoformat().replace("+00:00", "Z"), "data": data()}
    body = json.dumps(told, ensure_ascii=False)
    for endpoint in wanting:
        session.add(
            Delivery(event_id=event_id, endpoint_id=endpoint.id, event=event, body=body, created_at=at, due_at=at)
        )
    session.flush()


def _ticket(session: Session, vault: Vault, ticket_id: int) -> Data:
    shape = shapes.ticket(session, vault, tickets.by_id(session, ticket_id))
    return {"ticket": shape.model_dump(mode="json")}


def _handoff(session: Session, conversation_id: str, handoff_id: int) -> Data:
    shape = shapes.handoff(session, conversations.handoff(session, handoff_id))
    return {"conversation_id": conversation_id, "handoff": shape.model_dump(mode="json")}


def _message(session: Session, vault: Vault, conversation_id: str, seq: int) -> Data:
    entry = conversations.entry(session, conversation_id, seq)
    return {"message": shapes.message(entry, shapes.shown_by(session, vault)).model_dump(mode="json")}
