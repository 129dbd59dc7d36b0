"""Money around a bench's orders: channels out of order, payments into wallets, remedies, crowds."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select

from desk import clock
from desk.cases.outcomes import Outcome
from desk.remedies import approvals
from desk.remedies.model import Remedy
from desk.shop.base import PaymentState, RechargeState
from desk.shop.embedded import channels
from desk.shop.embedded.demo import bring_customer
from desk.shop.embedded.draft import Draft
from desk.shop.embedded.scenario_money import Paid, add_recharge
from desk.tickets import search
from tests.support.cases import OWNER, Bench

CAME = Paid(PaymentState.SUCCESS, "wechat")
OFF = dict.fromkeys(("refund", "credit_balance", "coupon"), "off")


def failed(words: str, method: str = "wechat") -> Paid:
    """Return a payment that its provider refused in these words."""
    return Paid(PaymentState.FAILED, method, words)


def channel_down(bench: Bench, *codes: str, minutes: float = 20) -> None:
    """Put ways to pay out of order."""
    with bench.database.write() as session:
        for code in codes:
            channels.report(session, code, clock.now() - timedelta(minutes=minutes))


def recharge(
    bench: Bench, amount: str, state: RechargeState, minutes: float = 20, customer_id: str = OWNER, **more: Any
) -> str:
    """Make a payment into a wallet, paid (or begun) `minutes` ago; return its number."""
    with bench.database.write() as session:
        bring_customer(session, customer_id)
        draft = Draft(Random(), clock.now())
        no = add_recharge(draft, customer_id, Decimal(amount), state, timedelta(minutes=minutes), **more)
        draft.write(session, bench.vault)
        return no


def balance(bench: Bench, customer_id: str = OWNER) -> Decimal:
    """Return what is in the customer's wallet."""
    with bench.database.read() as session:
        return bench.shop.balance(session, customer_id)


def remedies(bench: Bench) -> list[tuple[str, str, str]]:
    """Return kind, state and yuan of all remedies, in order."""
    with bench.database.read() as session:
        rows = session.scalars(select(Remedy).order_by(Remedy.id))
        return [(row.kind, row.state, str(row.yuan)) for row in rows]


def decide(bench: Bench, *, approve: bool, note: str = "") -> None:
    """Let a supervisor decide about all that waits."""
    with bench.database.write() as session:
        for row in approvals.waiting(session):
            approvals.decide(
                session,
                bench.shop,
                bench.services.policies,
                row.id,
                actor="agent:1",
                role="supervisor",
                approve=approve,
                note=note,
            )


def notes(bench: Bench) -> list[str]:
    """Return what agents read on the only ticket, beyond its opening."""
    with bench.database.read() as session:
        return [event.text for event in search.history(session, bench.ticket()) if event.kind == "note"]


def at_once(bench: Bench, fn: Callable[..., Outcome], *arguments: Any) -> Counter[str]:
    """Call a service twenty times at once, each in a transaction of its own; count the outcomes."""
    with ThreadPoolExecutor(20) as crowd:
        return Counter(crowd.map(lambda _: bench.call(fn, *arguments).outcome, range(20)))
