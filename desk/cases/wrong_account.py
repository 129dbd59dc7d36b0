"""充错账号: corrected while the top-up is still with the shop, stopped by a person once it is on its way."""

import re
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import access, effects, given, refunds, timing
from desk.cases.access import Asker, Owned
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import duration, masked, word
from desk.cases.states import DELIVERED, refund_amount, refunded_at, with_payment
from desk.cases.tickets_of import find_ticket, note_once, ticket, to_person
from desk.remedies.errors import SwitchedOff
from desk.remedies.model import Kind, Remedy, State
from desk.remedies.service import Wish, ask, find, of_order
from desk.shop.base import (
    BadAccount,
    NotCorrectable,
    NotRetryable,
    Order,
    OrderStatus,
    ProductKind,
    Unsupported,
)

TOPIC = "wrong_account"
_TOKEN = re.compile(r"(?<![0-9A-Za-z@._-])[0-9A-Za-z][0-9A-Za-z@._-]{4,59}")
_CLOSED = (OrderStatus.EXPIRED, OrderStatus.CANCELED)


def answer(session: Session, services: Services, asker: Asker, order_no: str, details: Mapping[str, str]) -> Outcome:
    """Correct the account of a top-up, or say what can still be tried; wrong goods are a matter of the refund rules.

    Args:
        details: said (the words that opened the topic), account (the right one), confirm ("yes" or "no").

    Raises:
        NotYours: see `access.require`.
    """
    owned = access.require(session, services, asker, order_no)
    order = with_payment(session, services, owned.order)
    if order.status is OrderStatus.UNPAID and not timing.lapsed(order):
        return about(order, TOPIC, "unpaid", product=order.product_name)
    if order.status in (OrderStatus.UNPAID, *_CLOSED):
        return about(order, TOPIC, "closed", product=order.product_name)
    if order.status is OrderStatus.REFUNDING:
        days = services.policy.refunds.arrival_days
        return about(order, TOPIC, "refunding", amount=refund_amount(order), refund_days=days)
    if order.status is OrderStatus.REFUNDED:
        return about(order, TOPIC, "refunded", amount=refund_amount(order), refunded_at=refunded_at(order))
    if order.kind is ProductKind.CARD_KEY:
        # The reason has been told: nobody is asked for it again.
        return refunds.answer(session, services, asker, order_no, {"reason": word("reason.wrong_goods"), **details})
    if order.status in DELIVERED:
        return _done(session, services, owned, given.agreed(details))
    if order.status is OrderStatus.PROCESSING:
        return _running(session, services, owned, _new_account(session, services, owned, details)[0])
    return _correctable(session, services, replace(owned, order=order), details)


def _running(session: Session, services: Services, owned: Owned, new: str | None) -> Outcome:
    order = owned.order
    if new is None or new != order.account or new != _corrected_to(session, order):
        return _stopped(session, services, owned, new)
    # Asked again after it was corrected and sent.
    eta = timing.eta_minutes(order, services.policy, effects.retried_at(session, order.no))
    return about(order, TOPIC, "done", product=order.product_name, account_masked=masked(new), eta_minutes=eta)


def _correctable(session: Session, services: Services, owned: Owned, details: Mapping[str, str]) -> Outcome:
    order, old = owned.order, masked(owned.order.account)
    if "account" not in details:
        told = _told(session, services, owned, details.get("said", ""))
        if told is None:
            return about(order, TOPIC, "account", asks="account", product=order.product_name, account_masked=old)
        details = {**details, "account": told}
    new, expected = _new_account(session, services, owned, details)
    if new is None:
        return about(order, TOPIC, "bad_account", asks="account", expected=expected)
    if new == order.account:
        if new != _corrected_to(session, order):
            return about(order, TOPIC, "same", asks="account", account_masked=old)
        return _on_its_way(session, services, owned)  # asked again
    agreed = given.agreed(details)
    if agreed is None:
        facts = {"product": order.product_name, "account_masked": old, "new_masked": masked(new)}
        return about(order, TOPIC, "confirm", asks="confirm", **facts)
    if not agreed:
        return about(order, TOPIC, "kept", account_masked=old)
    return _corrected(session, services, owned, new)


def _told(session: Session, services: Services, owned: Owned, said: str) -> str | None:
    """Return the one account besides the present one that the opening words name: 填错了，应该是 139…."""
    found = set()
    for token in _TOKEN.findall(given.clear(session, services, owned.asker, said) or ""):
        if not services.shop.order_no_like(token):
            found.add(_new_account(session, services, owned, {"account": token})[0])
    found -= {None, owned.order.account}
    return found.pop() if len(found) == 1 else None


def _new_account(
    session: Session, services: Services, owned: Owned, details: Mapping[str, str]
) -> tuple[str | None, str]:
    """Return the right account as the shop would keep it, or None and the form that it should have."""
    written = given.clear(session, services, owned.asker, details.get("account", ""))
    try:
        return (services.shop.checked_account(session, owned.order.no, written) if written else None), word("its_form")
    except BadAccount as bad:
        return None, str(bad.details["expected"])
    except Unsupported:
        return written, ""


def _corrected(session: Session, services: Services, owned: Owned, new: str) -> Outcome:
    order = owned.order
    wish = Wish(
        Kind.CORRECT_ACCOUNT,
        _mark(services, order, new),
        actor=owned.actor,
        order_no=order.no,
        customer_id=order.customer_id,
        conversation_id=owned.asker.conversation_id,
        reason=TOPIC,
        detail={"account": new},
    )
    if find(session, wish.mark) is not None:  # it was changed to this one before, and to another one since
        wish = replace(wish, mark=f"{wish.mark}:{len(_corrections(session, order))}")
    try:
        with session.begin_nested():
            remedy = ask(session, services.shop, services.policies, wish)
    except (SwitchedOff, Unsupported, NotCorrectable):
        return _stopped(session, services, owned, new)
    if remedy.state != State.DONE:
        return _stopped(session, services, owned, new)
    changed = services.shop.find_order(session, order.no) or order
    return _on_its_way(session, services, replace(owned, order=replace(changed, status=order.status)))


def _on_its_way(session: Session, services: Services, owned: Owned) -> Outcome:
    """Say when the corrected top-up will arrive; one that had failed is sent again."""
    order = owned.order
    facts = {"product": order.product_name, "account_masked": masked(order.account)}
    if order.status is OrderStatus.FAILED:
        try:
            sent = effects.retry_topup(session, services, owned)
        except (effects.LimitReached, NotRetryable):
            return _by_hand(session, services, owned)
        return about(order, TOPIC, "done", **facts, eta_minutes=timing.eta_minutes(sent, services.policy, clock.now()))
    if order.status is OrderStatus.PAID_WAIT and not timing.late(order, services.policy):
        return about(order, TOPIC, "done", **facts, eta_minutes=timing.eta_minutes(order, services.policy))
    return _by_hand(session, services, owned)


def _by_hand(session: Session, services: Services, owned: Owned) -> Outcome:
    """Leave the sending of a corrected top-up to a person."""
    order, within = owned.order, duration(services.policy.times.urgent_reply)
    facts = {"product": order.product_name, "account_masked": masked(order.account)}
    number = ticket(session, owned, "corrected").number
    return about(order, TOPIC, "done_by_hand", **facts, ticket_no=number, within=within)


def _stopped(session: Session, services: Services, owned: Owned, new: str | None) -> Outcome:
    """Call a person at once: what is on its way can only be stopped by hand, and only if quick."""
    opened = to_person(session, services, owned, TOPIC, TOPIC)
    if new is not None:
        note_once(session, opened, word("note.right_account", account=new), owned.actor)
    facts = {"account_masked": masked(owned.order.account), "ticket_no": opened.number}
    if new is None:
        return about(owned.order, TOPIC, "stopping", handoff=True, **facts)
    return about(owned.order, TOPIC, "by_hand", handoff=True, **facts, new_masked=masked(new))


def _done(session: Session, services: Services, owned: Owned, agreed: bool | None) -> Outcome:
    """Be honest: what has arrived the shop cannot take back; it can only ask the upstream."""
    order = owned.order
    if agreed or find_ticket(session, owned, "wrong_done") is not None:
        number = ticket(session, owned, "wrong_done").number
        within = duration(services.policy.times.ticket)
        account = masked(order.account)
        return about(order, TOPIC, "asked_upstream", account_masked=account, ticket_no=number, within=within)
    if agreed is not None:
        return about(order, TOPIC, "left", product=order.product_name)
    done = clock.spoken(order.delivered_at or order.paid_at or order.placed_at)
    facts = {"product": order.product_name, "account_masked": masked(order.account), "done_at": done}
    return about(order, TOPIC, "too_late", asks="confirm", **facts)


def _corrections(session: Session, order: Order) -> list[Remedy]:
    return [each for each in of_order(session, order.no) if each.kind == Kind.CORRECT_ACCOUNT]


def _corrected_to(session: Session, order: Order) -> str | None:
    """Return the account that the order was changed to last, if it ever was."""
    changes = _corrections(session, order)
    return str(changes[-1].detail["account"]) if changes else None


def _mark(services: Services, order: Order, account: str) -> str:
    # Keyed: phone numbers are few enough to try them all on a bare digest.
    return f"account:{order.no}:{services.vault.digest('account', account)[:32]}"
