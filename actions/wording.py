"""Which responses the domain has, and what the intents are called in front of customers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Mapping

import yaml

_ROOT = Path(__file__).resolve().parent.parent


@lru_cache(maxsize=1)
def responses() -> frozenset[str]:
    """Return the names of domain.yml's responses, so that a general wording can step in for a special one."""
    domain = yaml.safe_load((_ROOT / "domain.yml").read_text(encoding="utf-8"))
    return frozenset(domain["responses"])


@lru_cache(maxsize=1)
def intent_labels() -> Mapping[str, str]:
    """Return data/dialogue/intent_labels.yml: intent -> what its button says."""
    table = yaml.safe_load((_ROOT / "data/dialogue/intent_labels.yml").read_text(encoding="utf-8"))
    return dict(table["intent_labels"])


def label(topic: str | None) -> str:
    """Return how to name a topic in a sentence."""
    return intent_labels().get(topic or "", "刚才的问题")


def first_known(*names: str) -> str:
    """Return the first of `names` that domain.yml words; the last one if none."""
    return next((name for name in names if name in responses()), names[-1])
