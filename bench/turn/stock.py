"""The stock bot: `rasa run` with the `rest` channel."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from bench.turn.http import Line
from bench.turn.system import Answered, NoAnswer

STARTS_WITHIN = 600.0
"""Seconds. TensorFlow builds the graphs of four models: a minute or more, much more on a busy machine."""


class Sender:
    """One sender of the `rest` channel."""

    def __init__(self, port: int, order: str) -> None:
        self._line, self._order, self._id = Line(port), order, uuid4().hex

    def say(self, text: str) -> Answered:
        """Send a message; the answer holds all replies."""
        sent, began = time.time(), time.perf_counter()
        body = {"sender": self._id, "message": text.format(order=self._order)}
        replies = self._line.post("/webhooks/rest/webhook", body)
        seconds = time.perf_counter() - began
        if not replies:
            raise NoAnswer(f"{text}: no reply")
        return Answered(sent, seconds)

    def close(self) -> None:
        """Close the connection."""
        self._line.close()


class Stock:
    """The running bot.

    Args:
        python: the interpreter of its environment.
        project: its folder, with a trained model.
        order_of: returns the order number that a conversation is about, by the conversation's number.
    """

    name = "stock Rasa"

    def __init__(self, python: Path, project: Path, order_of: Callable[[int], str]) -> None:
        self._python, self._project, self._order_of = python, project, order_of
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]

    def start(self) -> None:
        """Start with an empty tracker store; returns when a request to its root is answered.

        Raises:
            NoAnswer: it ended, or did not come up in time.
        """
        for old in self._project.glob("tracker.db*"):
            old.unlink()
        command = [str(self._python), "-m", "rasa", "run", "--model", "models/stock.tar.gz"]
        command += ["--interface", "127.0.0.1", "--port", str(self._port)]
        env = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
        with (self._project / "run.log").open("wb") as log:
            self._process = subprocess.Popen(command, cwd=self._project, env=env, stdout=log, stderr=log)
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NoAnswer(f"the stock bot does not start; see {self._project / 'run.log'}")
            time.sleep(0.05)

    def open(self, number: int) -> Sender:
        """Return a new sender."""
        return Sender(self._port, self._order_of(number))

    def processes(self) -> dict[str, int]:
        """Return the one process."""
        return {"bot": self._process.pid} if self._process else {}

    def stop(self) -> None:
        """Stop it."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0
