"""The supervisor's small parts; the whole is in tests/integration/test_supervisor.py."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.launch.backoff import Backoff
from desk.launch.lineup import desk_url, listens, programs
from desk.launch.logs import RotatingLog
from desk.launch.ports import Listen, PortTaken, require_free
from desk.launch.table import Table
from desk.settings import Settings


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_taken_port_is_named_with_its_setting(taken: int, free: int, host: str) -> None:
    wanted = [
        Listen("desk", "127.0.0.1", free, "KAMIDESK_PORT"),
        Listen("bot", host, taken, "KAMIDESK_BOT_PORT"),
    ]
    with pytest.raises(PortTaken) as refused:
        require_free(wanted, patience=0)
    assert f"Port {taken}" in str(refused.value)
    assert "KAMIDESK_BOT_PORT" in str(refused.value)
    assert str(free) not in str(refused.value)


def test_free_ports_are_fine_also_just_after_a_connection(free: int) -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", free))
        server.listen()
        with socket.create_connection(("127.0.0.1", free)):
            server.accept()[0].close()
    require_free([Listen("desk", "127.0.0.1", free, "KAMIDESK_PORT")], patience=0)


def test_two_programs_on_one_port_and_a_strange_host_are_refused(free: int) -> None:
    with pytest.raises(PortTaken, match="KAMIDESK_BOT_PORT and KAMIDESK_PORT are both"):
        require_free(
            [
                Listen("desk", "127.0.0.1", free, "KAMIDESK_PORT"),
                Listen("bot", "127.0.0.1", free, "KAMIDESK_BOT_PORT"),
            ],
            0,
        )
    with pytest.raises(PortTaken, match="cannot be used"):
        require_free([Listen("desk", "192.0.2.1", free, "KAMIDESK_PORT")], 0)


def test_back_off_doubles_to_its_limit_and_starts_over_after_a_healthy_minute() -> None:
    backoff = Backoff()
    assert [backoff.delay(0) for _ in range(7)] == [0.5, 1, 2, 4, 8, 10, 10]
    assert backoff.delay(59.9) == 10
    assert backoff.delay(60) == 0.5
    assert backoff.delay(0) == 1


def test_log_is_rotated_by_size_and_keeps_so_many(tmp_path: Path) -> None:
    log = RotatingLog(tmp_path / "logs" / "bot.log", limit=10, kept=2)
    for letter in b"abcde":
        log.write(bytes([letter]) * 6)
    log.close()
    found = {file.name: file.read_bytes() for file in log.path.parent.iterdir()}
    assert found == {"bot.log": b"e" * 6, "bot.log.1": b"d" * 6, "bot.log.2": b"c" * 6}


def test_log_goes_on_where_it_was_and_shows_its_end(tmp_path: Path) -> None:
    RotatingLog(tmp_path / "a.log").write(b"one\n")
    again = RotatingLog(tmp_path / "a.log")
    again.write("二\nthree\n".encode())
    assert again.tail(2) == ["二", "three"]
    assert again.path.read_bytes().startswith(b"one\n")


@pytest.mark.parametrize(
    ("content", "runs"),
    [(f'{{"supervisor": {os.getpid()}}}', True), ("", False), ("{}", False), ("[]", False)],
)
def test_table_of_a_dead_supervisor_says_nothing(tmp_path: Path, content: str, runs: bool) -> None:
    table = Table(tmp_path)
    assert table.running() is None
    table.path.write_text(content)
    assert (table.running() is not None) is runs


SECRETS = {name: f"{name}-{'x' * 32}" for name in ("secret_key", "vault_key", "shop_secret", "demo_password")}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        bot_token="token-" + "x" * 32,  # type: ignore[arg-type]
        state_dir=tmp_path,
        database_url="postgresql+psycopg://desk:hidden@db/desk",
        **SECRETS,  # type: ignore[arg-type]
    )


def test_bot_and_actions_get_the_shared_token_and_no_other_secret(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAMIDESK_VAULT_KEY", SECRETS["vault_key"])
    monkeypatch.setenv("KAMIDESK_DATABASE_URL", settings.database_url)
    actions, bot, _ = programs(settings)
    for program in (actions, bot):
        told = " ".join([*program.command, *program.env.values()])
        assert program.env["KAMIDESK_BOT_TOKEN"] == "token-" + "x" * 32
        assert [secret for secret in (*SECRETS.values(), "hidden") if secret in told] == []
        assert "token-" not in " ".join(program.command)
        assert "token-" not in repr(program)


def test_bot_and_actions_listen_on_loopback_only(settings: Settings) -> None:
    actions, bot, _ = programs(settings.model_copy(update={"host": "0.0.0.0"}))
    assert actions.env["SANIC_HOST"] == "127.0.0.1"
    assert bot.command[bot.command.index("--interface") + 1] == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("10.0.0.5", "http://10.0.0.5:8000"),
    ],
)
def test_where_the_desk_is_reached(settings: Settings, host: str, url: str) -> None:
    chosen = settings.model_copy(update={"host": host})
    assert desk_url(chosen) == url
    assert [listen.setting for listen in listens(chosen)] == [
        "KAMIDESK_PORT",
        "KAMIDESK_BOT_PORT",
        "KAMIDESK_ACTIONS_PORT",
    ]
