"""The customer's own payments, refunds and payments into the wallet of the last weeks, one a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from desk import clock
from desk.cases.services import Services
from desk.cases.spoken import money, word
from desk.shop.base import PaymentState, RechargeState

SINCE = timedelta(days=30)
MOST = 8  # lines that are shown
_ORDERS = 30
_CAME = (PaymentState.SUCCESS, PaymentState.REFUNDING, PaymentState.REFUNDED)
_RECHARGED = (RechargeState.PAID, RechargeState.CREDITED)


@dataclass(frozen=True)
class Move:
    """Money that moved at a moment; `what` is a text of desk/texts/cases.yml, `about` what it was for."""

    at: datetime
    what: str
    yuan: Decimal
    about: str = ""


def of_customer(session: Session, services: Services, customer_id: str) -> list[Move]:
    """Return the newest moves, the newest first."""
    since = clock.now() - SINCE
    found = [*_orders(session, services, customer_id), *_recharges(session, services, customer_id)]
    return sorted((move for move in found if move.at > since), key=lambda move: move.at, reverse=True)[:MOST]


def lines(moves: list[Move]) -> str:
    """Return the moves as numbered lines."""
    told = [
        word(f"move.{move.what}", at=clock.spoken(move.at), amount=money(move.yuan), about=move.about) for move in moves
    ]
    return "\n".join(f"{place}. {line}" for place, line in enumerate(told, 1))


def _orders(session: Session, services: Services, customer_id: str) -> Iterator[Move]:
    for order in services.shop.orders_of(session, customer_id, _ORDERS):
        about = f"{order.product_name}，{order.no}"
        for payment in services.shop.payments(session, order.no):
            if payment.state in _CAME and payment.paid_at:
                yield Move(payment.paid_at, "payment", payment.amount, about)
        back = order.refunded_at or order.refund_requested_at
        if order.refund_amount is not None and back:
            yield Move(back, "refund" if order.refunded_at else "refunding", order.refund_amount, about)


def _recharges(session: Session, services: Services, customer_id: str) -> Iterator[Move]:
    for recharge in services.shop.recharges_of(session, customer_id, _ORDERS):
        if recharge.state in _RECHARGED:
            what = "recharge" if recharge.state is RechargeState.CREDITED else "recharge_open"
            yield Move(recharge.paid_at or recharge.placed_at, what, recharge.amount)
