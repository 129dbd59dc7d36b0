"""`python -m desk api-token`: tokens from the command line."""

import argparse
import sys

from desk.api import tokens
from desk.api.model import ApiToken
from desk.db import Database
from desk.errors import DeskError
from desk.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Add, list or revoke; return the exit code."""
    database = Database(settings.database)
    try:
        {"add": _add, "list": _list, "revoke": _revoke}[arguments.what](database, arguments)
    except DeskError as problem:
        print(problem.text, file=sys.stderr)
        return 1
    finally:
        database.close()
    return 0


def _add(database: Database, arguments: argparse.Namespace) -> None:
    with database.write() as session:
        token, secret = tokens.issue(session, arguments.name, arguments.scope, actor="system", days=arguments.days)
    print(f"{token.id}  {token.name}  {' '.join(token.scopes)}", file=sys.stderr)
    print(secret)


def _list(database: Database, arguments: argparse.Namespace) -> None:
    with database.read() as session:
        for token in tokens.listed(session):
            print(token.id, f"{token.prefix}…", _state(token), token.name, " ".join(token.scopes), sep="  ")


def _revoke(database: Database, arguments: argparse.Namespace) -> None:
    with database.write() as session:
        tokens.revoke(session, arguments.id, actor="system")


def _state(token: ApiToken) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "usable" if tokens.usable(token) else "expired"
