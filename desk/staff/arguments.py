"""The arguments of `python -m desk staff`."""

import argparse

from desk.staff.roles import Role


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands of `staff`: `arguments.staff` is "add", "list", "reset-password" or "stop"."""
    commands = parser.add_subparsers(dest="staff", required=True)
    add = commands.add_parser("add", help="add an account; the password is asked for, or read from standard input")
    add.add_argument("login")
    add.add_argument("--name", required=True, help="as customers see it")
    add.add_argument("--role", choices=list(Role), default=Role.AGENT)
    commands.add_parser("list", help="list all accounts")
    reset = commands.add_parser("reset-password", help="print a one-time password; it must be changed at sign-in")
    reset.add_argument("login")
    reset.add_argument("--two-factor", action="store_true", help="switch the second step off as well")
    stop = commands.add_parser("stop", help="stop an account and end its sessions")
    stop.add_argument("login")
