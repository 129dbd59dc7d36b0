"""Finding audit entries: filters, times, pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk import clock
from desk.audit.search import MOST, find
from desk.audit.service import record
from desk.db import Database

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROWS = [  # one an hour, from noon on
    ("bot", "key.reissue", "o1", "c1"),
    ("agent:3", "key.deliver", "o1", "c1"),
    ("agent:3", "keyring.open", "o2", None),
    ("agent:33", "ticket.open", "T1", "c2"),
    ("system", "key_note", "o2", "c2"),
]


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as session:
        for hour, (actor, action, subject, conversation) in enumerate(ROWS):
            with clock.frozen(NOON + hour * HOUR):
                record(session, actor, action, subject, conversation)
    return database


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"actor": "agent:3"}, [3, 2]),
        ({"actor": "nobody"}, []),
        ({"action": "key."}, [2, 1]),
        ({"action": "key"}, [5, 3, 2, 1]),
        ({"action": "key_"}, [5]),
        ({"action": "Key."}, []),
        ({"action": "%"}, []),
        ({"action": "key.reissue"}, [1]),
        ({"subject": "o2"}, [5, 3]),
        ({"conversation_id": "c1"}, [2, 1]),
        ({"since": NOON + 3 * HOUR}, [5, 4]),
        ({"until": NOON + 3 * HOUR}, [3, 2, 1]),
        ({"since": NOON + HOUR, "until": NOON + 2 * HOUR}, [2]),
        ({"since": (NOON + 3 * HOUR).astimezone(clock.SHOP_ZONE)}, [5, 4]),
        ({"actor": "agent:3", "action": "key.", "subject": "o1", "conversation_id": "c1"}, [2]),
        ({"actor": "bot", "subject": "o2"}, []),
    ],
)
def test_filters(filled: Database, wanted: dict[str, Any], found: list[int]) -> None:
    with filled.read() as session:
        page = find(session, **wanted)
        assert ([entry.id for entry in page.entries], page.older) == (found, None)


def test_a_moment_without_a_zone_is_refused(filled: Database) -> None:
    with filled.read() as session, pytest.raises(Exception, match="naive datetime"):
        find(session, since=datetime(2026, 11, 21))


def test_pages_hold_still_while_entries_arrive(filled: Database) -> None:
    seen, before = [], None
    for _ in range(3):
        with filled.write() as session:
            page = find(session, limit=2, before=before)
            record(session, "bot", "x", "new")
        seen.append([entry.id for entry in page.entries])
        before = page.older
    assert (seen, before) == ([[5, 4], [3, 2], [1]], None)


@pytest.mark.parametrize(("limit", "count"), [(0, 1), (-5, 1), (5, 5), (6, 6), (10**9, MOST)])
def test_a_page_has_bounds(database: Database, limit: int, count: int) -> None:
    with database.write() as session:
        for n in range(MOST + 1):
            record(session, "bot", "x", str(n))
    with database.read() as session:
        assert len(find(session, limit=limit).entries) == count
