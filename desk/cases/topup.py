"""充值没到账: what became of a top-up, repeating or refunding it by policy."""

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import effects, timing, told
from desk.cases.access import Owned
from desk.cases.compensation import with_coupon
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import masked, money, word
from desk.cases.states import DELIVERED, explained, paid_unnoticed
from desk.cases.tickets_of import ticket, to_person
from desk.remedies.model import State
from desk.shop.base import NotRetryable, Order, OrderStatus

INTENT = "topup_failed"


def decide(session: Session, services: Services, owned: Owned) -> Outcome:
    """Decide about a top-up order."""
    order = owned.order
    if paid_unnoticed(session, services, order):
        return _late(session, services, owned)
    said = explained("topup", order, services.policy)
    if said is not None:
        return said
    if order.status is OrderStatus.FAILED:
        return _failed(session, services, owned)
    if order.status in DELIVERED:
        return _done(session, services, owned)
    since = effects.retried_at(session, order.no)
    if order.status is OrderStatus.OUT_OF_STOCK_AFTER_PAY or timing.late(order, services.policy, since):
        return _late(session, services, owned)
    return about(
        order,
        "topup",
        "pending",
        account_masked=masked(order.account),
        product=order.product_name,
        eta_minutes=timing.eta_minutes(order, services.policy, since),
    )


def refunded(session: Session, services: Services, owned: Owned, topic: str, reason: str) -> Outcome:
    """Ask the money back and say so, under `topic`."""
    asked = effects.refund(session, services, owned, reason)
    if asked.remedy is not None and asked.remedy.state == State.WAITING:
        number = asked.ticket.number
        return about(owned.order, topic, "refund_waiting", amount=money(asked.amount), ticket_no=number)
    days = services.policy.refunds.arrival_days
    facts = {"amount": money(asked.amount), "refund_days": days, "ticket_no": asked.ticket.number}
    return about(owned.order, topic, "refund_requested", **facts)


def _failed(session: Session, services: Services, owned: Owned) -> Outcome:
    order = owned.order
    if not _hopeless(order, services):
        try:
            sent = effects.retry_topup(session, services, owned)
        except effects.LimitReached:
            pass
        except NotRetryable:
            return _late(session, services, owned)
        else:
            eta = timing.eta_minutes(sent, services.policy, clock.now())
            said = about(order, "topup", "retried", account_masked=masked(order.account), eta_minutes=eta)
            return with_coupon(session, services, owned, said)
    return refunded(session, services, owned, "topup", "topup_failed")


def _hopeless(order: Order, services: Services) -> bool:
    failure = order.failure or ""
    return any(words in failure for words in services.policy.delivery.hopeless_failures)


def _done(session: Session, services: Services, owned: Owned) -> Outcome:
    order = owned.order
    if told.again(session, services.policy, owned.asker.conversation_id, f"done:{order.no}"):
        opened = to_person(session, services, owned, "still_missing", INTENT)
        account = masked(order.account)
        return about(order, "topup", "still_missing", handoff=True, account_masked=account, ticket_no=opened.number)
    product = services.shop.product(session, order.product_id)
    return about(
        order,
        "topup",
        "done",
        account_masked=masked(order.account),
        done_at=clock.spoken(order.delivered_at or order.paid_at or order.placed_at),
        proof_no=order.proof_no or word("no_proof_no"),
        # The last step of a top-up's instructions says where the customer sees it.
        where=product.redeem_steps[-1] if product and product.redeem_steps else word("where"),
    )


def _late(session: Session, services: Services, owned: Owned) -> Outcome:
    number = ticket(session, owned, "topup_late").number
    said = about(owned.order, "topup", "late", account_masked=masked(owned.order.account), ticket_no=number)
    return with_coupon(session, services, owned, said)
