"""The audit's chain: what is done to it is found, by place and by reason."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from desk.audit.anchor import AnchorFile
from desk.audit.chain import START, Chain, canonical
from desk.audit.errors import AnchorDamaged, OtherKey
from desk.audit.model import AuditEntry
from desk.audit.verifying import Broken
from desk.db import Database
from desk.vault.service import Vault
from tests.support import databases
from tests.support.audit import Attack, Ledger, sql

ALTERED, MISSING, CUT, FIRST = "altered", "missing, or out of its place", "missing: the chain", "sealed here first"
_COPY = """INSERT INTO audit_entries (id, at, actor, action, subject, conversation_id, detail, place, prev_hash, hash)
    SELECT {id}, at, 'agent:9', action, subject, conversation_id, detail, {place}, {prev}, {hash}
    FROM audit_entries WHERE id = 3"""


@pytest.fixture(scope="module", params=databases.KINDS)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for the module."""
    with databases.empty(request.param, tmp_path_factory.mktemp("audit")) as made:
        yield made


@pytest.fixture
def ledger(store: Database, tmp_path: Path) -> Ledger:
    """Five sealed entries: ids and places 1 to 5, subjects s1 to s5."""
    made = Ledger(store, tmp_path)
    made.wipe()
    made.write("s1", "s2", "s3", "s4", "s5")
    return made


def plain_chain(ledger: Ledger) -> None:
    """Change an entry and compute the chain anew from there, as well as it goes without the key."""
    ledger.sql("UPDATE audit_entries SET subject = 'x' WHERE id = 2")
    stranger, before = Chain(Vault(Fernet.generate_key())), START
    for entry in ledger.entries():
        fresh = stranger.link(entry, entry.id, before)
        ledger.sql(f"UPDATE audit_entries SET prev_hash = '{before}', hash = '{fresh}' WHERE id = {entry.id}")
        before = fresh


def test_an_untouched_chain_is_fine(ledger: Ledger) -> None:
    verdict = ledger.verify()
    assert (verdict.entries, verdict.anchored, verdict.broken) == (5, True, None)
    assert [(e.place, e.hash == verdict.last) for e in ledger.entries()] == [(n, n == 5) for n in range(1, 6)]
    assert [e.prev_hash for e in ledger.entries()] == [START, *(e.hash for e in ledger.entries()[:-1])]


def test_nothing_is_fine(ledger: Ledger) -> None:
    ledger.wipe()
    verdict = ledger.verify()
    assert (verdict.entries, verdict.last, verdict.anchored, verdict.broken) == (0, START, False, None)


def test_every_column_is_under_the_hash(ledger: Ledger) -> None:
    columns = set(AuditEntry.__table__.columns.keys())
    assert set(json.loads(canonical(ledger.entries()[0], 1, START))) == columns - {"hash"}


@pytest.mark.parametrize("place", [1, 3, 5])
@pytest.mark.parametrize(
    "change",
    [
        "id = 77",
        "at = '2026-01-01 00:00:00.000000'",
        "actor = 'bot'",
        "action = 'key.deliver'",
        "subject = 's9'",
        "conversation_id = NULL",
        "conversation_id = 'c2'",
        """detail = '{"reason":"卡密无效","count":3,"paid":true}'""",
        """detail = '{"reason":"卡密无效","count":2,"paid":1}'""",
        """detail = '{"reason":"卡密无效","count":2}'""",
        "detail = 'null'",
        "prev_hash = NULL",
        "prev_hash = repeat('0', 63)",
        "hash = NULL",
        "hash = repeat('0', 64)",
    ],
)
def test_a_changed_field_is_found(ledger: Ledger, place: int, change: str) -> None:
    if ledger.database.is_sqlite:
        change = change.replace("repeat('0', ", "substr(hex(zeroblob(32)), 1, ")
    ledger.sql(f"UPDATE audit_entries SET {change} WHERE place = {place}")
    broken = ledger.verify().broken
    assert broken is not None
    assert (broken.place, broken.why.split(",")[0]) == (place, ALTERED)


@pytest.mark.parametrize(
    ("attack", "place", "why"),
    [
        pytest.param(sql("DELETE FROM audit_entries WHERE id = 1"), 1, MISSING, id="first deleted"),
        pytest.param(sql("DELETE FROM audit_entries WHERE id = 3"), 3, MISSING, id="one deleted"),
        pytest.param(
            sql(
                "DELETE FROM audit_entries WHERE id = 3",
                "UPDATE audit_entries SET place = 3 WHERE id = 4",
                "UPDATE audit_entries SET place = 4 WHERE id = 5",
            ),
            3,
            ALTERED,
            id="deleted and closed up",
        ),
        pytest.param(
            sql(
                "UPDATE audit_entries SET place = 99 WHERE id = 2",
                "UPDATE audit_entries SET place = 2 WHERE id = 3",
                "UPDATE audit_entries SET place = 3 WHERE id = 2",
            ),
            2,
            ALTERED,
            id="two exchanged",
        ),
        pytest.param(
            sql(
                "UPDATE audit_entries SET id = 99 WHERE id = 2",
                "UPDATE audit_entries SET id = 2 WHERE id = 3",
                "UPDATE audit_entries SET id = 3 WHERE id = 99",
            ),
            2,
            ALTERED,
            id="ids exchanged",
        ),
        pytest.param(sql(_COPY.format(id=9, place=6, prev="hash", hash="hash")), 6, ALTERED, id="one added"),
        pytest.param(sql(_COPY.format(id=9, place=0, prev="NULL", hash="NULL")), 1, MISSING, id="one put before"),
        pytest.param(
            sql(
                "UPDATE audit_entries SET place = place + 10 WHERE id > 3",
                "UPDATE audit_entries SET place = place - 9 WHERE id > 3",
                _COPY.format(id=9, place=4, prev="hash", hash="hash"),
            ),
            4,
            ALTERED,
            id="one put between",
        ),
        pytest.param(plain_chain, 1, ALTERED, id="chain computed anew without the key"),
        pytest.param(
            sql("UPDATE audit_entries SET subject = 'x', place = NULL, hash = NULL WHERE id = 3"),
            3,
            MISSING,
            id="one unsealed to be sealed again",
        ),
        pytest.param(
            sql("UPDATE audit_entries SET subject = 'x', place = NULL, hash = NULL WHERE id = 5"),
            5,
            FIRST,
            id="the last unsealed to be sealed again",
        ),
        pytest.param(
            sql("UPDATE audit_entries SET subject = 'x', place = NULL, hash = NULL"),
            5,
            FIRST,
            id="all unsealed to be sealed again",
        ),
    ],
)
@pytest.mark.parametrize("later", [False, True], ids=["at once", "after more was sealed"])
def test_an_attack_is_found(ledger: Ledger, attack: Attack, place: int, why: str, later: bool) -> None:
    attack(ledger)
    if later:
        ledger.write("s6", "s7")
    broken = ledger.verify().broken
    assert broken is not None
    assert (broken.place, why in broken.why) == (place, True), broken


@pytest.mark.parametrize(
    ("left", "later", "place", "why"),
    [
        (4, 0, 5, CUT),
        (2, 0, 3, CUT),
        (0, 0, 1, CUT),
        (4, 1, 5, FIRST),
        (4, 2, 5, FIRST),
        (2, 2, 5, CUT),
        (2, 3, 5, FIRST),
        (0, 2, 3, CUT),
        (0, 9, 5, FIRST),
    ],
)
def test_a_cut_is_found_also_when_the_chain_went_on(
    ledger: Ledger, left: int, later: int, place: int, why: str
) -> None:
    ledger.sql(f"DELETE FROM audit_entries WHERE id > {left}")
    ledger.write(*(f"s{n}" for n in range(later)))
    broken = ledger.verify().broken
    assert broken is not None
    assert (broken.place, why in broken.why) == (place, True), broken


@pytest.mark.parametrize("place", [2**31 - 2, 2**31 - 1])
def test_a_place_at_the_end_of_the_numbers_is_found(ledger: Ledger, place: int) -> None:
    ledger.sql(_COPY.format(id=9, place=place, prev="NULL", hash="NULL"))
    ledger.write("s6", "s7", sealed=False)
    broken = ledger.verify().broken
    assert broken is not None
    assert MISSING in broken.why


@pytest.mark.parametrize(
    "change", ["detail = '{'", "at = 'yesterday'", "actor = x'ff00'", "place = 'three'", "hash = x'00'"]
)
def test_what_only_sqlite_takes_is_found(tmp_path: Path, change: str) -> None:
    with databases.empty("sqlite", tmp_path) as database:
        ledger = Ledger(database, tmp_path)
        ledger.write("s1", "s2", "s3", "s4")
        ledger.sql(f"UPDATE audit_entries SET {change} WHERE id = 3")
        ledger.write("s5")
        broken = ledger.verify().broken
        assert broken is not None
        assert broken.place == 3


def test_an_entry_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    with databases.empty("sqlite", tmp_path) as database:
        ledger = Ledger(database, tmp_path)
        ledger.write("s1", "s2", "s3", sealed=False)
        ledger.sql("UPDATE audit_entries SET detail = '{' WHERE id = 2")
        assert ledger.seal() == 2
        assert ledger.verify().broken == Broken(3, 2, "cannot be read, so it was not sealed")


def test_the_anchor_stays_as_evidence(ledger: Ledger) -> None:
    anchor = ledger.file.read()
    ledger.sql("DELETE FROM audit_entries WHERE id > 3")
    ledger.write("s6", "s7", "s8")
    assert ledger.file.read() == anchor
    assert [entry.place for entry in ledger.entries()] == [1, 2, 3, 4, 5, 6]


def test_without_the_anchor_a_cut_does_not_show_and_that_is_said(ledger: Ledger) -> None:
    ledger.file.path.unlink()
    ledger.sql("DELETE FROM audit_entries WHERE id > 3")
    verdict = ledger.verify()
    assert (verdict.entries, verdict.anchored, verdict.broken) == (3, False, None)


def test_another_key_seals_nothing(ledger: Ledger) -> None:
    right, ledger.chain = ledger.chain, Chain(Vault(Fernet.generate_key()))
    ledger.write("s6", sealed=False)
    with pytest.raises(OtherKey):
        ledger.seal()
    with pytest.raises(OtherKey):
        ledger.verify()
    ledger.chain = right
    assert (ledger.verify().entries, ledger.verify().broken) == (6, None)


@pytest.mark.parametrize("content", ["", "{}", '{"place":0,"hash":"","key_mark":""}', "\xff"])
def test_a_damaged_anchor_is_said(ledger: Ledger, content: str) -> None:
    ledger.file.path.write_text(content, "latin-1")
    ledger.write("s6", sealed=False)
    for ask in (ledger.seal, ledger.verify, AnchorFile(ledger.file.path).read):
        with pytest.raises(AnchorDamaged):
            ask()
    assert ledger.entries()[-1].place is None
