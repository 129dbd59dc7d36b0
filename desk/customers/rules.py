"""By which rules customers are put into segments: the document `segments`.

From what spending on somebody has a level, and from what on a merchant or novice, stands in policies.yml (`profiles`):
the knowledge base tells customers the same figures.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from desk.options.service import Options

Days = Annotated[int, Field(ge=1, le=3650)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=20, strip_whitespace=True)]
Channel = Literal["online", "message", "phone"]


class SegmentRules(Options):
    """The rules.

    Attributes:
        refresh_minutes: how old the shop's figures on a page may be.
        new_days: so long after the first order somebody is new; longest time since the last order for `active_days`.
        frequent_contacts: so many days with a contact, or hand-offs, within `frequent_days` make a frequent asker.
        channel_least: so many contacts within `channel_days` show which way somebody prefers.
        ticket_channels: kinds of tickets, or their problems ("message"), that say how the customer came.
        tags: tags of staff that put a customer into a segment.
        elderly_words: what customers of old age say of themselves.
        suggested_tags: offered to staff.
    """

    NAME: ClassVar[str] = "segments"

    refresh_minutes: int = Field(ge=0, le=1440)
    new_days: Days
    active_days: Days
    frequent_days: Days
    frequent_contacts: int = Field(ge=2, le=1000)
    channel_days: Days
    channel_least: int = Field(ge=1, le=100)
    ticket_channels: dict[Word, Channel]
    tags: dict[Literal["elderly", "merchant", "novice"], tuple[Word, ...]]
    elderly_words: tuple[Word, ...]
    suggested_tags: tuple[Annotated[str, StringConstraints(min_length=1, max_length=12)], ...] = Field(max_length=30)
