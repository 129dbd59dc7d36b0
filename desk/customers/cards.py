"""The shop's figures of customers, kept for some minutes: a page with two thousand orders behind it costs one row."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk import clock
from desk.cases import profile
from desk.cases.profile import Figures
from desk.customers import identity
from desk.customers.model import CustomerCard
from desk.customers.people import Person
from desk.customers.rules import SegmentRules
from desk.options.service import current
from desk.serial import hold
from desk.shop.base import Shop, ShopError
from desk.vault.service import Vault

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cards:
    """Reads and keeps cards.

    Args:
        shop: where the figures come from.
        vault: makes the marks by which phones are found.
    """

    shop: Shop
    vault: Vault

    def figures(self, session: Session, person: Person) -> Figures:
        """Return what a person has bought on all accounts, no older than the rules allow; changes nothing.

        While the shop is away, what is kept counts, however old.
        """
        cards = [self._seen(session, customer_id) for customer_id in person.customer_ids]
        return _together([card.figures for card in cards if card is not None])

    def refresh(self, session: Session, person: Person, *, at_once: bool = False) -> None:
        """Keep the figures of a person's accounts where they have become old, or at once.

        Args:
            session: a writing session.
        """
        for customer_id in person.customer_ids:
            if at_once or not _fresh(session, session.get(CustomerCard, identity.shop(customer_id).key)):
                self._keep(session, customer_id)

    def outdate(self, session: Session, customer_id: str) -> None:
        """Note that an order has changed: the next look asks the shop."""
        card = session.get(CustomerCard, identity.shop(customer_id).key)
        if card is not None:
            card.refreshed_at = None

    def find(self, session: Session, words: str, limit: int) -> list[str]:
        """Return the keys of kept accounts by phone (whole, or its last four digits) or part of the name."""
        fits = [CustomerCard.name.contains(words, autoescape=True)]
        if words.isascii() and words.isdigit():
            fits.append(
                CustomerCard.phone_tail == words if len(words) == 4 else CustomerCard.phone_mark == self._mark(words)
            )
        query = select(CustomerCard.key).where(or_(*fits)).order_by(CustomerCard.key)
        return list(session.scalars(query.limit(limit)))

    def _seen(self, session: Session, customer_id: str) -> CustomerCard | None:
        kept = session.get(CustomerCard, identity.shop(customer_id).key)
        if _fresh(session, kept):
            return kept
        try:
            return self._filled(session, CustomerCard(key=identity.shop(customer_id).key), customer_id)
        except ShopError as problem:
            _log.warning("shop: %s", problem.code)
            return kept

    def _keep(self, session: Session, customer_id: str) -> None:
        key = identity.shop(customer_id).key
        hold(session, f"customer:{key}")
        card = session.get(CustomerCard, key, populate_existing=True)
        try:
            filled = self._filled(session, card or CustomerCard(key=key), customer_id)
        except ShopError as problem:  # the next contact tries again
            _log.warning("shop: %s", problem.code)
            return
        session.add(filled)
        session.flush()

    def _filled(self, session: Session, card: CustomerCard, customer_id: str) -> CustomerCard:
        with session.no_autoflush:
            known, found = self.shop.customer(session, customer_id), profile.look(session, self.shop, customer_id)
        phone = known.phone if known else ""
        card.name = known.name[:80] if known else ""
        card.phone_tail, card.phone_mark = phone[-4:], self._mark(phone) if phone else ""
        card.spend, card.month_spend = _fen(found.spend), _fen(found.month_spend)
        card.last_month_spend = _fen(found.last_month_spend)
        card.orders, card.recent_orders, card.largest = found.orders, found.recent_orders, found.largest
        card.first_at, card.last_at, card.refreshed_at = found.first_at, found.last_at, clock.now()
        return card

    def _mark(self, phone: str) -> str:
        return self.vault.digest("customer phone", phone)


def note_elderly(session: Session, key: str) -> None:
    """Remember that the customer's own words tell of old age."""
    hold(session, f"customer:{key}")
    card = session.get(CustomerCard, key, populate_existing=True)
    if card is None:
        card = CustomerCard(key=key)
        session.add(card)
    card.elderly_at = card.elderly_at or clock.now()
    session.flush()


def said_elderly(session: Session, person: Person) -> bool:
    """Return whether the customer has told so."""
    query = select(CustomerCard.key).where(CustomerCard.key.in_(person.keys), CustomerCard.elderly_at.is_not(None))
    return session.scalar(query.limit(1)) is not None


def _fresh(session: Session, card: CustomerCard | None) -> bool:
    if card is None or card.refreshed_at is None:
        return False
    return clock.now() - card.refreshed_at < timedelta(minutes=current(session, SegmentRules).refresh_minutes)


def _together(found: list[Figures]) -> Figures:
    if len(found) == 1:
        return found[0]
    return Figures(
        spend=sum((each.spend for each in found), Decimal(0)),
        month_spend=sum((each.month_spend for each in found), Decimal(0)),
        last_month_spend=sum((each.last_month_spend for each in found), Decimal(0)),
        orders=sum(each.orders for each in found),
        recent_orders=sum(each.recent_orders for each in found),
        largest=max((each.largest for each in found), default=0),
        first_at=min(_moments(each.first_at for each in found), default=None),
        last_at=max(_moments(each.last_at for each in found), default=None),
    )


def _moments(given: Iterable[datetime | None]) -> list[datetime]:
    return [each for each in given if each is not None]


def _fen(yuan: Decimal) -> int:
    return int((yuan * 100).to_integral_value())
