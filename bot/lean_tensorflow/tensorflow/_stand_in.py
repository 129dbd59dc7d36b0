"""A stand-in for TensorFlow: importable, never usable.

Rasa 3.6 imports TensorFlow at start whether a pipeline uses it or not. Ours does not (`config.yml`), and TensorFlow
costs 350 MB of memory, 10 s of every start and 1.7 GB of disk. The packages beside this one give Rasa's class
bodies and annotations (`class RasaModel(tf.keras.Model)`, `def f(x: tf.Tensor)`) something to name. Whoever calls
any of it gets `TensorFlowMissing`, which says how to install the real one.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any, Sequence, Union

HOW_TO_INSTALL = (
    "{name} was called, but this environment has only a stand-in for TensorFlow (bot/lean_tensorflow): "
    "the shipped pipeline does not need it. For DIET, TED or another TensorFlow component make an environment "
    "with the real one:\n"
    "    uv venv bot/.venv-tensorflow --python 3.10\n"
    "    uv pip sync --python bot/.venv-tensorflow locks/bot-tensorflow.txt\n"
    "    bot/.venv-tensorflow/bin/rasa train"
)


class TensorFlowMissing(ImportError):
    """Something of TensorFlow was really used.

    An ImportError, because libraries that merely look whether TensorFlow is there (thinc does) catch that one.
    """

    def __init__(self, name: str) -> None:
        super().__init__(HOW_TO_INSTALL.format(name=name))


class Placeholder(type):
    """Metaclass of every name found in a stand-in: can be subclassed, annotated with and passed on, not called."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        raise TensorFlowMissing(f"{cls.__module__}.{cls.__qualname__}")

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return placeholder(f"{cls.__module__}.{cls.__qualname__}", name)

    def __getitem__(cls, _: Any) -> Any:
        return cls

    def __or__(cls, other: Any) -> Any:
        return Union[cls, other]

    def __ror__(cls, other: Any) -> Any:
        return Union[other, cls]


def placeholder(parent: str, name: str) -> Placeholder:
    """Makes the placeholder for `parent.name`.

    Args:
        parent: Dotted name of the module or class that was asked.
        name: The attribute asked for.

    Returns:
        A class that can be named everywhere and called nowhere.
    """
    return Placeholder(name, (), {"__module__": parent})


class StandIn(ModuleType):
    """A module in which every public name exists, as a placeholder."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return placeholder(self.__name__, name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds any submodule of a stand-in (`tensorflow.keras.backend`, …) without a file for each."""

    roots: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        root, _, rest = fullname.partition(".")
        if rest and root in self.roots:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Has nothing to run: names appear when asked for."""


_finder = _Finder()


def stand_in(name: str) -> None:
    """Turns the top-level module `name` into a stand-in.

    Args:
        name: A module being imported, in `sys.modules`.
    """
    module = sys.modules[name]
    module.__class__ = StandIn
    _finder.roots.add(name)
    if _finder not in sys.meta_path:
        sys.meta_path.append(_finder)
