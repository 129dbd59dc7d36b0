"""`python -m desk up`: what `make run` becomes."""

import asyncio
import os
import sys

from desk.launch import lineup
from desk.launch.console import Console
from desk.launch.ports import PortTaken, require_free
from desk.launch.supervisor import AlreadyRunning, Supervisor
from desk.launch.table import Table, already_running
from desk.settings import ROOT, Settings, settings_file


def run(settings: Settings) -> int:
    """Start everything and stay until told to stop.

    Returns:
        The exit code: 0 when told to stop, 1 when it could not be brought up.
    """
    if not (ROOT / "models" / "kamidesk.tar.gz").is_file():
        return _complain("There is no trained model; make run trains one. 还没有模型，请运行 make run。")
    running = Table(settings.state).running()
    if running:
        return _complain(already_running(running))
    try:
        require_free(lineup.listens(settings))
        return asyncio.run(_supervise(settings))
    except PortTaken as error:
        return _complain(str(error))
    except AlreadyRunning as error:
        return _complain(f"Another Kamidesk is just starting with the state folder {error}.")


async def _supervise(settings: Settings) -> int:
    console, url = Console(), lineup.desk_url(settings)
    supervisor = Supervisor(lineup.programs(settings), settings.state, console, f"{url}/healthz")
    console.say("starting actions, bot and desk; the bot takes some seconds … 正在启动")

    async def welcome() -> None:
        logins = await _demo_logins() if settings.demo else ""
        console.plain(
            f"\nKamidesk is ready. 已就绪，按 Ctrl-C 停止。\n"
            f"  demo shop and chat  演示店铺   {url}/\n"
            f"  workbench           客服工作台 {url}/desk\n"
            f"  health              运行状态   {url}/healthz\n"
            f"  logs                日志       {settings.state / 'logs'}\n{logins}"
        )

    return await supervisor.run(welcome)


async def _demo_logins() -> str:
    """Return the demo's log-ins, as the desk prints them; nothing when it cannot say."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "desk", "demo-logins"),
        cwd=ROOT,
        env={**os.environ, "KAMIDESK_SETTINGS": str(settings_file().absolute())},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    output, _ = await process.communicate()
    return output.decode("utf-8", "replace")


def _complain(text: str) -> int:
    print(text, file=sys.stderr)
    return 1
