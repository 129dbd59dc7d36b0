"""The arguments of `python -m desk kb`; apart from the rest, so that other commands need not load the search."""

import argparse


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands of `kb`: `arguments.kb` is "ask" or "check"."""
    commands = parser.add_subparsers(dest="kb", required=True)
    ask = commands.add_parser("ask", help="print the articles that answer a question, with scores")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="print JSON")
    ask.add_argument("--top", type=int, default=3, metavar="N", help="how many articles")
    ask.add_argument("--audience", choices=["novice", "merchant"], default="novice")
    commands.add_parser("check", help="print what is wrong with the articles; exit code 1 on errors")
