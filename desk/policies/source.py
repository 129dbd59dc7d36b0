"""The policy in force: read again when the file changes, the old one kept where the new one is wrong."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from desk.policies.model import Action, Policy
from desk.policies.reading import BadPolicy, Fault, read

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0  # seconds between two looks at the file


class Policies(Protocol):
    """Where cases get the policy from."""

    @property
    def current(self) -> Policy:
        """The policy in force now."""

    def may(self, action: Action) -> bool:
        """Say whether the operator has switched an action on."""


class PolicyFile:
    """The file as a source of policy. Safe to use from many threads."""

    def __init__(self, path: Path, *, demo: bool, now: Callable[[], float] = time.monotonic) -> None:
        """Read the file.

        Args:
            demo: whether this is the demo shop, where "demo" means on.

        Raises:
            BadPolicy: there is no policy to begin with.
        """
        self.path, self._demo, self._now = path, demo, now
        self._lock = threading.Lock()
        self._stamp = _stamp(path)
        self._looked = now()
        self._policy = read(path)
        self.faults: list[Fault] = []

    @property
    def current(self) -> Policy:
        """The policy in force."""
        self.look()
        return self._policy

    def look(self) -> None:
        """Take the file over where it has changed; it is looked at every `LOOK_EVERY` seconds at most."""
        with self._lock:
            if self._now() - self._looked >= LOOK_EVERY:
                self._looked = self._now()
                self._take_over()

    def may(self, action: Action) -> bool:
        """Say whether the operator has switched an action on."""
        switch = self.current.switches[action]
        return switch == "on" or (switch == "demo" and self._demo)

    def _take_over(self) -> None:
        stamp = _stamp(self.path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._policy = read(self.path)
        except BadPolicy as bad:
            self.faults = bad.faults
            logger.error("%s was not taken over, the old policy stays: %s", self.path.name, bad.details["faults"])
        else:
            self.faults = []
            logger.info("%s has been read again", self.path.name)


class FixedPolicy:
    """A policy that does not change: for tests and tools."""

    def __init__(self, policy: Policy, *, demo: bool = True) -> None:
        self.current, self._demo = policy, demo

    def may(self, action: Action) -> bool:
        """Say whether the policy has the action switched on."""
        switch = self.current.switches[action]
        return switch == "on" or (switch == "demo" and self._demo)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
