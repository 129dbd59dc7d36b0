"""When the merchants' green channel is open, read from the words that customers are told.

The hours stand once, in policies.yml (facts.bulk_lane_hours), e.g. 工作日 9:00–21:00，周末 10:00–18:00.
"""

import re
from collections.abc import Mapping
from datetime import datetime, time

from desk import clock

_PART = re.compile(r"(每天|全天|工作日|周末)\s*(?:(\d{1,2}):(\d{2})\s*[–—~～-]\s*(\d{1,2}):(\d{2})|24\s*小时)")
_DAYS: Mapping[str, range] = {"每天": range(7), "全天": range(7), "工作日": range(5), "周末": range(5, 7)}


def is_open(hours: str, moment: datetime | None = None) -> bool:
    """Say whether a moment (now) is within the hours, on the shop's clock; hours that cannot be read are none.

    Public holidays are not known here: they count as the weekday that they fall on.
    """
    there = clock.local(moment or clock.now())
    return any(there.weekday() in _DAYS[days] and _within(there.time(), rest) for days, *rest in _PART.findall(hours))


def _within(now: time, ends: list[str]) -> bool:
    if not any(ends):
        return True  # 24 小时
    start_hour, start_minute, end_hour, end_minute = map(int, ends)
    minutes = now.hour * 60 + now.minute
    return start_hour * 60 + start_minute <= minutes < end_hour * 60 + end_minute
