"""Keeps one program running: starts it, watches it, starts it again when it dies or hangs."""

import asyncio
import signal
from collections.abc import Callable
from enum import StrEnum

from desk.launch.backoff import Backoff
from desk.launch.child import Child
from desk.launch.console import Console
from desk.launch.groups import Groups
from desk.launch.logs import RotatingLog
from desk.launch.probe import Probe
from desk.launch.program import Program
from desk.launch.timing import Timing


class State(StrEnum):
    """What a program is doing."""

    STARTING = "starting"
    HEALTHY = "healthy"
    WAITING = "waiting"
    """Between two starts."""
    STOPPED = "stopped"


class Keeper:
    """The keeper of one program.

    Attributes:
        healthy_once: set when the program has been healthy for the first time.
        given_up: set when too many first starts failed.
    """

    def __init__(
        self,
        program: Program,
        log: RotatingLog,
        groups: Groups,
        probe: Probe,
        console: Console,
        timing: Timing,
        changed: Callable[[], None],
    ) -> None:
        self.program = program
        self.log = log
        self.state = State.STOPPED
        self.pid: int | None = None
        self.starts = 0
        self.healthy_once = asyncio.Event()
        self.given_up = asyncio.Event()
        self._groups = groups
        self._probe = probe
        self._console = console
        self._timing = timing
        self._changed = changed
        self._backoff = Backoff(timing.first_delay, timing.longest_delay, timing.reset_after)

    async def keep(self) -> None:
        """Keep the program running until cancelled; a second cancellation ends it by force."""
        try:
            while True:
                healthy_for = await self._run_once_somehow()
                if self.starts >= self._timing.start_attempts and not self.healthy_once.is_set():
                    self.given_up.set()
                    return
                delay = self._backoff.delay(healthy_for)
                self._turn(State.WAITING)
                self._say(f"starting again in {delay:g} s")
                await asyncio.sleep(delay)
        finally:
            self._turn(State.STOPPED)

    async def _run_once_somehow(self) -> float:
        try:
            return await self._run_once()
        except Exception as error:  # no processes, no files, no memory: that may pass, and giving up would not help
            self._say(f"cannot be supervised just now: {error!r}")
            return 0.0

    async def _run_once(self) -> float:
        """Start the program and stay until it has ended; return how many seconds it was healthy."""
        self.starts += 1
        try:
            child = await Child.start(self.program, self.log, self._groups)
        except OSError as error:
            self._say(f"cannot be started: {error}")
            return 0.0
        self.pid = child.pid
        self._turn(State.STARTING)
        self._say(f"started, process {child.pid}")
        grace = self._timing.grace
        try:
            reason, healthy_for = await self._watch(child)
            grace = self._timing.hang_grace
        finally:
            # On cancellation: the orderly end. Otherwise it is dead or hangs, and this takes the rest away.
            await child.stop(grace)
            self.pid = None
        self._say(reason)
        if not self.healthy_once.is_set():
            for line in self.log.tail(15):
                self._console.say(f"  {line}", self.program.name)
            self._say(f"(all of it: {self.log.path})")
        return healthy_for

    async def _watch(self, child: Child) -> tuple[str, float]:
        """Watch until the program ends or hangs; return what happened and how long it was healthy."""
        now = asyncio.get_running_loop().time
        began, healthy_since, misses = now(), None, 0
        exited = asyncio.ensure_future(child.wait())
        try:
            while True:
                pause = self._timing.poll if healthy_since is None else self._timing.check_every
                await asyncio.wait({exited}, timeout=pause)
                if exited.done():
                    return _ending(exited.result()), now() - healthy_since if healthy_since else 0.0
                status = await self._probe.status(self.program.health)
                misses = misses + 1 if status is None else 0
                if healthy_since is None:
                    if status is not None and self.program.ready(status):
                        healthy_since = now()
                        self._turn(State.HEALTHY)
                        self._say(f"healthy after {healthy_since - began:.1f} s")
                        self.healthy_once.set()
                    elif now() - began > self._timing.start_timeout:
                        return f"not healthy after {self._timing.start_timeout:g} s", 0.0
                elif misses >= self._timing.hang_after:
                    return f"hangs: no answer {misses} times in a row", now() - healthy_since
        finally:
            exited.cancel()

    def _turn(self, state: State) -> None:
        self.state = state
        self._changed()

    def _say(self, text: str) -> None:
        self._console.say(text, self.program.name)


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return f"was killed by signal {name}"
