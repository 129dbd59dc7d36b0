"""When a failed delivery is tried again, and when it is given up."""

import random
from datetime import timedelta

TRIES = 10
_FIRST = timedelta(seconds=30)
_LONGEST = timedelta(hours=6)
_FACTOR = 3.0
_JITTER = 0.2


def wait(tries: int) -> timedelta:
    """Return how long to wait after so many failed tries: 30 s, 90 s, 4.5 min … 6 h, each up to a fifth more or less.

    Ten tries take about 21 hours. The jitter keeps the deliveries of one outage from coming back all at once.
    """
    plain = min(_FIRST * _FACTOR ** (tries - 1), _LONGEST)
    return plain * random.uniform(1 - _JITTER, 1 + _JITTER)
