"""余额没到账: what became of the customer's payments into the wallet; a paid one that is late is credited now."""

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import matters, money_seen, told
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import duration, money, word
from desk.cases.tickets_of import note_once
from desk.cases.timing import minutes_until
from desk.policies.model import Policy
from desk.remedies.errors import SwitchedOff
from desk.remedies.model import Kind, Remedy, State
from desk.remedies.service import Wish, ask
from desk.serial import hold
from desk.shop.base import NotCreditable, Recharge, RechargeState, Unsupported
from desk.tickets.model import Ticket
from desk.tickets.search import of_owner

INTENT = "balance_not_credited"
_UNSEEN, _LATE = "balance", "balance_late"  # problems of tickets
_SPAN = re.compile(r"(\d+)\s*(分|小时)")
R = RechargeState


def answer(session: Session, services: Services, asker: Asker, details: Mapping[str, str]) -> Outcome:
    """Find the payment into the wallet, and credit it where the shop should have.

    Args:
        details: details: when, how much and how it was paid, in the customer's words.
    """
    hold(session, f"balance:{matters.whose(asker)}")
    words = details.get("details", "").strip()
    if asker.customer_id is None:
        return _filed(session, services, asker, words) if words else _unseen(session, services, asker, "guest")
    recharges = services.shop.recharges_of(session, asker.customer_id)
    paid = [one for one in recharges if one.state is R.PAID]
    grace, now = _grace(services.policy), clock.now()
    if late := [one for one in paid if now - (one.paid_at or one.placed_at) >= grace]:
        return _credited(session, services, asker, late)
    if paid:
        due = (paid[0].paid_at or paid[0].placed_at) + grace
        return build(
            "balance", "soon", **_facts(paid[0]), paid_at=money_seen.at(paid[0].paid_at), minutes=minutes_until(due)
        )
    if words:
        return _filed(session, services, asker, words)
    newest = recharges[0] if recharges else None
    if newest is None or _known(session, services, asker, newest):
        return _unseen(session, services, asker, "missing")
    return _stands(session, services, asker.customer_id, newest)


def _stands(session: Session, services: Services, customer_id: str, recharge: Recharge) -> Outcome:
    match recharge.state:
        case R.CREDITED:
            balance = money(services.shop.balance(session, customer_id))
            credited_at = money_seen.at(recharge.credited_at)
            return build("balance", "credited", **_facts(recharge), credited_at=credited_at, balance=balance)
        case R.PENDING:
            return build("balance", "pending", **_facts(recharge), placed_at=clock.spoken(recharge.placed_at))
        case _:
            return build("balance", "closed", **_facts(recharge), placed_at=clock.spoken(recharge.placed_at))


def _credited(session: Session, services: Services, asker: Asker, late: list[Recharge]) -> Outcome:
    """Credit what is late; what the shop cannot do is left to finance."""
    done = [_credit(session, services, asker, one) for one in late]
    amount = money(sum((one.amount for one in late), Decimal(0)))
    if all(remedy is not None and remedy.state == State.DONE for remedy in done):
        assert asker.customer_id is not None
        balance = money(services.shop.balance(session, asker.customer_id))
        return build("balance", "credited_now", amount=amount, balance=balance)
    opened, _ = matters.open_matter(session, asker, "finance", _LATE, about=late[0].no, amount=amount)
    for remedy in done:
        if remedy is not None and remedy.ticket_no is None:
            remedy.ticket_no = opened.number
    within = duration(services.policy.times.ticket)
    return build("balance", "ticket", amount=amount, ticket_no=opened.number, within=within)


def _credit(session: Session, services: Services, asker: Asker, recharge: Recharge) -> Remedy | None:
    wish = Wish(
        Kind.CREDIT_BALANCE,
        f"credit:{recharge.no}",
        customer_id=recharge.customer_id,
        conversation_id=asker.conversation_id,
        yuan=recharge.amount,
        reason=INTENT,
        detail={"recharge_no": recharge.no},
    )
    try:
        with session.begin_nested():
            return ask(session, services.shop, services.policies, wish)
    except (SwitchedOff, Unsupported, NotCreditable):
        return None


def _unseen(session: Session, services: Services, asker: Asker, outcome: str) -> Outcome:
    """Ask once what was paid; whoever has told it already gets a person."""
    if (opened := _open_one(session, asker)) is not None:
        return _handed(session, services, asker, opened)
    return build("balance", outcome, asks="details")


def _filed(session: Session, services: Services, asker: Asker, words: str) -> Outcome:
    opened, _ = matters.open_matter(session, asker, "finance", _UNSEEN)
    note_once(session, opened, word("said", words=matters.heard(session, services, words)), "bot")
    return _handed(session, services, asker, opened)


def _handed(session: Session, services: Services, asker: Asker, opened: Ticket) -> Outcome:
    passed = matters.to_person(session, services, asker, opened, reason="finance", intent=INTENT, priority="normal")
    within = duration(services.policy.times.ticket)
    return build("balance", "filed", handoff=True, also=(passed,), ticket_no=opened.number, within=within)


def _open_one(session: Session, asker: Asker) -> Ticket | None:
    mine = of_owner(session, asker.customer_id, asker.conversation_id, limit=20, unfinished=True)
    return next((one for one in mine if (one.dedupe or "").startswith(f"{_UNSEEN}:")), None)


def _known(session: Session, services: Services, asker: Asker, recharge: Recharge) -> bool:
    """Say whether the customer was told how this one stands, and so means another."""
    subject = f"recharge:{recharge.no}:{recharge.state}"
    return told.again(session, services.policy, asker.conversation_id, subject)


def _facts(recharge: Recharge) -> dict[str, Any]:
    return {"amount": money(recharge.amount), "method": money_seen.method(recharge.method)}


def _grace(policy: Policy) -> timedelta:
    """Return how long crediting usually takes: the figure that customers are told; none where there is none."""
    found = _SPAN.search(policy.facts.get("balance_minutes", ""))
    if found is None:
        return timedelta()
    return timedelta(minutes=int(found[1])) if found[2] == "分" else timedelta(hours=int(found[1]))
