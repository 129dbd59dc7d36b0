"""Runs a set of programs until told to stop."""

import asyncio
import contextlib
import fcntl
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from desk.launch.console import Console
from desk.launch.groups import Groups
from desk.launch.keeper import Keeper
from desk.launch.logs import RotatingLog
from desk.launch.probe import Probe
from desk.launch.program import Program
from desk.launch.table import Table
from desk.launch.timing import Timing

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class AlreadyRunning(Exception):
    """Another supervisor works with the same state folder."""


class Supervisor:
    """Starts all programs at once, keeps them running, and stops them last to first.

    Args:
        programs: what to run; the first is what the others need most.
        state: the folder for run.json and logs/.
        console: where events are said.
        health: a page that answers 200 when the whole works, or None.
        timing: how patient to be.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        state: Path,
        console: Console,
        health: str | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._programs = programs
        self._state = state
        self._console = console
        self._health = health
        self._timing = timing or Timing()
        self._table = Table(state)
        self._groups: Groups
        self._keepers: list[Keeper] = []
        self._stop = asyncio.Event()
        self._stopping: asyncio.Task[None] | None = None

    async def run(self, when_ready: Callable[[], Awaitable[None]]) -> int:
        """Run until a signal comes.

        Args:
            when_ready: called once, when everything is healthy.

        Returns:
            The exit code: 0 when told to stop, 1 when the programs could not be brought up.

        Raises:
            AlreadyRunning: another supervisor has this state folder.
        """
        self._state.mkdir(parents=True, exist_ok=True)
        with _only_one(self._state / "supervisor.lock"):
            for number in _SIGNALS:
                asyncio.get_running_loop().add_signal_handler(number, self._signalled)
            self._groups, probe = Groups(), Probe(self._timing.check_timeout)
            try:
                return await self._run(probe, when_ready)
            finally:
                self._table.remove()
                self._groups.close()
                await probe.close()

    async def _run(self, probe: Probe, when_ready: Callable[[], Awaitable[None]]) -> int:
        for program in self._programs:
            log = RotatingLog(self._state / "logs" / f"{program.name}.log")
            self._keepers.append(
                Keeper(program, log, self._groups, probe, self._console, self._timing, self._write_table)
            )
        tasks = [asyncio.create_task(keeper.keep(), name=keeper.program.name) for keeper in self._keepers]
        try:
            problem = await self._until_ready(probe)
            if problem:
                self._console.say(problem)
                return 1
            if not self._stop.is_set():
                await when_ready()
                await self._stop.wait()
            return 0
        finally:
            self._stopping = asyncio.create_task(self._stop_all(tasks))
            with contextlib.suppress(asyncio.CancelledError):
                await self._stopping
            for keeper in self._keepers:
                keeper.log.close()

    async def _until_ready(self, probe: Probe) -> str | None:
        """Wait until everything is healthy or a signal comes; return what went wrong, if anything did."""
        waits = [asyncio.create_task(keeper.healthy_once.wait()) for keeper in self._keepers]
        ends = [asyncio.create_task(keeper.given_up.wait()) for keeper in self._keepers]
        ends.append(asyncio.create_task(self._stop.wait()))
        healthy = asyncio.ensure_future(asyncio.gather(*waits))
        try:
            over: list[asyncio.Future[Any]] = [healthy, *ends]
            await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED)
            for keeper in self._keepers:
                if keeper.given_up.is_set():
                    return f"{keeper.program.name} could not be started; see above. 启动失败，原因见上。"
            return await self._whole_is_healthy(probe)
        finally:
            for task in over:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await healthy

    async def _whole_is_healthy(self, probe: Probe) -> str | None:
        now = asyncio.get_running_loop().time
        deadline = now() + self._timing.start_timeout
        while self._health and not self._stop.is_set():
            answer = await probe.get(self._health)
            if answer and answer.status_code == 200:
                break
            if now() > deadline:
                said = answer.text[:500] if answer else "nothing"
                return f"Everything runs, but {self._health} does not say that it works. It says: {said}"
            await asyncio.sleep(self._timing.poll)
        return None

    async def _stop_all(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """Stop the last first: the desk takes no more messages before the bot goes."""
        for task in reversed(tasks):
            task.cancel()
            while not task.done():
                try:
                    await asyncio.wait({task})
                except asyncio.CancelledError:
                    # The second Ctrl-C. All that still run are cancelled again: by force now.
                    for other in tasks:
                        other.cancel()

    def _signalled(self) -> None:
        if not self._stop.is_set():
            self._console.say("stopping … 正在停止（再按一次 Ctrl-C 立即结束）")
            self._stop.set()
        elif self._stopping:
            self._stopping.cancel()

    def _write_table(self) -> None:
        programs = {
            keeper.program.name: {
                "pid": keeper.pid,
                "port": keeper.program.port,
                "state": keeper.state.value,
                "starts": keeper.starts,
                "log": str(keeper.log.path),
            }
            for keeper in self._keepers
        }
        with contextlib.suppress(OSError):
            self._table.write({"supervisor": os.getpid(), "reaper": self._groups.reaper, "processes": programs})


@contextlib.contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(str(path.parent)) from None
        yield
