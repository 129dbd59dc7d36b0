"""What changes keys or money: one function each, in the caller's transaction, audited, safe to repeat.

Only an `Owned` order (see `access.require`) can be acted on. Repeats are recognised by the shop's state and
by unique slots, not by who asks or when.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.cases.access import Owned
from desk.cases.model import CaseEffect
from desk.cases.services import Services
from desk.cases.spoken import money
from desk.cases.tickets_of import ticket
from desk.errors import DeskError
from desk.remedies.errors import SwitchedOff
from desk.remedies.model import Kind, Remedy, State
from desk.remedies.notices import follow_up
from desk.remedies.service import Wish, ask
from desk.shop.base import CardKey, NotRefundable, Order, Unsupported
from desk.tickets.model import Ticket

REISSUE, RETRY = "reissue", "retry"


class LimitReached(DeskError):
    """Policy allows this no more often for the order; a person decides."""

    code: ClassVar[str] = "limit_reached"
    status: ClassVar[int] = 409
    message: ClassVar[str] = "这笔订单的自动处理次数已用完，需要客服处理"


def deliver(session: Session, services: Services, owned: Owned) -> list[CardKey]:
    """Assign the keys that the order lacks; return its live keys.

    Raises:
        OutOfStock, NotDeliverable, Unsupported: see `Shop.deliver`.
    """
    before = {key.id for key in services.shop.keys_of(session, owned.order.no)}
    keys = services.shop.deliver(session, owned.order.no)
    if added := [key.id for key in keys if key.id not in before]:
        _audit(session, owned, "key.deliver", count=len(added), keys=",".join(map(str, added)))
        _ask_later(session, services, owned, "deliver")
    return keys


def reissue(session: Session, services: Services, owned: Owned, key: CardKey, reason: str) -> CardKey:
    """Replace a faulty key, as often per order as policy allows.

    Raises:
        LimitReached: not once more for this order, or the shop's connection cannot do it.
        AlreadyReplaced, OutOfStock, NotDeliverable: see `Shop.reissue`; nothing changed.
    """
    order_no = owned.order.no
    replaced = sum(not other.live for other in services.shop.keys_of(session, order_no))
    try:
        with session.begin_nested():
            # What agents replaced in the shop itself counts too.
            limit, subject = services.policy.keys.reissues_per_order, f"key:{key.id}"
            _take_slot(session, owned, REISSUE, limit, already=replaced, subject=subject)
            fresh = services.shop.reissue(session, order_no, key.id, reason)
    except Unsupported:
        raise LimitReached from None
    _audit(session, owned, "key.reissue", key=key.id, fresh=fresh.id, reason=reason)
    _ask_later(session, services, owned, REISSUE, f":{fresh.id}")
    return fresh


def retry_topup(session: Session, services: Services, owned: Owned) -> Order:
    """Send a failed top-up upstream again, as often per order as policy allows.

    Raises:
        LimitReached: not once more for this order, or the shop's connection cannot do it.
        NotRetryable: see `Shop.retry_topup`.
    """
    allowed = services.policy.delivery.topup_retries
    if owned.order.attempts > allowed:
        raise LimitReached
    try:
        with session.begin_nested():
            _take_slot(session, owned, RETRY, allowed)
            order = services.shop.retry_topup(session, owned.order.no)
    except Unsupported:
        raise LimitReached from None
    _audit(session, owned, "topup.retry", attempts=order.attempts, failure=owned.order.failure or "")
    _ask_later(session, services, owned, "retry_topup")
    return order


def retried_at(session: Session, order_no: str) -> datetime | None:
    """Return when the top-up was last sent again by us, if it was."""
    query = select(func.max(CaseEffect.at)).where(CaseEffect.order_no == order_no, CaseEffect.effect == RETRY)
    return session.scalar(query)


@dataclass(frozen=True)
class Refunding:
    """What became of a wish for the money back; `remedy` is None where only the ticket could be opened."""

    amount: Decimal
    ticket: Ticket
    remedy: Remedy | None = None


def refund_mark(order_no: str) -> str:
    """Return the mark of an order's one refund."""
    return f"refund:{order_no}"


def refund(
    session: Session,
    services: Services,
    owned: Owned,
    reason: str,
    *,
    amount: Decimal | None = None,
    approval: bool = False,
    problem: str = "refund",
) -> Refunding:
    """Ask the shop for the money back where policy, limits and connection allow it; the ticket follows it up.

    Args:
        amount: yuan; None: for what was not delivered.
        approval: a supervisor decides.
        problem: what the ticket is about; its title names the amount.
    """
    order = owned.order
    yuan = amount if amount is not None else (order.refund_amount or due(session, services, order))
    wish = Wish(
        Kind.REFUND,
        refund_mark(order.no),
        actor=owned.actor,
        order_no=order.no,
        customer_id=order.customer_id,
        conversation_id=owned.asker.conversation_id,
        yuan=yuan,
        reason=reason,
        detail={"undelivered": amount is None},
        approval=approval,
    )
    remedy = None
    try:
        with session.begin_nested():
            remedy = ask(session, services.shop, services.policies, wish)
    except (SwitchedOff, Unsupported, NotRefundable):
        pass  # the ticket alone, then: a person of the shop decides
    paid_back = remedy is not None and remedy.state == State.DONE
    yuan = Decimal(remedy.result["amount"]) if remedy is not None and paid_back else yuan
    opened = ticket(session, owned, problem, amount=money(yuan))
    if remedy is not None and remedy.ticket_no is None:
        remedy.ticket_no = opened.number
    return Refunding(yuan, opened, remedy)


def due(session: Session, services: Services, order: Order) -> Decimal:
    """Return the part of the amount that was paid for keys that never came; for top-ups, all of it."""
    got = sum(key.live for key in services.shop.keys_of(session, order.no))
    missing = max(0, order.quantity - got)
    return (order.amount * missing / order.quantity).quantize(Decimal("0.01")) if got else order.amount


def _take_slot(session: Session, owned: Owned, effect: str, limit: int, *, already: int = 0, subject: str = "") -> None:
    """Take the next of the order's slots for this effect, or raise LimitReached.

    Args:
        already: how often the shop knows it was done, by whomever.
    """
    taken = select(func.count()).where(CaseEffect.order_no == owned.order.no, CaseEffect.effect == effect)
    slot = max(session.scalar(taken) or 0, already) + 1
    if slot > limit:
        raise LimitReached
    row = CaseEffect(
        order_no=owned.order.no,
        effect=effect,
        slot=slot,
        subject=subject,
        conversation_id=owned.asker.conversation_id,
        at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another transaction took it a moment ago
        raise LimitReached from None


def _ask_later(session: Session, services: Services, owned: Owned, wording: str, which: str = "") -> None:
    about = f"{wording}:{owned.order.no}{which}"
    follow_up(session, services.policy, owned.asker.conversation_id, about, wording)


def _audit(session: Session, owned: Owned, action: str, **detail: str | int) -> None:
    record(session, owned.actor, action, owned.order.no, owned.asker.conversation_id, detail)
