"""Business calendars and public holidays, as operators set them: the document `calendars`."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from desk import clock
from desk.options.service import Options
from desk.sla.spans import spans

_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*[~～至]\s*(\d{4}-\d{2}-\d{2}))?")
_LONGEST_HOLIDAY = 31
_SATURDAY = 5
# So long before a year begins its holidays should be known: a clock started today may run into it.
AHEAD = timedelta(days=30)


def _readable(text: str) -> str:
    spans(text)
    return text.strip()


@lru_cache(maxsize=512)
def days(text: str) -> tuple[date, ...]:
    """Return the days of `2026-01-01` or `2026-01-01~2026-01-03`.

    Raises:
        ValueError: in words for the operator.
    """
    read = _RANGE.fullmatch(text.strip())
    try:
        first, last = (date.fromisoformat(each) for each in (read[1], read[2] or read[1])) if read else (None, None)
    except ValueError:
        first = last = None
    if first is None or last is None:
        raise ValueError(f"“{text}”看不懂，请写成 2026-10-01 或 2026-10-01~2026-10-07")
    count = (last - first).days + 1
    if not 1 <= count <= _LONGEST_HOLIDAY:
        raise ValueError(f"“{text}”的结束要在开始之后，最多 {_LONGEST_HOLIDAY} 天")
    return tuple(first + timedelta(days=n) for n in range(count))


def _dated(text: str) -> str:
    days(text)
    return text.strip()


DayHours = Annotated[str, AfterValidator(_readable)]
Days = Annotated[str, AfterValidator(_dated)]


class Calendar(BaseModel):
    """The hours of one kind of work. An empty text is a closed day.

    `holiday` and `makeup` are the hours on public holidays and on weekend days that are worked in exchange;
    None: as on any such day of the week.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1, max_length=20)
    week: tuple[DayHours, DayHours, DayHours, DayHours, DayHours, DayHours, DayHours]
    holiday: DayHours | None = None
    makeup: DayHours | None = None

    @model_validator(mode="after")
    def _open_sometimes(self) -> "Calendar":
        if not any(self.week):
            raise ValueError("一周里至少要有一个营业时段")
        return self


class Year(BaseModel):
    """The public holidays of a year as they were published, and the weekend days worked in exchange."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(default="", max_length=100)
    holidays: tuple[Days, ...] = ()
    workdays: tuple[Days, ...] = ()


def check_year(number: int, year: Year) -> None:
    """Check that the days are of the year, and none is both off and worked.

    Raises:
        ValueError: in words for the operator.
    """
    off, work = _all(year.holidays), _all(year.workdays)
    if stray := sorted(day for day in off | work if day.year != number):
        raise ValueError(f"{stray[0]} 不在 {number} 年")
    if both := sorted(off & work):
        raise ValueError(f"{both[0]} 不能既放假又上班")


class Calendars(Options):
    """All calendars by name, and the holidays by year."""

    NAME: ClassVar[str] = "calendars"

    calendars: Mapping[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")], Calendar] = Field(min_length=1)
    years: Mapping[int, Year]

    @model_validator(mode="after")
    def _consistent(self) -> "Calendars":
        for number, year in self.years.items():
            check_year(number, year)
        return self

    def off(self) -> frozenset[date]:
        """Return all public holidays."""
        return frozenset(day for year in self.years.values() for day in _all(year.holidays))

    def work(self) -> frozenset[date]:
        """Return all weekend days that are worked in exchange."""
        return frozenset(day for year in self.years.values() for day in _all(year.workdays))

    def working_days_after(self, day: date, count: int) -> date:
        """Return the last of so many working days after a day, as public holidays and the days worked for them are."""
        off, work = self.off(), self.work()
        while count > 0:
            day += timedelta(days=1)
            count -= day in work or (day.weekday() < _SATURDAY and day not in off)
        return day

    def unpublished(self, moment: datetime) -> list[int]:
        """Return the years, of `moment` or soon after it, whose holidays nobody has entered."""
        near = {clock.local(each).year for each in (moment, moment + AHEAD)}
        return sorted(year for year in near if year not in self.years or not self.years[year].holidays)


def _all(ranges: tuple[str, ...]) -> frozenset[date]:
    return frozenset(day for text in ranges for day in days(text))
