"""Asking for a remedy, by the bot or by an agent: done at once, or put before a supervisor."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.policies.source import Policies
from desk.remedies import doing, limits, notices
from desk.remedies.errors import SwitchedOff
from desk.remedies.model import Kind, Remedy, State
from desk.serial import hold
from desk.shop.base import Shop

# After these the customer is asked, some minutes later, whether all is well.
_ASKED_AFTER = frozenset({Kind.REISSUE, Kind.EXTEND, Kind.CORRECT_ACCOUNT, Kind.CREDIT_BALANCE})


@dataclass(frozen=True)
class Wish:
    """What is asked for.

    Attributes:
        mark: names the remedy: asked for again, the first one is the answer ("refund:DD20261121A7K3").
        role: whose limits count: bot, or one of `desk.staff.roles.Role`.
        detail: what the action needs; see `doing`.
        approval: a supervisor has to decide, whatever the amount.
    """

    kind: Kind
    mark: str
    actor: str = "bot"
    role: str = "bot"
    order_no: str | None = None
    customer_id: str | None = None
    conversation_id: str | None = None
    yuan: Decimal = Decimal(0)
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    approval: bool = False


def ask(session: Session, shop: Shop, policies: Policies, wish: Wish) -> Remedy:
    """Do what is wished, or leave it to a supervisor; the same wish again gets the same answer.

    Returns:
        The remedy: done, waiting, or refused by a supervisor earlier.

    Raises:
        SwitchedOff: the operator does not allow it.
        ShopError: the shop cannot do it; nothing changed.
    """
    hold(session, f"remedy:{wish.mark}")
    if earlier := find(session, wish.mark):
        return earlier
    if not policies.may(doing.SWITCH[wish.kind]):
        raise SwitchedOff(kind=wish.kind)
    policy = policies.current
    # Sums of a day are counted one after the other, so that two halves cannot both slip under a limit.
    hold(session, f"remedies:{wish.role}")
    needs = wish.approval or wish.kind in policy.always_approve
    needs = needs or limits.exceeded(session, policy, wish.kind, wish.role, wish.customer_id, wish.yuan)
    remedy = Remedy(
        mark=wish.mark,
        kind=wish.kind,
        state=State.WAITING if needs else State.DONE,
        at=clock.now(),
        actor=wish.actor,
        role=wish.role,
        order_no=wish.order_no,
        customer_id=wish.customer_id,
        conversation_id=wish.conversation_id,
        fen=doing.fen(wish.yuan),
        reason=wish.reason[:200],
        detail=wish.detail,
        result={},
    )
    if not needs:
        remedy.result = doing.do(session, shop, remedy)
    session.add(remedy)
    session.flush()
    audit(session, remedy, wish.actor, "ask" if needs else "do")
    if not needs and remedy.conversation_id and wish.kind in _ASKED_AFTER:
        notices.follow_up(session, policy, remedy.conversation_id, f"remedy:{remedy.id}", wish.kind)
    return remedy


def find(session: Session, mark: str) -> Remedy | None:
    """Return the remedy of that mark, if it was ever asked for."""
    return session.scalar(select(Remedy).where(Remedy.mark == mark))


def of_order(session: Session, order_no: str) -> list[Remedy]:
    """Return all remedies of an order, the oldest first."""
    return list(session.scalars(select(Remedy).where(Remedy.order_no == order_no).order_by(Remedy.id)))


def of_people(
    session: Session,
    customer_ids: Collection[str],
    conversation_ids: Collection[str],
    limit: int,
    until: datetime | None = None,
) -> list[Remedy]:
    """Return what was asked for these customers, the newest first; only that of `until` or before, if given."""
    mine = or_(Remedy.customer_id.in_(customer_ids), Remedy.conversation_id.in_(conversation_ids))
    query = select(Remedy).where(mine)
    if until is not None:
        query = query.where(Remedy.at <= until)
    return list(session.scalars(query.order_by(Remedy.at.desc(), Remedy.id.desc()).limit(limit)))


def audit(session: Session, remedy: Remedy, actor: str, what: str) -> None:
    """Record a step of a remedy."""
    yuan = str(remedy.yuan) if remedy.fen else ""
    detail: dict[str, str | int | bool | None] = {"yuan": yuan, "reason": remedy.reason, "remedy": remedy.id}
    subject = remedy.order_no or remedy.customer_id or remedy.mark
    record(session, actor, f"remedy.{remedy.kind}.{what}", subject, remedy.conversation_id, detail)
