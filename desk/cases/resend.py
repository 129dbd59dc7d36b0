"""卡密丢了: showing a delivered key to its owner again; whoever never had it gets it as after 卡密没到."""

from sqlalchemy.orm import Session

from desk.audit.service import record
from desk.cases import access, arrival
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome
from desk.cases.services import Services


def answer(session: Session, services: Services, asker: Asker, order_no: str) -> Outcome:
    """Show the order's keys again.

    Raises:
        NotYours: see `access.require`.
    """
    outcome = arrival.answer(session, services, asker, order_no)
    if outcome.name == ("not_received", "delivered_again"):
        detail = {"count": len(outcome.cards)}
        record(session, "bot", "key.show", access.mark(order_no), asker.conversation_id, detail)
    return outcome
