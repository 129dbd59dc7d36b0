"""退款: what the shop's rules say about this order, why, then yes or no, then done, approved or on a ticket."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import access, effects, orders, refund_rules, timing, topup
from desk.cases.access import Asker, Owned
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import by_method, masked, money, word
from desk.cases.states import UNPAID, with_payment
from desk.cases.tickets_of import settle, ticket
from desk.policies.model import Decision, RefundRule
from desk.remedies.model import Remedy, State
from desk.remedies.service import find
from desk.shop.base import CardKey, KeyState, Order, OrderStatus

# The shop's own fault, or plain from the state: nobody asks why.
_OBVIOUS = (OrderStatus.FAILED, OrderStatus.OUT_OF_STOCK_AFTER_PAY)
_DUE = (OrderStatus.PAID_WAIT, OrderStatus.PROCESSING)
_OVER = (*UNPAID, OrderStatus.CANCELED, OrderStatus.REFUNDING, OrderStatus.REFUNDED)


def answer(session: Session, services: Services, asker: Asker, order_no: str, details: Mapping[str, str]) -> Outcome:
    """Decide about a wish for the money back.

    Args:
        details: reason, confirm ("yes" or "no").

    Returns:
        An outcome of topic refund; of topic order where there is nothing (more) to refund.

    Raises:
        NotYours: see `access.require`.
    """
    owned = access.require(session, services, asker, order_no)
    order = with_payment(session, services, owned.order)
    earlier = find(session, effects.refund_mark(order.no))
    if earlier is not None and earlier.state != State.DONE:
        return _earlier(order, earlier)
    if order.status in _OVER:
        return orders.status(session, services, asker, order_no)
    keys = services.shop.keys_of(session, order.no)
    rule = refund_rules.choose(services.policy.refunds, order, keys, clock.now())
    if rule.decision is Decision.REFUSE:
        return _refused(services, order, keys, rule)
    if rule.decision is Decision.WAIT:
        if timing.late(order, services.policy, effects.retried_at(session, order.no)):
            return topup.decide(session, services, owned)  # what became of it comes first
        eta = timing.eta_minutes(order, services.policy, effects.retried_at(session, order.no))
        return about(order, "refund", "wait", product=order.product_name, eta_minutes=eta)
    undelivered = effects.due(session, services, order)
    whole = rule.decision is Decision.REFUND
    amount = undelivered if whole else order.amount
    if "reason" not in details and order.status not in _OBVIOUS:
        choices = services.policy.refunds.reasons
        facts = _back(session, services, order, amount)
        late = order.status in _DUE and timing.late(order, services.policy)
        return about(order, "refund", "reason_late" if late else "reason", asks="reason", choices=choices, **facts)
    said = details.get("confirm")
    if said not in {"yes", "no"}:
        return about(order, "refund", "confirm", asks="confirm", **_back(session, services, order, amount))
    if said == "no":
        return about(order, "refund", "kept", product=order.product_name)
    reason = details.get("reason") or str(order.status)
    return _asked_back(session, services, owned, order, rule, amount, services.vault.mask(session, reason))


def _asked_back(
    session: Session, services: Services, owned: Owned, order: Order, rule: RefundRule, amount: Decimal, reason: str
) -> Outcome:
    product = order.product_name
    if rule.decision is Decision.TICKET:
        number = ticket(session, owned, "refund", amount=money(amount)).number
        return about(order, "refund", "ticket", product=product, amount=money(amount), ticket_no=number)
    approval = rule.decision is Decision.APPROVAL
    done = effects.refund(session, services, owned, reason, amount=amount if approval else None, approval=approval)
    if done.remedy is None:
        return about(order, "refund", "ticket", product=product, amount=money(amount), ticket_no=done.ticket.number)
    if done.remedy.state == State.WAITING:
        facts = {"product": product, "amount": money(done.remedy.yuan), "ticket_no": done.ticket.number}
        return about(order, "refund", "approval", **facts)
    settle(session, owned, "stock", "refund")
    facts = _back(session, services, order, done.amount)
    return about(order, "refund", "done", **facts, ticket_no=done.ticket.number)


def _earlier(order: Order, remedy: Remedy) -> Outcome:
    if remedy.state == State.REFUSED:
        note = remedy.decision_note or word("refund_refused")
        return about(order, "refund", "approval_refused", product=order.product_name, note=note)
    facts = {"product": order.product_name, "amount": money(remedy.yuan), "ticket_no": remedy.ticket_no or ""}
    return about(order, "refund", "approval_waiting", **facts)


def _refused(services: Services, order: Order, keys: list[CardKey], rule: RefundRule) -> Outcome:
    product = order.product_name
    match rule.name:
        case "key_used":
            used = [key.used_at for key in keys if key.live and key.state is KeyState.USED and key.used_at]
            used_at = clock.spoken(min(used)) if used else word("unknown_time")
            return about(order, "refund", "refuse_key_used", product=product, used_at=used_at)
        case "key_unused_late":
            return about(
                order, "refund", "refuse_key_unused_late", product=product, hours=services.policy.refunds.cooling_hours
            )
        case "topup_done":
            done = order.delivered_at or order.paid_at or order.placed_at
            return about(
                order,
                "refund",
                "refuse_topup_done",
                product=product,
                account_masked=masked(order.account),
                done_at=clock.spoken(done),
            )
        case _:
            return about(order, "refund", "refuse", product=product)


def _back(session: Session, services: Services, order: Order, amount: Decimal) -> dict[str, Any]:
    """Return what goes back, whither and when."""
    payment = services.shop.payment(session, order.no)
    method = by_method("method", payment.method if payment else None)
    days = services.policy.refunds.arrival_days
    return {"product": order.product_name, "amount": money(amount), "target": method, "refund_days": days}
