"""Values as an agent would say them: money, accounts, words of the tables that operators edit."""

from decimal import Decimal

from desk.shop.base import OrderStatus
from desk.texts import table


def word(key: str, **values: object) -> str:
    """Return the text `key` of desk/texts/cases.yml with its names filled in."""
    return table("cases")[key].format(**values)


def money(amount: Decimal) -> str:
    """Return yuan as ¥30.00."""
    return f"¥{amount:.2f}"


def status_text(status: OrderStatus) -> str:
    """Return an order's state in Chinese."""
    return word(f"status.{status}")


def duration(minutes: int) -> str:
    """Return a length of time as people say it: minutes up to two hours, full hours from there."""
    return word("minutes", count=minutes) if minutes < 120 else word("hours", count=minutes // 60)


def masked(account: str | None) -> str:
    """Return an account so that its owner knows it and nobody else does: 138****8000, 12****89."""
    if not account:
        return word("no_account")
    name, at, domain = account.strip().partition("@")
    shown = 3 if len(name) >= 11 else 2 if len(name) >= 6 else 1
    end = "" if len(name) < 3 else name[-(4 if len(name) >= 11 else shown) :]
    return f"{name[:shown]}****{end}{at}{domain}"


def by_method(what: str, method: str | None) -> str:
    """Return the text `{what}.{method}` about a way to pay; the one of `{what}.original` for unknown ways."""
    return table("cases").get(f"{what}.{method}") or word(f"{what}.original")


def numbered(steps: tuple[str, ...]) -> str:
    """Return steps as numbered lines."""
    return "\n".join(f"{place}. {step}" for place, step in enumerate(steps, 1))
