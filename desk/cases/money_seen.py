"""What the shop's payments say, in an agent's words: who refused and why, which ways to pay work, what was paid."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from desk import clock
from desk.cases.access import Asker
from desk.cases.services import Services
from desk.cases.spoken import money, word
from desk.shop.base import Channel, Order, OrderStatus, Payment, PaymentState
from desk.texts import table

BALANCE = "balance"
CLOSED = (OrderStatus.EXPIRED, OrderStatus.CANCELED)
_CAME = (PaymentState.SUCCESS, PaymentState.REFUNDING, PaymentState.REFUNDED)
_OTHERWISE = "otherwise"
_LONGEST_REASON = 60


def came(payments: Iterable[Payment]) -> list[Payment]:
    """Return the payments whose money came, given back or not; the order's own one first."""
    return sorted((one for one in payments if one.state in _CAME), key=lambda one: one.surplus)


def unnoticed(order: Order, payments: Iterable[Payment]) -> list[Payment]:
    """Return the money that came for an order which the shop holds for unpaid or closed; [] where all is well."""
    if order.status is not OrderStatus.UNPAID and order.status not in CLOSED:
        return []
    return [one for one in came(payments) if one.state is PaymentState.SUCCESS]


def last_tried(payments: Sequence[Payment]) -> Payment | None:
    """Return the last payment that came to an end, the last begun one where none did, None where there is none."""
    ended = [one for one in payments if one.state is not PaymentState.PENDING] or payments
    return ended[-1] if ended else None


def why(payment: Payment) -> str:
    """Return the provider's words for a failed payment, without who says it."""
    said = (payment.failure or "").strip()
    return (said.partition("返回：")[2] or said)[:_LONGEST_REASON] or word("pay.no_reason")


def advice(payment: Payment) -> str:
    """Return what helps against the refusal: see desk/texts/refusals.yml."""
    said, known = (payment.failure or "").casefold(), table("refusals")
    fitting = (text for words, text in known.items() if any(one.casefold() in said for one in words.split("|")))
    return next(fitting, known[_OTHERWISE])


def open_channels(
    session: Session, services: Services, asker: Asker, order: Order | None = None, but: str = ""
) -> list[Channel]:
    """Return the ways in which the asker can pay now; the wallet only where it holds enough.

    Args:
        but: the code of the one that was tried.
    """
    working = [one for one in services.shop.channels(session) if one.down_since is None and one.code != but]
    if _wallet_pays(session, services, asker, order):
        return working
    return [one for one in working if one.code != BALANCE]


def named(channels: Iterable[Channel]) -> str:
    """Return ways to pay in one breath."""
    return word("pay.join").join(one.name for one in channels) or word("pay.same")


def method(code: str) -> str:
    """Return where money was paid from, and goes back to."""
    return table("cases").get(f"method.{code}", word("method.original"))


def lines(payments: Iterable[Payment]) -> str:
    """Return payments one a line: time, method, amount, the end of the provider's number, what became of it."""
    return "\n".join(_line(place, one) for place, one in enumerate(payments, 1))


def at(moment: datetime | None) -> str:
    """Return a moment in words, or that nobody knows."""
    return clock.spoken(moment) if moment else word("unknown_time")


def _line(place: int, payment: Payment) -> str:
    return word(
        f"pay.line.{payment.state}",
        place=place,
        at=at(payment.paid_at),
        method=method(payment.method),
        amount=money(payment.amount),
        tail=(payment.trade_no or "")[-4:] or word("pay.no_tail"),
    )


def _wallet_pays(session: Session, services: Services, asker: Asker, order: Order | None) -> bool:
    if asker.customer_id is None:
        return False
    if order is not None and order.customer_id != asker.customer_id:
        return False
    return services.shop.balance(session, asker.customer_id) >= (order.amount if order else 1)
