"""Limits of the web channel: how fast one visitor may write, how many sessions one address may open."""

import math
import time
from collections import OrderedDict

from desk.errors import DeskError


class TooFast(DeskError):
    """Over the limit; `retry_after` seconds tells when it will pass."""

    code, status, message = "too_fast", 429, "您发得太快了，请稍等几秒再发"


class PicturesTooFast(TooFast):
    """Over the limit for pictures."""

    message = "图片发得太快了，请稍等几秒再发"


class Buckets:
    """Token buckets by key, in memory: a restart forgives, which is all right for a speed limit.

    Args:
        burst: how many at once.
        per_second: how many more each second.
        most: how many keys are remembered; the longest unused go first.
        error: what `take` raises.
    """

    def __init__(self, burst: float, per_second: float, most: int = 50_000, error: type[TooFast] = TooFast) -> None:
        self._burst, self._rate, self._most, self._error = burst, per_second, most, error
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Take one.

        Raises:
            TooFast: none is left for `key`.
        """
        now = time.monotonic()
        level, at = self._levels.pop(key, (self._burst, now))
        level = min(self._burst, level + (now - at) * self._rate)
        allowed = level >= 1
        self._levels[key] = (level - 1 if allowed else level, now)
        while len(self._levels) > self._most:
            self._levels.popitem(last=False)
        if not allowed:
            raise self._error(retry_after=math.ceil((1 - level) / self._rate * 10) / 10)


class WebLimits:
    """The web channel's limits in one desk process.

    Many customers may share an address (mobile networks), so sessions are limited loosely, only against floods.
    """

    def __init__(self) -> None:
        self.messages = Buckets(burst=8, per_second=1)  # by visitor
        self.signals = Buckets(burst=10, per_second=2)  # by visitor
        self.sessions = Buckets(burst=120, per_second=5)  # by address
        # Decoding takes a processor's second, and a disk is soon full.
        self.pictures = Buckets(burst=6, per_second=0.2, error=PicturesTooFast)  # by visitor
        self.pictures_from = Buckets(burst=60, per_second=0.2, error=PicturesTooFast)  # by address
