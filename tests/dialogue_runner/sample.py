"""What a sample says: the shop that it needs, what is said, what must come of it. Plain records."""

from dataclasses import dataclass, field
from datetime import timedelta

from tests.dialogue_runner.marked import Place
from tests.dialogue_runner.words import Wanted
from tests.dialogue_runner.world import ShopWanted

ANONYMOUS = "anonymous"
ME = "me"
NEW = "new"


@dataclass(frozen=True)
class CardsWanted:
    """How many cards of a kind a reply shows, or of which orders."""

    place: Place
    count: int | None = None
    orders: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Expects:
    """What the replies to one turn must and must not be."""

    contains: tuple[Wanted, ...] = ()
    any_of: tuple[Wanted, ...] = ()
    lacks: tuple[Wanted, ...] = ()
    intent: tuple[str, ...] = ()
    mood: tuple[str, ...] = ()
    wants_human: bool | None = None
    buttons: tuple[Wanted, ...] | None = None
    cards: dict[str, CardsWanted] = field(default_factory=dict)
    replies: tuple[int, int] | None = None
    places: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """One thing that happens: the customer says, presses or picks, time passes, an agent acts.

    Attributes:
        act: says, press, pick, waits, agent.
        texts: what is said (several: a burst), the button's title, the order's name.
        does: what the agent does.
        recorded: what the bot said in the transcript, for comparing by eye only.
    """

    place: Place
    act: str
    texts: tuple[str, ...] = ()
    time: timedelta = timedelta()
    does: str = ""
    expects: Expects = field(default_factory=Expects)
    recorded: tuple[str, ...] = ()


@dataclass(frozen=True)
class TicketExpected:
    """A ticket that must have come of the dialogue."""

    place: Place
    fields: dict[str, str]


@dataclass(frozen=True)
class CouponExpected:
    """A coupon that must have been given, to whomever where `customer` is None."""

    place: Place
    yuan: str
    customer: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What must have happened. A field that is None was not named.

    Attributes:
        moved: effects on keys, top-ups and payments by kind: order -> how often (and which keys or payments of it).
        refunds: order -> the fields that were given.
        named: what was done to orders, recharges and accounts, by kind: their names.
        corrected: order -> the account it has now; "" for whichever.
    """

    place: Place
    moved: dict[str, dict[str, tuple[int, tuple[int, ...]]]] = field(default_factory=dict)
    refunds: dict[str, dict[str, str]] | None = None
    named: dict[str, tuple[str, ...]] = field(default_factory=dict)
    corrected: dict[str, str] | None = None
    coupons: tuple[CouponExpected, ...] | None = None
    tickets: tuple[TicketExpected, ...] | None = None
    handoff: dict[str, str] | None = None
    status: dict[str, str] = field(default_factory=dict)
    owner: str | None = None
    nothing: bool = False
    places: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class Sample:
    """One dialogue."""

    name: str
    place: Place
    turns: tuple[Turn, ...]
    shop: ShopWanted = field(default_factory=ShopWanted)
    speaker: str = ANONYMOUS
    never: tuple[Wanted, ...] = ()
    outcome: Outcome | None = None
