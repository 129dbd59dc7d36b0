"""Opening hours on the shop's clock: spans of weekdays; no span at all means around the clock."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from desk import clock

WEEKDAYS = "一二三四五六日"
ALWAYS = "全天"
_PART = re.compile(
    r"(?:(每天)|周([一二三四五六日])至周([一二三四五六日])|(周[一二三四五六日](?:、周[一二三四五六日])*))"
    r"\s*(\d{1,2}:\d{2})\s*[-–—~～至]\s*(\d{1,2}:\d{2})"
)
_EXPECTED = "营业时间“{part}”看不懂，请写成：周一至周五 09:00–18:00；周六、周日 10:00–18:00，或者：全天"
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


def spoken(spans: Sequence[Span]) -> str:
    """Return the hours as operators read and write them: 周一至周五 09:00–18:00；周六 10:00–12:00."""
    return "；".join(f"{_days(sorted(span.days))} {span.begins}–{span.ends}" for span in spans) or ALWAYS


def parsed(text: str) -> list[dict[str, object]]:
    """Return the spans of hours that an operator wrote, not yet checked.

    Raises:
        ValueError: they cannot be read; the message says what is expected.
    """
    text = text.strip()
    if text == ALWAYS:
        return []
    found: list[dict[str, object]] = []
    for part in filter(None, (each.strip() for each in re.split("[；;\n]", text))):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(_EXPECTED.format(part=part))
        every, first, last, listed, begins, ends = match.groups()
        if every:
            days = list(range(1, 8))
        elif first:
            days = list(range(WEEKDAYS.index(first) + 1, WEEKDAYS.index(last) + 2))
        else:
            days = [WEEKDAYS.index(day) + 1 for day in listed if day in WEEKDAYS]
        found.append({"days": days, "begins": begins.zfill(5), "ends": ends.zfill(5)})
    if not found:
        raise ValueError(_EXPECTED.format(part=text))
    return found


def _days(days: list[int]) -> str:
    if days == list(range(1, 8)):
        return "每天"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"周{WEEKDAYS[days[0] - 1]}至周{WEEKDAYS[days[-1] - 1]}"
    return "、".join(f"周{WEEKDAYS[day - 1]}" for day in days)


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
