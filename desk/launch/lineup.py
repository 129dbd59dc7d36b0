"""Which programs make up Kamidesk, and what each of them is told."""

import os
import sys

from desk.launch.ports import Listen
from desk.launch.program import Program, answers_at_all
from desk.settings import ROOT, Settings, settings_file

LOOPBACK = "127.0.0.1"
_EVERYWHERE = {"0.0.0.0": LOOPBACK, "::": "[::1]", "": LOOPBACK}


def listens(settings: Settings) -> list[Listen]:
    """Return who listens where."""
    return [
        Listen("desk", settings.host, settings.port, "KAMIDESK_PORT"),
        Listen("bot", LOOPBACK, settings.bot_port, "KAMIDESK_BOT_PORT"),
        Listen("action server", LOOPBACK, settings.actions_port, "KAMIDESK_ACTIONS_PORT"),
    ]


def desk_url(settings: Settings) -> str:
    """Return where the desk is reached from this machine."""
    host = _EVERYWHERE.get(settings.host) or (f"[{settings.host}]" if ":" in settings.host else settings.host)
    return f"http://{host}:{settings.port}"


def programs(settings: Settings) -> list[Program]:
    """Return actions, bot and desk, in the order of need."""
    return [_actions(settings), _bot(settings), _desk(settings)]


def _desk(settings: Settings) -> Program:
    command = (
        *(sys.executable, "-m", "uvicorn", "desk.app:create_app", "--factory"),
        *("--host", settings.host, "--port", str(settings.port)),
        *("--log-level", settings.log_level.lower(), "--no-access-log", "--no-server-header"),
        # Pages keep a stream open for as long as they are: nobody waits for them at the end.
        *("--timeout-graceful-shutdown", "3"),
    )
    env = {**_common(), "KAMIDESK_SETTINGS": str(settings_file().absolute())}
    # Not /healthz: that asks the bot too, and a bot that hangs is no reason to restart the desk.
    # Whatever answers here, the loop turns; the start waits for /healthz besides.
    return Program("desk", command, ROOT, env, settings.port, f"{desk_url(settings)}/livez", answers_at_all)


def _bot(settings: Settings) -> Program:
    command = (
        *(_bot_python(), "-m", "bot.serve", "--model", "models/kamidesk.tar.gz"),
        *("--interface", LOOPBACK, "--port", str(settings.bot_port)),
        *("--endpoints", "bot/endpoints.yml", "--credentials", "credentials.yml"),
    )
    return Program("bot", command, ROOT, _rasa(settings), settings.bot_port, f"{settings.bot_url}/webhooks/desk/")


def _actions(settings: Settings) -> Program:
    command = (_bot_python(), "-m", "rasa_sdk", "--actions", "actions", "--port", str(settings.actions_port))
    env = {
        **_rasa(settings),
        "SANIC_HOST": LOOPBACK,
    }  # the SDK's only way to say so; otherwise it listens everywhere
    return Program("actions", command, ROOT, env, settings.actions_port, f"{settings.actions_url}/health")


def _bot_python() -> str:
    return str(ROOT / "bot" / ".venv" / "bin" / "python")


def _common() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


def _rasa(settings: Settings) -> dict[str, str]:
    """Return the environment of bot and actions: the shared token, and no other secret or database."""
    inherited = {name: value for name, value in _common().items() if not name.startswith("KAMIDESK_")}
    return {
        **inherited,
        "KAMIDESK_BOT_TOKEN": settings.bot_token.get_secret_value(),
        "KAMIDESK_DESK_URL": desk_url(settings),
        "KAMIDESK_ACTIONS_URL": f"{settings.actions_url}/webhook",
        "KAMIDESK_STATE_DIR": str(settings.state),
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
