"""Who should answer: decided from what is known of the agents at one moment, without the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Candidate:
    """An agent as the choice sees him.

    Attributes:
        groups: that he serves; `main` is where he is asked first.
        load: conversations and offers that he has.
        asked: he has an offer to answer; one at a time, or an absent agent would keep many waiting.
        ready: a page of his is open and he says that he is online.
        there: a page is open, and he is not away.
        offered: he gets offers at all; leads may only take by hand.
        given_at: when he got a conversation last.
        cases: the permissions for guarded cases that he has.
    """

    id: int
    groups: frozenset[str]
    main: str | None = None
    load: int = 0
    asked: bool = False
    capacity: int = 5
    ready: bool = True
    there: bool = True
    offered: bool = True
    given_at: datetime | None = None
    cases: frozenset[str] = frozenset()

    @property
    def free(self) -> int:
        """How many more customers he can have."""
        return max(0, self.capacity - self.load) if self.ready and self.offered else 0

    @property
    def open_to_offers(self) -> bool:
        """Whether he can be asked now."""
        return self.free > 0 and not self.asked


@dataclass(frozen=True)
class Need:
    """What a hand-off needs.

    Attributes:
        helpers: its group, then those that help out while nobody of the group is free.
        passed: those who let the offer go by in this round.
        last_agent: who had this customer last; he comes first.
        named: who is to be asked then: the steward, whoever calms upset customers.
        permission: what only some may see; nobody else is asked.
    """

    helpers: tuple[str, ...]
    passed: frozenset[int] = frozenset()
    last_agent: int | None = None
    named: tuple[int, ...] = ()
    permission: str | None = None

    def open_to(self, one: Candidate) -> bool:
        """Return whether somebody may see what this is about."""
        return self.permission is None or self.permission in one.cases


def best(need: Need, people: Collection[Candidate]) -> Candidate | None:
    """Return who gets the offer, or None: the group's own first, those who help out when none of them is free."""
    for team in need.helpers:
        able = [
            each
            for each in people
            if each.open_to_offers and team in each.groups and each.id not in need.passed and need.open_to(each)
        ]
        if able:
            return min(able, key=lambda each: _order(need, team, each))
    return None


def staffed(need: Need, people: Collection[Candidate]) -> bool:
    """Return whether anybody is there who could take it, if only by hand."""
    return any(each.there and each.groups.intersection(need.helpers) and need.open_to(each) for each in people)


def wait_seconds(place: int, pool: Collection[str], people: Collection[Candidate], handling: float) -> float | None:
    """Return how long the one at a place (1 is next) will probably wait.

    Free hands take the first ones at once; the others wait until conversations end, one after the other.

    Args:
        pool: the groups whose agents they wait for.
        handling: seconds that a conversation takes.

    Returns:
        None when nobody is there.
    """
    there = [each for each in people if each.ready and each.offered and each.groups.intersection(pool)]
    if not there:
        return None
    free = sum(each.free for each in there)
    if place <= free:
        return 0.0
    busy = sum(min(each.load, each.capacity) for each in there)
    return (place - free) * handling / max(busy, 1)


def _order(need: Need, team: str, each: Candidate) -> tuple[object, ...]:
    named = need.named.index(each.id) if each.id in need.named else len(need.named)
    return (
        each.id != need.last_agent,
        named,
        each.load / each.capacity,
        each.main not in (None, team),
        each.given_at or _NEVER,
        each.id,
    )
