"""The real desk, served in this process, with a stand-in for the bot that can misbehave."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.fernet import Fernet

from desk import migrate
from desk.app import create_app
from desk.db import Database
from desk.services import Desk
from desk.settings import Settings


class BotStub(ThreadingHTTPServer):
    """Answers turns as the bot's channel does (the shape is checked by the bot's own tests), or as told by `mood`.

    Moods: ok, slow, error (500), refused (401), garbage, empty (no replies), failed (an action was lost), hang_up.
    """

    daemon_threads = True

    def __init__(self) -> None:
        self.mood = "ok"
        self.turns: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: BotStub

    def do_POST(self) -> None:
        turn = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.turns.append(turn)
        mood = self.server.mood
        if mood == "hang_up":
            self.connection.close()
            return
        if mood == "slow":
            time.sleep(3)
        status = {"error": 500, "refused": 401}.get(mood, 200)
        replies = [] if mood == "empty" else [{"text": f"收到：{turn['text']}", "buttons": [], "cards": []}]
        body: dict[str, Any] = {
            "message_id": turn["message_id"],
            "replies": replies,
            "nlu": {"intent": "greet", "confidence": 0.9, "ranking": [], "entities": []},
            "failed": mood == "failed",
            "replayed": False,
        }
        payload = b"<html>oops" if mood == "garbage" else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        with suppress(OSError):  # the desk did not wait
            self.wfile.write(payload)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


class Served:
    """A served desk: its URL, database, pictures, settings and stand-in bot."""

    def __init__(self, url: str, desk: Desk, bot: BotStub) -> None:
        self.url, self.bot = url, bot
        self.database, self.gallery, self.settings = desk.database, desk.gallery, desk.settings

    @property
    def shop_secret(self) -> str:
        """The secret that signs identities."""
        return self.settings.shop_secret.get_secret_value()


def settings_for(state: Path, **more: Any) -> Settings:
    """Return settings for a desk of its own."""
    return Settings(
        _env_file=None,
        state_dir=state,
        secret_key="s" * 40,
        vault_key=Fernet.generate_key().decode(),
        bot_token="b" * 40,
        shop_secret="h" * 40,
        demo_password="demo-password",
        **more,
    )


@contextmanager
def serve(state: Path, database_url: str = "") -> Iterator[Served]:
    """Serve a desk with an empty, migrated database."""
    bot = BotStub()
    threading.Thread(target=bot.serve_forever, daemon=True).start()
    settings = settings_for(state, database_url=database_url, bot_port=bot.server_address[1], bot_timeout=1.0)
    migrate.upgrade(Database(settings.database))
    app = create_app(settings)
    desk: Desk = app.state.desk  # the same one, so that what a test writes is announced
    config = uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Served(f"http://127.0.0.1:{port}", desk, bot)
    finally:
        server.should_exit = True
        thread.join(10)
        bot.shutdown()
        bot.server_close()
        desk.database.close()
