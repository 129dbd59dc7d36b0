"""The desk's command line: `python -m desk <command>`."""

import argparse
import sys
from collections.abc import Callable

import uvicorn
from pydantic import ValidationError

from desk import demo, migrate, settings
from desk.db import Database


def _up(_: argparse.Namespace) -> int:
    from desk.launch import up

    return up.run(settings.load())


def _serve(_: argparse.Namespace) -> int:
    chosen = settings.load()
    uvicorn.run(
        "desk.app:create_app",
        factory=True,
        host=chosen.host,
        port=chosen.port,
        log_level=chosen.log_level,
        access_log=False,
        timeout_graceful_shutdown=3,
    )
    return 0


def _migrate(arguments: argparse.Namespace) -> int:
    database = Database(settings.load().database)
    migrate.upgrade(database)
    if arguments.draft:
        migrate.draft(database, arguments.draft)
    return 0


def _seed(_: argparse.Namespace) -> int:
    chosen = settings.load()
    if chosen.demo:
        demo.seed(Database(chosen.database), chosen)
    return 0


def _demo_logins(_: argparse.Namespace) -> int:
    chosen = settings.load()
    if chosen.demo:
        print(demo.logins(chosen))
    return 0


_COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], str]] = {
    "up": (_up, "start bot, actions and desk under one supervisor"),
    "serve": (_serve, "start the desk alone"),
    "migrate": (_migrate, "create or migrate the database"),
    "seed": (_seed, "fill the demo shop, once"),
    "demo-logins": (_demo_logins, "print the demo's log-ins"),
}


def main() -> int:
    """Run the command that was asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m desk", description="Kamidesk")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (function, about) in _COMMANDS.items():
        command = commands.add_parser(name, help=about)
        command.set_defaults(function=function)
        if name == "migrate":
            command.add_argument("--draft", metavar="MESSAGE", help="write a migration for changed models")
    arguments = parser.parse_args()
    try:
        code: int = arguments.function(arguments)
    except ValidationError as problem:
        for error in problem.errors():
            name = "KAMIDESK_" + "_".join(str(part) for part in error["loc"]).upper()
            print(f"{name}: {error['msg']} (settings file: {settings.settings_file()})", file=sys.stderr)
        return 2
    return code


if __name__ == "__main__":
    sys.exit(main())
