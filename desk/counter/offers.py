"""What can be done about an order now: why not, which limits apply, whether a supervisor has to decide."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import effects, refund_rules
from desk.cases.access import Owned
from desk.cases.freezing import account_of
from desk.cases.services import Services
from desk.cases.spoken import money
from desk.counter.model import KINDS, SWITCHES, Act, Who
from desk.policies.model import Decision
from desk.remedies import limits
from desk.remedies.limits import Allowance
from desk.remedies.model import Remedy, State
from desk.remedies.service import find
from desk.shop.base import AccountState, CardKey, KeyState, Order, OrderStatus, ProductKind
from desk.texts import table

_UNPAID = (OrderStatus.UNPAID,)
_GONE = (OrderStatus.EXPIRED, OrderStatus.CANCELED)
_BACK = (OrderStatus.REFUNDING, OrderStatus.REFUNDED)
_CORRECTABLE = (OrderStatus.PAID_WAIT, OrderStatus.FAILED, OrderStatus.UNPAID)


@dataclass(frozen=True)
class Offer:
    """One thing that an agent could do.

    `why_not` says why it cannot be done now; empty: it can. `needs` says why a supervisor has to decide whatever the
    amount; `allowance` decides about the rest. `most` is the largest sum, `usual` the one that is suggested.
    """

    act: Act
    title: str
    does: str
    why_not: str = ""
    needs: str = ""
    allowance: Allowance = field(default_factory=Allowance)
    keys: tuple[tuple[int, str], ...] = ()
    most: Decimal = Decimal(0)
    usual: Decimal = Decimal(0)

    @property
    def limits(self) -> list[str]:
        """The limits in words."""
        left, end = self.allowance, "_pieces" if self.allowance.pieces else ""
        found = [("customer", left.customer), ("day", left.day)]
        said = [word("limit.once", yuan=money(left.once))] if left.once is not None else []
        for name, limit in found:
            if limit is not None:
                rest = max(limit, Decimal(0))
                said.append(word(f"limit.{name}{end}", yuan=money(rest), count=int(rest)))
        return said

    def verdict(self, yuan: Decimal) -> str:
        """Return why this sum has to wait for a supervisor; empty where it does not."""
        return self.needs or ("" if self.allowance.covers(yuan) else word("needs.over"))


def word(key: str, **values: object) -> str:
    """Return a text of desk/texts/counter.yml."""
    return table("counter")[key].format(**values)


def mark(act: Act, owned: Owned, form: str, key: int = 0) -> str:
    """Return the mark of what is asked for: by order where it can happen once, by form where it may come again."""
    no = owned.order.no
    match act:
        case Act.REFUND | Act.DISCOUNT:  # the shop gives money of an order back once
            return effects.refund_mark(no)
        case Act.REISSUE:
            return f"reissue:{no}:{key}"
        case _:
            return f"{act}:{no}:{form}"


def offers(session: Session, services: Services, owned: Owned, who: Who) -> list[Offer]:
    """Return what fits this kind of order, also what cannot be done now, with the reason."""
    keys = services.shop.keys_of(session, owned.order.no)
    return [_offer(session, services, owned, who, act, keys) for act in Act if _fits(act, owned.order)]


def offer(session: Session, services: Services, owned: Owned, who: Who, act: Act) -> Offer:
    """Return one of them as it stands now."""
    return _offer(session, services, owned, who, act, services.shop.keys_of(session, owned.order.no))


def _fits(act: Act, order: Order) -> bool:
    card = order.kind is ProductKind.CARD_KEY
    if act in (Act.RESEND, Act.DELIVER, Act.REISSUE, Act.EXTEND):
        return card
    return not card if act in (Act.RETRY_TOPUP, Act.CORRECT_ACCOUNT) else True


def _offer(session: Session, services: Services, owned: Owned, who: Who, act: Act, keys: Sequence[CardKey]) -> Offer:
    order, policy = owned.order, services.policy
    kind = KINDS.get(act)
    step = policy.delays[-1] if policy.delays else None
    most, usual = _sums(session, services, owned, act)
    return Offer(
        act=act,
        title=word(f"act.{act}"),
        does=word(f"does.{act}", days=policy.refunds.arrival_days, valid_days=step.valid_days if step else 30),
        why_not=_why_not(session, services, owned, act, keys),
        needs=_needs(session, services, owned, who, act, keys),
        allowance=limits.allowance(session, policy, kind, who.role, order.customer_id) if kind else Allowance(),
        keys=_choices(act, keys),
        most=most,
        usual=usual,
    )


def _sums(session: Session, services: Services, owned: Owned, act: Act) -> tuple[Decimal, Decimal]:
    order = owned.order
    match act:
        case Act.REFUND:
            return order.amount, effects.due(session, services, order) or order.amount
        case Act.DISCOUNT:
            return order.amount, Decimal(0)
        case Act.COUPON:
            late = services.policy.coupon_for(clock.now() - order.paid_at) if order.paid_at else None
            return services.policy.limits.supervisor.once.coupon, late.coupon if late else Decimal(0)
        case _:
            return Decimal(0), Decimal(0)


def _why_not(session: Session, services: Services, owned: Owned, act: Act, keys: Sequence[CardKey]) -> str:
    order = owned.order
    if act in SWITCHES and not services.policies.may(SWITCHES[act]):
        return word("no.switched_off")
    live = [key for key in keys if key.live]
    account = account_of(session, services, order.customer_id) if order.customer_id else None
    frozen = account is not None and account.state is AccountState.FROZEN
    paid = order.status not in (*_UNPAID, *_GONE)
    match act:
        case Act.RESEND | Act.REISSUE | Act.EXTEND if not live:
            return word("no.no_keys")
        case Act.RESEND | Act.REISSUE | Act.EXTEND | Act.DELIVER if order.frozen:
            return word("no.order_frozen")
        case Act.REISSUE | Act.EXTEND | Act.DELIVER | Act.REFUND | Act.DISCOUNT if order.status in _BACK:
            return _before(session, owned, act) or word("no.refunding")
        case Act.DELIVER | Act.REFUND | Act.DISCOUNT if not paid:
            return word("no.not_paid")
        case Act.DELIVER if len(live) >= order.quantity:
            return word("no.all_there")
        case Act.RETRY_TOPUP if order.status is not OrderStatus.FAILED:
            return word("no.not_failed")
        case Act.CORRECT_ACCOUNT if order.status not in _CORRECTABLE:
            return word("no.sent")
        case Act.CANCEL_ORDER if paid:
            return word("no.paid")
        case Act.CANCEL_ORDER if order.status in _GONE:
            return word("no.over")
        case Act.COUPON | Act.FREEZE_ACCOUNT | Act.UNFREEZE_ACCOUNT if order.customer_id is None:
            return word("no.guest")
        case Act.FREEZE_ACCOUNT if frozen:
            return word("no.frozen")
        case Act.UNFREEZE_ACCOUNT if not frozen:
            return word("no.not_frozen")
        case Act.FREEZE_ORDER if order.frozen:
            return word("no.done")
        case Act.REFUND | Act.DISCOUNT:
            return _before(session, owned, act)
        case _:
            return ""


def _before(session: Session, owned: Owned, act: Act) -> str:
    """Return what became of the order's one refund, if it was ever asked for."""
    earlier = find(session, mark(act, owned, ""))
    return "" if earlier is None else said_of(earlier)


def said_of(remedy: Remedy) -> str:
    """Return how far a remedy is, in the agents' words."""
    match remedy.state:
        case State.WAITING:
            return word("no.waiting")
        case State.REFUSED:
            return word("no.refused", note=remedy.decision_note)
        case _:
            return word("no.done")


def _needs(session: Session, services: Services, owned: Owned, who: Who, act: Act, keys: Sequence[CardKey]) -> str:
    policy, order = services.policy, owned.order
    if KINDS.get(act) in policy.always_approve:
        return word("needs.always")
    if who.role == "supervisor":
        return ""
    replaced = sum(not key.live for key in keys)
    if act is Act.REISSUE and replaced >= policy.keys.reissues_per_order:
        return word("needs.again", count=replaced)
    if act is Act.REFUND:
        rule = refund_rules.choose(policy.refunds, order, keys, clock.now())
        return "" if rule.decision is Decision.REFUND else word("needs.rule")
    return word("needs.unfreeze") if act is Act.UNFREEZE_ACCOUNT else ""


def used_since(order: Order, key: CardKey) -> bool:
    """Say whether the key was redeemed after it was sold: then it was no fault of the shop's."""
    sold = key.sold_at or order.delivered_at or order.paid_at
    return key.state is KeyState.USED and bool(key.used_at and sold and key.used_at >= sold)


def _choices(act: Act, keys: Sequence[CardKey]) -> tuple[tuple[int, str], ...]:
    if act not in (Act.REISSUE, Act.EXTEND):
        return ()
    return tuple((key.id, _line(place, key)) for place, key in enumerate(keys, 1) if key.live)


def _line(place: int, key: CardKey) -> str:
    state = word(f"key.{key.state}")
    at = key.used_at or (key.expires_at if key.state is KeyState.EXPIRED else None)
    return (
        word("key.line_at", place=place, state=state, at=clock.spoken(at))
        if at
        else word("key.line", place=place, state=state)
    )
