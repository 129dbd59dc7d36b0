"""The second step of signing in: codes, recovery codes, how often, and what is stored."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from desk import clock
from desk.db import Database
from desk.ids import digest
from desk.staff import open_sessions, service, sessions, totp, two_factor
from desk.staff.errors import (
    CodeNeeded,
    NotHalfWay,
    NotSignedIn,
    SignInLocked,
    TwoFactorOff,
    TwoFactorOn,
    WrongCode,
)
from desk.staff.model import RecoveryCode, StaffSession, TwoFactor
from desk.staff.roles import Role
from desk.vault.service import Vault, VaultUnreadable
from tests.support.staff_store import database, staff_store

__all__ = ["database", "staff_store"]

PASSWORD = "spring-onion-soup"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
# RFC 6238, appendix B, SHA-1: the last six of its eight digits.
RFC = b32encode(b"12345678901234567890").decode()


@pytest.fixture
def agent(database: Database) -> int:
    with database.write() as session:
        return service.add_agent(session, "wang", "王芳", Role.AGENT, PASSWORD)


def switched_on(database: Database, vault: Vault, agent: int) -> tuple[str, list[str]]:
    """Return the secret and the recovery codes."""
    with clock.frozen(NOON - timedelta(hours=1)), database.write() as session:
        secret = two_factor.begin(session, vault, agent)
        return secret, two_factor.confirm(session, vault, agent, code(secret, clock.now()))


def code(secret: str, moment: datetime) -> str:
    return totp.code_at(secret, totp.step_of(moment))


def half_way(database: Database) -> str:
    with pytest.raises(CodeNeeded) as needed:
        sessions.sign_in(database, "wang", PASSWORD, "here")
    return needed.value.token


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, expected: str) -> None:
    assert code(RFC, datetime.fromtimestamp(seconds, UTC)) == expected


@pytest.mark.parametrize(
    ("late", "typed", "after", "fits"),
    [
        (0, "{}", 0, True),
        (0, " {} ", 0, True),
        (29, "{}", 0, True),
        (30, "{}", 0, True),
        (60, "{}", 0, False),
        (-30, "{}", 0, True),
        (-31, "{}", 0, False),
        (0, "{}", 1, False),
        (0, "x{}", 0, False),
        (0, "", 0, False),
        (0, "１２３４５６", 0, False),
    ],
)
def test_a_code_holds_for_its_period_and_the_ones_beside_it(late: int, typed: str, after: int, fits: bool) -> None:
    given = typed.format(code(RFC, NOON))
    used = totp.step_of(NOON) if after else 0
    assert (totp.accepted(RFC, given, NOON + timedelta(seconds=late), used) is not None) is fits


def test_signing_in_takes_password_and_code(database: Database, vault: Vault, agent: int) -> None:
    secret, _ = switched_on(database, vault, agent)
    with clock.frozen(NOON):
        half = half_way(database)
        with database.read() as session, pytest.raises(NotSignedIn):
            sessions.agent_of(session, half)
        token = sessions.second_step(database, vault, half, code(secret, NOON), "here")
        with database.read() as session:
            assert sessions.agent_of(session, token).id == agent
        with pytest.raises(NotHalfWay):  # the half-way token has done its work
            sessions.second_step(database, vault, half, code(secret, NOON), "here")


def test_no_code_is_accepted_twice(database: Database, vault: Vault, agent: int) -> None:
    secret, spare = switched_on(database, vault, agent)
    with clock.frozen(NOON):
        for given in (code(secret, NOON), spare[0], spare[0].upper().replace("-", " ")):
            used = given != code(secret, NOON) and given != spare[0]
            half = half_way(database)
            if used:
                with pytest.raises(WrongCode):
                    sessions.second_step(database, vault, half, given, "here")
            else:
                sessions.second_step(database, vault, half, given, "here")
        with pytest.raises(WrongCode):
            sessions.second_step(database, vault, half_way(database), code(secret, NOON), "here")
        with database.read() as session:
            assert two_factor.codes_left(session, agent) == two_factor.RECOVERY_CODES - 1


def test_guessing_codes_is_locked_even_when_the_password_is_known(database: Database, vault: Vault, agent: int) -> None:
    secret, _ = switched_on(database, vault, agent)
    with clock.frozen(NOON):
        for _ in range(2):  # two tries each: password and code
            half = half_way(database)
            with pytest.raises(WrongCode):
                sessions.second_step(database, vault, half, "000000", "here")
        half = half_way(database)
        with pytest.raises(SignInLocked):
            sessions.second_step(database, vault, half, code(secret, NOON), "here")
        with pytest.raises(SignInLocked):
            sessions.sign_in(database, "wang", PASSWORD, "here")


@pytest.mark.parametrize("token", ["", "made-up", "late"])
def test_the_second_step_alone_opens_nothing(database: Database, vault: Vault, agent: int, token: str) -> None:
    secret, _ = switched_on(database, vault, agent)
    moment = NOON
    with clock.frozen(NOON):
        if token == "late":
            token, moment = half_way(database), NOON + timedelta(minutes=5)
    with clock.frozen(moment), pytest.raises(NotHalfWay):
        sessions.second_step(database, vault, token, code(secret, moment), "here")


def test_a_set_up_counts_once_it_is_confirmed(database: Database, vault: Vault, agent: int) -> None:
    with database.write() as session:
        with pytest.raises(TwoFactorOff):
            two_factor.confirm(session, vault, agent, "123456")
        secret = two_factor.begin(session, vault, agent)
        assert two_factor.begin(session, vault, agent) == secret  # the page was loaded again
        with pytest.raises(WrongCode):
            two_factor.confirm(session, vault, agent, "000000")
    sessions.sign_in(database, "wang", PASSWORD, "here")  # without a code still
    switched_on(database, vault, agent)
    with database.write() as session, pytest.raises(TwoFactorOn):
        two_factor.begin(session, vault, agent)
    with database.write() as session:
        assert two_factor.switch_off(session, agent, actor="agent:1")
    sessions.sign_in(database, "wang", PASSWORD, "here")


def test_neither_secret_nor_codes_can_be_read_from_the_database(database: Database, vault: Vault, agent: int) -> None:
    secret, codes = switched_on(database, vault, agent)
    with database.read() as session:
        kept = [bytes(row.sealed) for row in session.scalars(select(TwoFactor))]
        digests = set(session.scalars(select(RecoveryCode.digest)))
    assert secret.encode() not in kept[0]
    assert not digests & {digest(each) for each in codes} | digests & set(codes)
    with pytest.raises(VaultUnreadable):  # what is sealed for one account does not open for another
        vault.unseal(kept[0], f"staff.two_factor:{agent + 1}")


def test_sessions_say_where_they_are_and_end_one_by_one(database: Database, agent: int) -> None:
    tokens = []
    for browser in ("Chrome · Windows", "Safari · iPhone"):
        device = sessions.Device(browser, "203.0.*.*")
        tokens.append(sessions.sign_in(database, "wang", PASSWORD, "here", device))
    with database.write() as session:
        found = {each.browser: each for each in open_sessions.of_agent(session, agent)}
        assert set(found) == {"Chrome · Windows", "Safari · iPhone"}
        assert open_sessions.revoke(session, agent, found["Safari · iPhone"].handle, actor="agent:1")
        assert not open_sessions.revoke(session, agent + 1, found["Chrome · Windows"].handle, actor="agent:1")
    with database.read() as session:
        sessions.agent_of(session, tokens[0])
        with pytest.raises(NotSignedIn):
            sessions.agent_of(session, tokens[1])
        assert session.scalars(select(StaffSession.address)).one() == "203.0.*.*"
