"""A real bot, as the supervisor starts it, with the shipped pipeline, channel and tracker store, on a toy domain."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from action_stub import ActionStub

ROOT = Path(__file__).parent.parent.parent
TOKEN = "test-token"
PATIENCE = 180.0  # a slow machine is no failure


@dataclass
class Bot:
    """A running bot."""

    url: str
    env: dict[str, str]
    command: list[str]
    process: subprocess.Popen[bytes]
    log: Path

    def post(self, body: Any, token: str | None = TOKEN, **more: Any) -> requests.Response:
        headers = {"authorization": f"Bearer {token}"} if token is not None else {}
        sent = {"data": body} if isinstance(body, (bytes, str)) else {"json": body}
        return requests.post(f"{self.url}/turn", headers=headers, timeout=PATIENCE, **sent, **more)

    def turn(self, conversation: str, message_id: str, text: str, trusted: bool = False) -> dict[str, Any]:
        body = {"conversation": conversation, "message_id": message_id, "text": text, "trusted": trusted}
        response = self.post(body)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=ROOT, env=self.env, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if requests.get(f"{self.url}/", timeout=5).status_code == 200:
                    return
            except requests.ConnectionError:
                time.sleep(0.1)
        self.kill()
        raise AssertionError(self.log.read_text("utf-8", "replace")[-3000:])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped config.yml trained on toy/."""
    out = tmp_path_factory.mktemp("model")
    toy = Path(__file__).parent / "toy"
    command = [sys.executable, "-m", "rasa", "train", "--config", "config.yml", "--domain", str(toy / "domain.yml")]
    command += ["--data", str(toy / "nlu.yml"), str(toy / "rules.yml"), "--out", str(out), "--fixed-model-name", "toy"]
    done = subprocess.run(command, cwd=ROOT, env=_env(), capture_output=True, text=True)
    assert (out / "toy.tar.gz").is_file(), done.stdout[-2000:] + done.stderr[-2000:]
    return out / "toy.tar.gz"


@pytest.fixture(scope="session")
def _actions() -> Iterator[ActionStub]:
    stub = ActionStub()
    yield stub
    stub.close()


@pytest.fixture
def actions(_actions: ActionStub) -> ActionStub:
    """The action server, well-behaved until told otherwise."""
    _actions.behave = "reply"
    _actions.calls.clear()
    return _actions


@pytest.fixture(scope="session")
def bot(model: Path, _actions: ActionStub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The bot, started once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    state = tmp_path_factory.mktemp("state")
    env = {**_env(), "KAMIDESK_STATE_DIR": str(state), "KAMIDESK_ACTIONS_URL": _actions.url}
    command = [sys.executable, "-m", "bot.serve", "--model", str(model), "--port", str(port)]
    command += ["--endpoints", "bot/endpoints.yml", "--credentials", "credentials.yml"]
    running = Bot(f"http://127.0.0.1:{port}/webhooks/desk", env, command, None, state / "log")  # type: ignore[arg-type]
    running.start()
    yield running
    running.kill()


def _env() -> dict[str, str]:
    settings = {"KAMIDESK_BOT_TOKEN": TOKEN, "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    return {**os.environ, **settings}
