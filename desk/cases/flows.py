"""The flows: one function each, asked again with what the customer has answered until nothing is left to ask.

A flow decides from the shop's state and from `details`, so a repeated or late call cannot do a thing twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from sqlalchemy.orm import Session

from desk.cases import (
    balances,
    cancel,
    duplicates,
    invoice,
    merchant_api,
    merchants,
    paying,
    refund_progress,
    refunds,
    reseller,
    risk,
    settlement,
    wrong_account,
)
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome
from desk.cases.services import Services
from desk.errors import NotFound


class NoFlow(NotFound):
    """There is no flow of this name."""

    code: ClassVar[str] = "no_flow"


@dataclass(frozen=True)
class Question:
    """What a flow is asked.

    Attributes:
        order_no: the order it is about, where the topic is about one.
        details: what the customer has answered, by the name under which the flow asked; raw text, so check it.
    """

    order_no: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


Flow = Callable[[Session, Services, Asker, Question], Outcome]


def _risk(intent: str) -> Flow:
    return lambda s, services, asker, q: risk.answer(s, services, asker, intent, q.order_no, q.details.get("said", ""))


_FLOWS: Mapping[str, Flow] = {
    "refund": lambda s, services, asker, q: refunds.answer(s, services, asker, q.order_no or "", q.details),
    "cancel": lambda s, services, asker, q: cancel.answer(s, services, asker, q.order_no or "", q.details),
    "invoice": lambda s, services, asker, q: invoice.answer(s, services, asker, q.order_no or "", q.details),
    "wrong-account": lambda s, services, asker, q: wrong_account.answer(
        s, services, asker, q.order_no or "", q.details
    ),
    "refund-progress": lambda s, services, asker, q: refund_progress.answer(
        s, services, asker, q.order_no or "", q.details
    ),
    "payment": lambda s, services, asker, q: paying.answer(s, services, asker, q.order_no, q.details),
    "duplicate": lambda s, services, asker, q: duplicates.answer(s, services, asker, q.order_no or "", q.details),
    "balance": lambda s, services, asker, q: balances.answer(s, services, asker, q.details),
    "merchant-bulk": lambda s, services, asker, q: merchants.bulk(s, services, asker, q.details),
    "merchant-settlement": lambda s, services, asker, q: settlement.answer(s, services, asker, q.details),
    "merchant-api": lambda s, services, asker, q: merchant_api.answer(s, services, asker, q.details),
    "become-reseller": lambda s, services, asker, q: reseller.answer(s, services, asker, q.details),
    "account-stolen": _risk("account_stolen"),
    "account-frozen": _risk("account_frozen"),
    "report-fraud": _risk("report_fraud"),
    "fund-dispute": _risk("fund_dispute"),
}


def answer(session: Session, services: Services, asker: Asker, name: str, question: Question) -> Outcome:
    """Ask a flow.

    Raises:
        NoFlow: no such flow.
        NotYours: see `access.require`.
    """
    flow = _FLOWS.get(name)
    if flow is None:
        raise NoFlow
    return flow(session, services, asker, question)
