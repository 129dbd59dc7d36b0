"""Whose order it is. Every case service begins with `require`; `claim` is the only way to prove it.

Unknown numbers, others' orders and wrong proofs get the same answers after the same work.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.cases import outcomes, tries
from desk.cases.model import OrderGrant
from desk.cases.outcomes import Outcome
from desk.cases.services import Services
from desk.cases.timing import minutes_until
from desk.errors import DeskError
from desk.policies.model import Policy
from desk.serial import hold
from desk.shop.base import Order
from desk.vault.scan import canonical

_LONGEST_NUMBER = 64
_LONGEST_PROOF = 128


class NotYours(DeskError):
    """The order does not exist, or the asker has not shown that it is his."""

    code: ClassVar[str] = "not_yours"
    status: ClassVar[int] = 403
    message: ClassVar[str] = "没有查到您名下的这个订单，请核对订单号"


@dataclass(frozen=True)
class Asker:
    """Who asks: the conversation, the signed-in customer if any, and a hash of the client's address."""

    conversation_id: str
    customer_id: str | None = None
    client: str = field(default="", repr=False)


@dataclass(frozen=True)
class Owned:
    """An order together with the one who may act on it; only `require` makes these."""

    order: Order
    asker: Asker
    actor: str = "bot"


def mark(order_no: str) -> str:
    """Return what identifies an order number however it is written: for locks, grants and counting tries."""
    return canonical(order_no)


def require(session: Session, services: Services, asker: Asker, order_no: str) -> Owned:
    """Return the asker's order, and keep others from deciding about it at the same time.

    Raises:
        NotYours: it is not, or there is none.
    """
    hold(session, f"order:{mark(order_no)}")
    order = services.shop.find_order(session, order_no)
    granted = _granted(session, services.policy, asker, order_no)
    if order is None or not (_is_owner(order, asker) or granted):
        raise NotYours
    return Owned(order, asker)


def claim(session: Session, services: Services, asker: Asker, order_no: str, proof: str | None = None) -> Outcome:
    """Decide whether the asker may see an order: by sign-in, by an earlier proof, or by this one.

    Args:
        proof: the last four digits of the contact's phone, or the look-up password.
    """
    no = order_no.strip()
    if len(no) > _LONGEST_NUMBER or not services.shop.order_no_like(no):
        return outcomes.build("claim", "malformed")
    marks = (asker.conversation_id, mark(no), asker.client)
    # Guesses of one conversation, client or number are counted one after the other, however they arrive.
    hold(session, *(f"proof:{place}:{text}" for place, text in enumerate(marks)))
    order = services.shop.find_order(session, no)
    granted = _granted(session, services.policy, asker, no)
    if order is not None and (_is_owner(order, asker) or granted):
        return outcomes.build("claim", "owned", order_no=order.no)
    left = tries.left(session, services.policy, *marks)
    if left.tries == 0:
        return outcomes.build("claim", "locked", minutes=minutes_until(left.free_at))
    given = (proof or "").strip()[:_LONGEST_PROOF]
    if not given:
        return outcomes.build("claim", "proof_needed")
    if services.shop.check_proof(session, no, given) and order is not None:
        _grant(session, asker, order.no)
        return outcomes.build("claim", "owned", order_no=order.no)
    tries.failed(session, *marks)
    left = tries.left(session, services.policy, *marks)
    if left.tries == 0:
        record(session, "bot", "claim.locked", mark(no), asker.conversation_id)
        return outcomes.build("claim", "locked", minutes=minutes_until(left.free_at))
    return outcomes.build("claim", "rejected", tries_left=left.tries)


def owned_orders(session: Session, services: Services, asker: Asker, limit: int) -> list[Order]:
    """Return the asker's orders, the newest first: the signed-in customer's and those proved here."""
    found = services.shop.orders_of(session, asker.customer_id, limit) if asker.customer_id else []
    orders = {order.no: order for order in found}
    since = clock.now() - services.policy.proofs.valid
    grants = select(OrderGrant.order_no).where(
        OrderGrant.conversation_id == asker.conversation_id, OrderGrant.granted_at > since
    )
    for no in session.scalars(grants):
        order = services.shop.find_order(session, no)
        if order is not None:
            orders[order.no] = order
    return sorted(orders.values(), key=lambda order: order.placed_at, reverse=True)[:limit]


def may_see(session: Session, services: Services, asker: Asker, order_no: str) -> bool:
    """Say whether the asker may see what concerns this order, without locking it."""
    order = services.shop.find_order(session, order_no)
    owner = order is not None and _is_owner(order, asker)
    return owner or _granted(session, services.policy, asker, order_no)


def move(session: Session, from_conversation: str, to_conversation: str) -> None:
    """Carry proofs over when an anonymous conversation is merged into the customer's."""
    there = select(OrderGrant.order_no).where(OrderGrant.conversation_id == to_conversation)
    mine = update(OrderGrant).where(OrderGrant.conversation_id == from_conversation)
    session.execute(
        mine.where(OrderGrant.order_no.not_in(there)).values(conversation_id=to_conversation),
        execution_options={"synchronize_session": False},
    )


def _is_owner(order: Order, asker: Asker) -> bool:
    return asker.customer_id is not None and order.customer_id == asker.customer_id


def _granted(session: Session, policy: Policy, asker: Asker, no: str) -> bool:
    grant = session.get(OrderGrant, (asker.conversation_id, mark(no)))
    return grant is not None and clock.now() - grant.granted_at < policy.proofs.valid


def _grant(session: Session, asker: Asker, no: str) -> None:
    key = {"conversation_id": asker.conversation_id, "order_no": mark(no)}
    grant = session.get(OrderGrant, key)
    if grant is None:
        session.add(OrderGrant(**key, granted_at=clock.now()))
    else:
        grant.granted_at = clock.now()
    session.flush()
    record(session, "bot", "claim.proved", mark(no), asker.conversation_id)
