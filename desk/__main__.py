"""The desk's command line: `python -m desk <command>`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn
from pydantic import ValidationError

from desk import demo, migrate, settings
from desk.api import arguments as api_token
from desk.audit import arguments as audit
from desk.db import Database
from desk.knowledge import arguments as kb
from desk.policies.reading import BadPolicy
from desk.staff import arguments as staff


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


def _kb(arguments: argparse.Namespace) -> int:
    from desk.knowledge import cli

    return cli.run(arguments)


def _audit(_: argparse.Namespace) -> int:
    from desk.audit import cli

    return cli.run(settings.load())


def _staff(arguments: argparse.Namespace) -> int:
    from desk.staff import cli

    return cli.run(arguments, settings.load())


def _api_token(arguments: argparse.Namespace) -> int:
    from desk.api import cli

    return cli.run(settings.load(), arguments)


def _policies(arguments: argparse.Namespace) -> int:
    from desk.policies import reading

    file = arguments.file or settings.policies_path()
    try:
        reading.read(file)
    except reading.BadPolicy as bad:
        print(f"{file.name} 有 {len(bad.faults)} 处要改：", *bad.faults, sep="\n  ", file=sys.stderr)
        return 1
    print(f"{file.name} 没有问题")
    return 0


_COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], str]] = {
    "up": (_up, "start bot, actions and desk under one supervisor"),
    "serve": (_serve, "start the desk alone"),
    "migrate": (_migrate, "create or migrate the database"),
    "seed": (_seed, "fill the demo shop, once"),
    "demo-logins": (_demo_logins, "print the demo's log-ins"),
    "policies": (_policies, "check policies.yml, or another file, before it is used"),
    "audit": (_audit, "check that nobody has changed the audit"),
    "staff": (_staff, "add, list and stop accounts, reset passwords"),
    "api-token": (_api_token, "make, list or revoke tokens of the API"),
    "kb": (_kb, "ask or check the knowledge base"),
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
        elif name == "policies":
            command.add_argument("what", choices=["check"])
            command.add_argument("file", nargs="?", type=Path, help="the policy file of the settings where left out")
        elif name == "audit":
            audit.add_to(command)
        elif name == "staff":
            staff.add_to(command)
        elif name == "api-token":
            api_token.add_to(command)
        elif name == "kb":
            kb.add_to(command)
    arguments = parser.parse_args()
    try:
        code: int = arguments.function(arguments)
    except BadPolicy as bad:
        print("policies.yml:", *bad.faults, sep="\n  ", file=sys.stderr)
        return 2
    except ValidationError as problem:
        for error in problem.errors():
            name = "KAMIDESK_" + "_".join(str(part) for part in error["loc"]).upper()
            print(f"{name}: {error['msg']} (settings file: {settings.settings_file()})", file=sys.stderr)
        return 2
    return code


if __name__ == "__main__":
    sys.exit(main())
