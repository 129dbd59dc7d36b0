"""The one source of the present time, so that tests can stand still or travel."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SHOP_ZONE = ZoneInfo("Asia/Shanghai")

_frozen: datetime | None = None


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _frozen or datetime.now(UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Make `now()` return `moment` inside the block (tests only)."""
    global _frozen
    before, _frozen = _frozen, moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before


def local(moment: datetime) -> datetime:
    """Return `moment` on the clock of the shop's customers (Asia/Shanghai)."""
    return moment.astimezone(SHOP_ZONE)


def spoken(moment: datetime) -> str:
    """Return `moment` as an agent would write it in a chat: 今天 14:05, 昨天 09:30, 明天 09:00, 11月3日 18:00."""
    there, today = local(moment), local(now()).date()
    days = (today - there.date()).days
    day = {-2: "后天", -1: "明天", 0: "今天", 1: "昨天", 2: "前天"}.get(days)
    if day is None:
        year = "" if there.year == today.year else f"{there.year}年"
        day = f"{year}{there.month}月{there.day}日"
    return f"{day} {there:%H:%M}"


def spoken_iso(moment: str) -> str:
    """Return an ISO 8601 moment as `spoken` does; a text that is none is returned as it is."""
    try:
        return spoken(datetime.fromisoformat(moment))
    except ValueError:
        return moment
