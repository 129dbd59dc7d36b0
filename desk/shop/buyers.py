"""What a shop can be asked about its buyers. Part of `base.Shop`."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from desk.shop.types import Customer, Purchases


class Buyers(Protocol):
    """See `base.Shop` for what all methods share."""

    def customer(self, session: Session, customer_id: str) -> Customer | None:
        """Return the customer, or None."""

    def find_customers(self, session: Session, words: str, limit: int = 20) -> list[Customer]:
        """Return customers by id, phone (whole, or its last four digits) or part of the name."""

    def purchases(
        self, session: Session, customer_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> Purchases:
        """Return what the customer has bought, by the time of the order, in one cheap query.

        What was never paid, was cancelled or was given back (`types.NOT_BOUGHT`) does not count.

        Args:
            since: the first moment that counts.
            until: the first moment that no longer counts.
        """

    def erase_customer(self, session: Session, customer_id: str) -> None:
        """Remove name, phone, contacts and accounts of a customer for good; orders and money stay. Safe to repeat.

        Raises:
            Unsupported: the shop has its own way; a person has to go it.
        """
