"""Stand-ins for libraries that Rasa imports for channels, stores and plots which this bot does not have.

Importing them costs a quarter of the bot's start. A stand-in can be named, subclassed and called while modules are
imported; using what came of it fails and says why.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Sequence

PACKAGES = (
    *("aiogram", "slack_sdk", "twilio", "fbmessenger", "webexteamssdk", "mattermostwrapper", "rocketchat_API"),
    *("questionary", "prompt_toolkit", "boto3", "botocore", "pymongo", "aio_pika", "aiormq", "matplotlib"),
)


class NotHere(RuntimeError):
    """Something needs a library that `bot.serve` leaves out; `python -m rasa run` has all of them."""


class _Thing:
    """What any name of an absent library stands for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Takes what it is given: some modules make objects while they are imported."""

    def __getattr__(self, name: str) -> Any:
        raise NotHere(f"{type(self).__module__}.{type(self).__name__}.{name}: {NotHere.__doc__}")


class _Absent(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        thing = type(name, (_Thing,), {"__module__": self.__name__})
        setattr(self, name, thing)
        return thing


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in PACKAGES:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Has nothing to run."""


def install() -> None:
    """Puts the stand-ins before the real libraries, for this process, from now on."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
