"""A day's opening times as people write them: `09:00-12:00, 14:00-18:00`; `20:00-02:00` ends on the next day."""

import re
from functools import lru_cache
from itertools import pairwise

DAY = 24 * 60  # minutes
Span = tuple[int, int]
_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至]\s*(\d{1,2})[:：](\d{2})")
_BETWEEN = re.compile(r"[,，、;；]")


@lru_cache(maxsize=512)
def spans(text: str) -> tuple[Span, ...]:
    """Return (start, end) in minutes after midnight, in order; an end beyond `DAY` is on the next day.

    Raises:
        ValueError: in words for the operator.
    """
    found = sorted(_span(part.strip()) for part in _BETWEEN.split(text) if part.strip())
    for (_, end), (start, _) in pairwise(found):
        if start < end:
            raise ValueError("同一天的时段不能重叠")
    return tuple(found)


def _span(text: str) -> Span:
    read = _SPAN.fullmatch(text)
    if read is None:
        raise ValueError(f"“{text}”看不懂，请写成 09:00-18:00，多个时段用逗号隔开")
    from_hour, from_minute, to_hour, to_minute = map(int, read.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if from_minute > 59 or to_minute > 59 or start >= DAY or end > DAY:
        raise ValueError(f"“{text}”不是有效的时间")
    if start == end:
        raise ValueError(f"“{text}”开始和结束相同，全天请写 00:00-24:00")
    return (start, end if end > start else end + DAY)
