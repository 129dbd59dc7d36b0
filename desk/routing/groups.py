"""The groups of agents, as operators set them: what goes to whom, how long an offer stands, who is open when."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from desk.options.service import Options
from desk.routing.hours import Span

Key = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,19}$")]
Word = Annotated[str, Field(min_length=1, max_length=60)]


class Group(BaseModel):
    """One group. `reasons`, `intents` and `kinds` (of tickets) say what goes to it.

    `overflow` helps out while nobody of the group is free; `covered`: somebody must be rostered during its hours;
    `message_kind` is the kind of ticket that a message left for it becomes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    name: Word
    reasons: tuple[Word, ...] = ()
    intents: tuple[Word, ...] = ()
    kinds: tuple[Word, ...] = ()
    overflow: Key | None = None
    hours: tuple[Span, ...] = ()
    covered: bool = False
    auto_accept: bool = False
    offer_seconds: int | None = Field(None, ge=5, le=600)
    message_kind: Word


class Groups(Options):
    """The whole document. The first group gets what no other one claims."""

    NAME: ClassVar[str] = "groups"

    groups: tuple[Group, ...] = Field(min_length=1, max_length=20)
    offer_seconds: int = Field(ge=5, le=600)
    capacity: int = Field(ge=1, le=50)
    missed_offers: int = Field(ge=1, le=20)
    gone_seconds: int = Field(ge=30, le=600)
    long_wait_minutes: int = Field(ge=1, le=240)
    same_agent_days: int = Field(ge=0, le=90)
    first_reasons: tuple[Word, ...]
    green_reasons: tuple[Word, ...]
    frequent_handoffs: int = Field(ge=2, le=100)
    upset_agents: tuple[Word, ...] = ()
    message_kinds: dict[Word, Word] = {}

    @model_validator(mode="after")
    def _whole(self) -> "Groups":
        keys = [group.key for group in self.groups]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"组名重复：{'、'.join(sorted(twice))}")
        for group in self.groups:
            if group.overflow == group.key or (group.overflow and group.overflow not in keys):
                raise ValueError(f"「{group.name}」的接替组 {group.overflow} 不存在，或者就是它自己")
        for what, claimed in (("原因", "reasons"), ("意图", "intents"), ("工单类型", "kinds")):
            all_of = [word for group in self.groups for word in getattr(group, claimed)]
            if twice := {word for word in all_of if all_of.count(word) > 1}:
                raise ValueError(f"{what}只能归一个组：{'、'.join(sorted(twice))}")
        return self

    def of(self, key: str) -> Group:
        """Return a group; the first one where this one has been taken away."""
        return next((group for group in self.groups if group.key == key), self.groups[0])

    def team_keys(self) -> list[str]:
        """Return the groups' keys, in the document's order."""
        return [group.key for group in self.groups]

    def for_handoff(self, reason: str, intent: str | None) -> Group:
        """Return whose a hand-off is: what the customer wants says more than why the bot gave up."""
        by_intent = (group for group in self.groups if intent in group.intents)
        by_reason = (group for group in self.groups if reason in group.reasons)
        return next(by_intent, None) or next(by_reason, None) or self.groups[0]

    def for_ticket(self, kind: str) -> Group:
        """Return whose tickets of a kind are."""
        return next((group for group in self.groups if kind in group.kinds), self.groups[0])

    def helpers(self, key: str) -> list[str]:
        """Return a group and those that help out for it, in the order in which they are asked."""
        found: list[str] = []
        at: str | None = self.of(key).key
        while at is not None and at not in found:
            found.append(at)
            at = self.of(at).overflow
        return found

    def seconds(self, key: str) -> int:
        """Return how long an offer of the group stands."""
        return self.of(key).offer_seconds or self.offer_seconds
