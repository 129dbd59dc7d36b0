"""Finding entries: for those who look into what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry

MOST = 200


@dataclass(frozen=True)
class Page:
    """Entries, the newest first; `older` is the `before` of the next page, None on the last one."""

    entries: Sequence[AuditEntry]
    older: int | None


def find(
    session: Session,
    *,
    actor: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    conversation_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Page:
    """Return entries that meet all given filters, the newest first.

    Args:
        action: how the action begins: "key." finds "key.reissue".
        since: the first moment that counts, aware.
        until: the first moment that no longer counts, aware.
        before: `older` of the page before. Pages hold still while new entries arrive.
        limit: entries on a page, 1 to `MOST`.
    """
    limit = min(max(limit, 1), MOST)
    wanted = {"actor": actor, "subject": subject, "conversation_id": conversation_id}
    query = select(AuditEntry).filter_by(**{name: value for name, value in wanted.items() if value is not None})
    if action is not None:  # not LIKE: SQLite's takes "Key." for "key."
        query = query.where(func.substr(AuditEntry.action, 1, len(action)) == action)
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    if until is not None:
        query = query.where(AuditEntry.at < until)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    found = session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit + 1)).all()
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)
