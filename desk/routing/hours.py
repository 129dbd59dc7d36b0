"""Opening hours on the shop's clock: spans of weekdays; no span at all means around the clock."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from desk import clock

_LOOKED_AHEAD = 8  # days: a week, and the rest of today


def _minute(value: str) -> str:
    hour, _, minute = value.partition(":")
    if not (hour.isdigit() and minute.isdigit() and len(minute) == 2 and int(hour) * 60 + int(minute) <= 24 * 60):
        raise ValueError("时间请写成 09:00 这样，最晚 24:00")
    return value


Clock = Annotated[str, AfterValidator(_minute)]


class Span(BaseModel):
    """From when until when on some weekdays (1 is Monday); what goes past midnight is two spans."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(min_length=1)
    begins: Clock
    ends: Clock

    @model_validator(mode="after")
    def _forwards(self) -> "Span":
        if minutes(self.begins) >= minutes(self.ends):
            raise ValueError("营业时间的结束要晚于开始；跨零点请分成两段")
        return self


def minutes(time: str) -> int:
    """Return the minutes since midnight."""
    hour, _, minute = time.partition(":")
    return int(hour) * 60 + int(minute)


def is_open(spans: Sequence[Span], moment: datetime) -> bool:
    """Say whether a moment lies within the hours."""
    there = clock.local(moment)
    now = there.hour * 60 + there.minute
    return not spans or any(
        there.isoweekday() in span.days and minutes(span.begins) <= now < minutes(span.ends) for span in spans
    )


def next_opening(spans: Sequence[Span], moment: datetime) -> datetime | None:
    """Return when the hours begin next after a moment at which they are closed; None where they never do."""
    return min((begins for begins in _openings(spans, moment) if begins > moment), default=None)


def _openings(spans: Sequence[Span], moment: datetime) -> Iterator[datetime]:
    midnight = clock.local(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(_LOOKED_AHEAD):
        day = midnight + timedelta(days=ahead)
        for span in spans:
            if day.isoweekday() in span.days:
                yield day + timedelta(minutes=minutes(span.begins))
