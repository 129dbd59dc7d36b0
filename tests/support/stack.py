"""A whole Kamidesk for tests: real bot, actions and desk under the real supervisor, on ports and a state of its own."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from desk.db import Database
from desk.vault.service import Vault

ROOT = Path(__file__).resolve().parents[2]


class Stack:
    """Starts in `start`, listens at `url`, ends in `stop`.

    Args:
        state: an empty folder.
        database_url: another database than the embedded SQLite file.
    """

    def __init__(self, state: Path, database_url: str = "", **settings: str) -> None:
        self.state = state
        self.ports = _free_ports(3)
        self.shop_secret = secrets.token_urlsafe(32)
        self.bot_token = secrets.token_urlsafe(32)
        self.password = secrets.token_urlsafe(12)
        self.vault = Vault(vault_key := urlsafe_b64encode(secrets.token_bytes(32)).decode())
        self.env = {
            **os.environ,
            "KAMIDESK_SETTINGS": str(state / "kamidesk.env"),
            "KAMIDESK_STATE_DIR": str(state),
            "KAMIDESK_PORT": str(self.ports[0]),
            "KAMIDESK_BOT_PORT": str(self.ports[1]),
            "KAMIDESK_ACTIONS_PORT": str(self.ports[2]),
            "KAMIDESK_DATABASE_URL": database_url,
            "KAMIDESK_SECRET_KEY": secrets.token_urlsafe(32),
            "KAMIDESK_VAULT_KEY": vault_key,
            "KAMIDESK_BOT_TOKEN": self.bot_token,
            "KAMIDESK_SHOP_SECRET": self.shop_secret,
            "KAMIDESK_DEMO_PASSWORD": self.password,
            **{f"KAMIDESK_{name.upper()}": value for name, value in settings.items()},
        }
        self.url = f"http://127.0.0.1:{self.ports[0]}"
        self.database = Database(database_url or f"sqlite:///{state / 'desk.db'}")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = 90) -> "Stack":
        """Prepare the database, start everything, wait until all of it is healthy."""
        for command in ("migrate", "seed"):
            self.desk(command)
        log = (self.state / "supervisor.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "desk", "up"], cwd=ROOT, env=self.env, stdout=log, stderr=log
        )
        self.wait_healthy(patience)
        return self

    def desk(self, *arguments: str) -> str:
        """Run a desk command; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "desk", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def healthy(self) -> bool:
        """Say whether bot, actions and database work."""
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def wait_healthy(self, patience: float = 60) -> None:
        """Wait until all is well, or fail with the supervisor's words."""
        deadline = time.monotonic() + patience
        while not self.healthy():
            assert self._process is None or self._process.poll() is None, self.log("supervisor.log")
            assert time.monotonic() < deadline, self.log("supervisor.log")
            time.sleep(0.25)

    def processes(self) -> dict[str, int]:
        """Return the process ids of bot, actions and desk."""
        table: dict[str, Any] = json.loads((self.state / "run.json").read_text())
        return {name: entry["pid"] for name, entry in table["processes"].items() if entry.get("pid")}

    def kill(self, name: str) -> None:
        """Kill one process the hard way."""
        with suppress(ProcessLookupError, KeyError, FileNotFoundError):  # down already, or just being started
            os.kill(self.processes()[name], signal.SIGKILL)

    def log(self, name: str) -> str:
        """Return the end of a log."""
        path = self.state / name
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    def stop(self) -> None:
        """Stop everything, as Ctrl-C does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
        self.database.close()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
