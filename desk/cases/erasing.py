"""Taking what conversations proved, typed and were told out of the case services."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from desk import clock
from desk.cases import calls
from desk.cases.model import OrderGrant, ProofFailure, Told

# A turn is repeated within minutes, if at all; whose call it was is not kept.
_REPEATED_WITHIN = timedelta(minutes=10)


def erase(session: Session, conversation_ids: Collection[str]) -> None:
    """Remove proofs, tries and what was told, and all answers of calls that nobody repeats any more."""
    for table in (OrderGrant, ProofFailure, Told):
        mine = delete(table).where(table.conversation_id.in_(conversation_ids))
        session.execute(mine.execution_options(synchronize_session=False))
    calls.forget(session, clock.now() - _REPEATED_WITHIN)
