"""The arguments of `python -m desk audit`."""

import argparse


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands of `audit`: `arguments.audit` is "verify"."""
    commands = parser.add_subparsers(dest="audit", required=True)
    commands.add_parser("verify", help="check every entry; exit code 1 and the first broken link if one is not right")
