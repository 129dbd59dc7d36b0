"""The arguments of `python -m desk api-token`."""

import argparse

from desk.api.scopes import Scope


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands: `arguments.what` is "add", "list" or "revoke"."""
    commands = parser.add_subparsers(dest="what", required=True)
    add = commands.add_parser("add", help="make a token and print it, this once")
    add.add_argument("name", help="whose it is: 店铺后台, ERP …")
    add.add_argument("--scope", action="append", required=True, choices=list(Scope), help="what it may do; repeatable")
    add.add_argument("--days", type=int, metavar="N", help="how long it lives; until it is revoked where left out")
    commands.add_parser("list", help="print the tokens that there are, without their secrets")
    revoke = commands.add_parser("revoke", help="end a token for good")
    revoke.add_argument("id", type=int)
