"""The ways to pay: names from catalogue.toml, and which of them are out of order."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.shop.embedded import catalogue
from desk.shop.embedded.model_money import ShopChannel
from desk.shop.types import Channel

BALANCE = "balance"


def channels(session: Session) -> list[Channel]:
    """Return all ways to pay, in the catalogue's order."""
    down = {row.code: row.down_since for row in session.scalars(select(ShopChannel))}
    return [Channel(code, name, down.get(code)) for code, name in catalogue.channels().items()]


def works(session: Session, code: str) -> bool:
    """Say whether customers can pay this way now."""
    return any(channel.code == code and channel.down_since is None for channel in channels(session))


def report(session: Session, code: str, down_since: datetime | None) -> None:
    """Note since when a way to pay is out of order; None: it works.

    Raises:
        KeyError: the catalogue has no such channel.
    """
    if code not in catalogue.channels():
        raise KeyError(code)
    session.merge(ShopChannel(code=code, down_since=down_since))
    session.flush()
