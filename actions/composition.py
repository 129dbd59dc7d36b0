"""Where the actions get their services: the SDK makes actions without arguments."""

from __future__ import annotations

import os
from functools import lru_cache

from actions.desk import Desk


@lru_cache(maxsize=1)
def desk() -> Desk:
    """Return the client of the desk, set up from KAMIDESK_DESK_URL and KAMIDESK_BOT_TOKEN."""
    url = os.environ.get("KAMIDESK_DESK_URL") or "http://127.0.0.1:8000"
    return Desk(url, os.environ.get("KAMIDESK_BOT_TOKEN", ""))
