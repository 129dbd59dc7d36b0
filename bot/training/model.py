"""Lets a trained model read messages, as `rasa test nlu` does, and takes the time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.training import answers
from bot.training.samples import Sample

if TYPE_CHECKING:
    from rasa.core.agent import Agent

WARM_UP = 5  # the first messages fill caches and load tables


class Unusable(Exception):
    """A model that this code cannot load or that fails on a message."""


def ask(model: Path, samples: Sequence[Sample]) -> list[answers.Answer]:
    """Parses all messages with one model.

    Args:
        model: A model archive.
        samples: The messages.

    Returns:
        One answer per message.

    Raises:
        Unusable: The model was made by other code, or is damaged.
    """
    if not model.is_file():
        raise Unusable(f"{model}: there is no such model. 没有这个模型。")
    try:
        return asyncio.run(_ask(_load(model), samples))
    except Exception as error:
        # Anything can come out of components that meet a model of another day.
        raise Unusable(f"{model}: {type(error).__name__}: {str(error).strip()[:300]}") from error


def _load(model: Path) -> Agent:
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    logging.getLogger("rasa").setLevel(logging.ERROR)
    return Agent.load(str(model))


async def _ask(agent: Agent, samples: Sequence[Sample]) -> list[answers.Answer]:
    from rasa.core.channels.channel import UserMessage

    if agent.processor is None:
        raise ValueError("holds nothing that reads messages")
    for sample in samples[:WARM_UP]:
        await agent.processor.parse_message(UserMessage(text=sample.text))
    found = []
    for sample in samples:
        began = time.process_time()
        parsed = await agent.processor.parse_message(UserMessage(text=sample.text))
        found.append(answers.read(sample, parsed, (time.process_time() - began) * 1000))
    return found
