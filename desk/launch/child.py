"""One running process of a program, with all that it starts: a session and process group of its own."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

from desk.launch.groups import Groups
from desk.launch.logs import RotatingLog
from desk.launch.program import Program

_GUARD = str(Path(__file__).with_name("guard.py"))


class Child:
    """A started program. Make one with `start`."""

    def __init__(self, process: asyncio.subprocess.Process, output: int, log: RotatingLog, groups: Groups) -> None:
        self.pid = process.pid
        self._process = process
        self._output = output
        self._log = log
        self._groups = groups
        self._loop = asyncio.get_running_loop()
        groups.add(self.pid)
        os.set_blocking(output, False)
        self._loop.add_reader(output, self._copy_output)

    @classmethod
    async def start(cls, program: Program, log: RotatingLog, groups: Groups) -> "Child":
        """Start a program.

        Raises:
            OSError: it cannot be started at all.
        """
        if not os.access(program.command[0], os.X_OK):
            raise FileNotFoundError(program.command[0])
        output, its_end = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", _GUARD, str(os.getpid()), *program.command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=its_end,
                stderr=its_end,
                cwd=program.cwd,
                env=dict(program.env),
                start_new_session=True,
            )
        except BaseException:
            os.close(output)
            raise
        finally:
            os.close(its_end)
        try:
            return cls(process, output, log, groups)
        except BaseException:
            process.kill()
            os.close(output)
            raise

    async def wait(self) -> int:
        """Wait until the process itself ends; return its exit code, negative for a signal."""
        return await self._process.wait()

    async def stop(self, grace: float) -> None:
        """End it and everything that it started: politely, then after `grace` seconds by force."""
        self._signal(signal.SIGTERM)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), grace)
        finally:
            # Also when this is cancelled: somebody is in a hurry.
            await self.clear_away()

    async def clear_away(self) -> None:
        """Kill what is left of the group and take the last output."""
        self._signal(signal.SIGKILL)
        await self._process.wait()
        self._groups.remove(self.pid)
        while self._output >= 0 and self._copy_output():
            pass
        self._close_output()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _copy_output(self) -> bool:
        """Copy what is there to the log; return whether there may be more."""
        try:
            output = os.read(self._output, 65536)
        except BlockingIOError:
            return False
        if not output:
            self._close_output()
            return False
        # A full disk costs log lines, not the program that wrote them.
        with contextlib.suppress(OSError):
            self._log.write(output)
        return True

    def _close_output(self) -> None:
        if self._output >= 0:
            self._loop.remove_reader(self._output)
            os.close(self._output)
            self._output = -1
