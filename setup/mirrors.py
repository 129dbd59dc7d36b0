"""Lets uv use the package index that pip is set up for (often a mirror is configured for pip only)."""

import os
import sys
from collections.abc import Mapping

from setup.shell import answer


def index_variables(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables that point uv at pip's index; none when uv has its own or pip uses the default."""
    if any(name in env for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_CONFIG_FILE")):
        return {}
    url = env.get("PIP_INDEX_URL") or answer([sys.executable, "-m", "pip", "config", "get", "global.index-url"])
    return {"UV_DEFAULT_INDEX": url} if url else {}
