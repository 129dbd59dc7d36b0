"""Into which segments a customer falls: figures of the shop, contacts and tags, judged by the rules of the moment."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import profile
from desk.cases.profile import Figures, Profile
from desk.conversations import lists
from desk.customers import cards, contacts, tags
from desk.customers.cards import Cards
from desk.customers.people import Person
from desk.customers.rules import SegmentRules
from desk.options.service import current
from desk.policies.model import Policy

Life = Literal["", "new", "active", "dormant"]
Wording = Literal["", "novice", "merchant", "vip"]


@dataclass(frozen=True)
class Segments:
    """What a customer is.

    `life` is empty for whoever is not known to the shop, `trade` for whoever never bought; `channel` is the way that is
    used most (online, message, phone), empty where it does not show yet.
    """

    profile: Profile
    life: Life
    trade: Literal["", "private", "merchant"]
    channel: str
    novice: bool
    elderly: bool
    frequent: bool

    @property
    def vip(self) -> bool:
        """Whether the month's spending makes a VIP, merchants too."""
        return self.profile.level == "vip"

    @property
    def names(self) -> list[str]:
        """The segments by name, the most telling first: "vip", "frequent", "life.new" …"""
        found = {"vip": self.vip, "frequent": self.frequent, "elderly": self.elderly, "novice": self.novice}
        told = [name for name, holds in found.items() if holds]
        parts = {"trade": self.trade, "life": self.life, "channel": self.channel}
        return [*told, *(f"{part}.{value}" for part, value in parts.items() if value)]

    @property
    def wording(self) -> Wording:
        """For whom the bot words its answers; who is old gets them as slowly as who is new to it."""
        if self.elderly:
            return "novice"
        return "merchant" if self.trade == "merchant" else self.profile.kind


def of(session: Session, kept: Cards, policy: Policy, person: Person) -> Segments:
    """Return a person's segments as of now."""
    rules, now = current(session, SegmentRules), clock.now()
    figures = kept.figures(session, person)
    signed_in = bool(person.customer_ids)
    judged = profile.judged(policy, figures) if signed_in else Profile()
    tagged = {tag.casefold() for tag in tags.of(session, person)}

    def says(segment: Literal["elderly", "merchant", "novice"]) -> bool:
        return any(word.casefold() in tagged for word in rules.tags.get(segment, ()))

    merchant = judged.kind == "merchant" or says("merchant")
    often = now - timedelta(days=rules.frequent_days)
    asked = max(
        contacts.count(session, person, often), lists.count_handoffs(session, person.conversation_ids, since=often)
    )
    return Segments(
        profile=judged,
        life=_life(rules, figures) if signed_in else "",
        trade="merchant" if merchant else "private" if figures.orders else "",
        channel=_channel(session, rules, person),
        novice=not merchant and (judged.kind == "novice" or says("novice")),
        elderly=says("elderly") or cards.said_elderly(session, person),
        frequent=asked >= rules.frequent_contacts,
    )


def _life(rules: SegmentRules, figures: Figures) -> Life:
    now = clock.now()
    if figures.first_at is None or now - figures.first_at <= timedelta(days=rules.new_days):
        return "new"
    last = figures.last_at or figures.first_at
    return "active" if now - last <= timedelta(days=rules.active_days) else "dormant"


def _channel(session: Session, rules: SegmentRules, person: Person) -> str:
    found = contacts.by_channel(session, person, clock.now() - timedelta(days=rules.channel_days))
    most = next(iter(found.items()), ("", 0))
    return most[0] if most[1] >= rules.channel_least else ""
