"""One at a time: what is decided about an order is not decided twice side by side."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def hold(session: Session, *names: str) -> None:
    """Keep other transactions that hold one of `names` waiting until this one ends.

    SQLite's writing transactions are alone anyway. Unique rows, not this lock, guarantee that nothing
    happens twice; the lock lets the second asker see the first one's result instead of failing.
    """
    if session.get_bind().dialect.name == "postgresql":
        for name in sorted(names):
            session.execute(_LOCK, {"name": name})
