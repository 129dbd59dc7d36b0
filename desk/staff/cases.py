"""Which cases are not for everybody: account safety, and money that has gone astray.

A conversation is such a case by its latest hand-off, or by what it is about while the bot has it; a ticket by its kind.
Others see that it is there, and not what is in it.
"""

from collections.abc import Callable, Iterable

from desk.staff.roles import Permission

# Reasons of hand-offs, kinds of tickets and intents, all in one table: their names do not contradict each other.
_NEEDS = {
    "risk": Permission.RISK_CASES,
    "account_stolen": Permission.RISK_CASES,
    "account_frozen": Permission.RISK_CASES,
    "report_fraud": Permission.RISK_CASES,
    "finance": Permission.FUND_CASES,
    "fund_dispute": Permission.FUND_CASES,
}


#: The permissions that some case needs.
GUARDED = frozenset(_NEEDS.values())


def needed(signs: Iterable[str | None]) -> Permission | None:
    """Return the permission that a case of these reasons, kinds or intents needs; None: it is for everybody.

    A case of account safety that is about money as well needs the former.
    """
    found = {_NEEDS[sign] for sign in signs if sign in _NEEDS}
    return Permission.RISK_CASES if Permission.RISK_CASES in found else next(iter(found), None)


def hidden_kinds(may: Callable[[Permission], bool]) -> tuple[str, ...]:
    """Return the kinds of tickets that somebody may not read."""
    return tuple(kind for kind in ("risk", "finance") if not may(_NEEDS[kind]))
