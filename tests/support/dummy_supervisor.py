"""The real supervisor with dummy programs: dummy_supervisor.py STATE NAME:PORT:BEHAVIOUR,… …"""

import asyncio
import os
import sys
from pathlib import Path

from desk.launch.console import Console
from desk.launch.program import Program
from desk.launch.supervisor import AlreadyRunning, Supervisor
from desk.launch.timing import Timing

DUMMY = str(Path(__file__).with_name("dummy_program.py"))
QUICK = Timing(
    poll=0.05,
    check_every=0.1,
    check_timeout=0.5,
    hang_after=2,
    start_attempts=2,
    grace=1,
    hang_grace=0.3,
    first_delay=0.1,
)


def _program(words: str) -> Program:
    name, port, behaviour = words.split(":")
    command = (sys.executable, DUMMY, port, *behaviour.split(","))
    return Program(name, command, Path.cwd(), os.environ, int(port), f"http://127.0.0.1:{port}/health")


async def _ready() -> None:
    Console().say("READY")


async def main() -> int:
    programs = [_program(words) for words in sys.argv[2:]]
    try:
        return await Supervisor(programs, Path(sys.argv[1]), Console(), timing=QUICK).run(_ready)
    except AlreadyRunning:
        print("ALREADY RUNNING")
        return 7


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
