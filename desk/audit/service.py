"""Writing and reading the audit."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.vault.patterns import key_spans
from desk.vault.scan import Scan
from desk.vault.service import HIDDEN

Detail = Mapping[str, str | int | bool | None]


def record(
    session: Session,
    actor: str,
    action: str,
    subject: str,
    conversation_id: str | None = None,
    detail: Detail | None = None,
) -> AuditEntry:
    """Write one entry in the caller's transaction: no effect without its entry, no entry without its effect.

    Args:
        actor: "bot", "agent:3" or "system".
        action: what was done, e.g. "key.reissue".
        subject: what it was done to: an order number, a ticket number.
        detail: flat facts (why, how much). What looks like a card key is hidden, whoever put it there;
            `order` is known to be an order number.
    """
    entry = AuditEntry(
        actor=actor,
        action=action,
        subject=subject,
        conversation_id=conversation_id,
        detail={name: _without_keys(name, value, subject) for name, value in (detail or {}).items()},
    )
    session.add(entry)
    session.flush()
    return entry


def of_conversation(session: Session, conversation_id: str) -> list[AuditEntry]:
    """Return what was done in a conversation, from the beginning."""
    query = select(AuditEntry).where(AuditEntry.conversation_id == conversation_id).order_by(AuditEntry.id)
    return list(session.scalars(query))


def of_subject(session: Session, subject: str) -> list[AuditEntry]:
    """Return what was done to an order or a ticket, from the beginning."""
    query = select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
    return list(session.scalars(query))


def _without_keys(name: str, value: str | int | bool | None, subject: str) -> str | int | bool | None:
    if not isinstance(value, str) or name == "order":
        return value
    scan = Scan(value)
    for start, end in reversed(key_spans(scan, (), lambda token: token == subject)):
        first, last = scan.original(start, end)
        value = value[:first] + HIDDEN + value[last:]
    return value
