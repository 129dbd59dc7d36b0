"""Takes the sound view out of our classifier, in this process only, to see what it is worth."""

from __future__ import annotations

import sys


def apply() -> None:
    """Takes it out.

    Raises:
        RuntimeError: Too late, or the views are not what this was written for: nothing would be measured.
    """
    if "bot.nlu.linear" in sys.modules:
        raise RuntimeError("bot.nlu.linear has been imported already")
    from bot.nlu import vectors, views

    written = tuple(view for view in vectors.VIEWS if view[0] is not views.sounds)
    if len(written) != len(vectors.VIEWS) - 1:
        raise RuntimeError("bot.nlu.vectors.VIEWS has no sound view")
    vectors.VIEWS = written
    vectors.LENGTH = sum(weight * weight for _, weight in written)
