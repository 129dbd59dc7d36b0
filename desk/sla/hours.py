"""Business time: how much of it lies between two moments, and when so much of it will have passed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from desk import clock
from desk.sla.calendars import Calendar, Calendars
from desk.sla.spans import Span, spans

_DAY = timedelta(days=1)
_WHOLE_DAY = Calendar(title="全天", week=("00:00-24:00",) * 7)
_FARTHEST = 3 * 366  # days that are looked ahead


class Hours:
    """One calendar with the public holidays, on the shop's clock (Asia/Shanghai)."""

    def __init__(self, calendar: Calendar, off: frozenset[date], work: frozenset[date]) -> None:
        self._calendar, self._off, self._work = calendar, off, work

    def add(self, start: datetime, length: timedelta) -> datetime:
        """Return when `length` of business time will have passed since `start`.

        Nothing to add is `start` itself. What would not pass within three years is due at their end: a calendar
        that is hardly ever open must not stop what starts a clock.
        """
        if length <= timedelta():
            return start
        left, reached = length, start
        for opens, closes in self._open(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left, reached = left - (closes - begins), closes
        return reached

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the business time from `start` to `end`; nothing when `end` is not later."""
        total = timedelta()
        for opens, closes in self._open(start):
            if opens >= end:
                break
            total += min(closes, end) - max(opens, start)
        return total

    def open_at(self, moment: datetime) -> bool:
        """Say whether business time passes at `moment`."""
        return self.between(moment, moment + timedelta(microseconds=1)) > timedelta()

    def _open(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield opening times in UTC that end after `start`, in order and without overlap."""
        first = clock.local(start).date() - _DAY  # what began yesterday may go beyond midnight
        until = start.astimezone(UTC)
        for number in range(_FARTHEST):
            day = first + number * _DAY
            midnight = datetime.combine(day, time(), clock.SHOP_ZONE).astimezone(UTC)
            for span in self._spans(day):
                opens, closes = (midnight + timedelta(minutes=minutes) for minutes in span)
                if closes > until:
                    yield max(opens, until), closes
                    until = closes

    def _spans(self, day: date) -> tuple[Span, ...]:
        text: str | None = None
        if day in self._off:
            text = self._calendar.holiday
        elif day in self._work:
            text = self._calendar.makeup
        return spans(self._calendar.week[day.weekday()] if text is None else text)


def hours_of(calendars: Calendars, name: str) -> Hours:
    """Return the hours of a calendar; one that has been deleted counts as open all day: promises do not wait."""
    return Hours(calendars.calendars.get(name, _WHOLE_DAY), calendars.off(), calendars.work())
