"""The real supervisor over real (small) programs: what dies comes back, what ends leaves nothing."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


def wait_until(condition: Callable[[], Any], what: str) -> Any:
    """Wait for something to become true and return it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"never happened: {what}")


def alive(pid: int) -> bool:
    """Say whether a process exists and is not merely waiting to be counted by its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Supervised:
    """A supervisor over dummy programs, started as a process of its own."""

    def __init__(self, state: Path, behaviours: dict[str, str]) -> None:
        self.state = state
        self.ports = dict(zip(behaviours, free_ports(len(behaviours)), strict=True))
        words = [f"{name}:{self.ports[name]}:{behaviour}" for name, behaviour in behaviours.items()]
        self.output = state / "console"
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.dummy_supervisor", str(state), *words],
                cwd=ROOT,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def console(self) -> str:
        return self.output.read_text()

    def ready(self) -> "Supervised":
        wait_until(lambda: "READY" in self.console(), "ready")
        return self

    def entry(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.state / "run.json").read_text())["processes"][name]
        return found

    def pid(self, name: str) -> int:
        return int(self.entry(name)["pid"])

    def ask(self, name: str, page: str) -> str:
        url = f"http://127.0.0.1:{self.ports[name]}/{page}"
        try:
            return httpx.get(url, timeout=1, trust_env=False).text
        except httpx.HTTPError:
            return ""

    def back_with_other_pid(self, name: str, old: int) -> bool:
        entry = self.entry(name)
        return entry["state"] == "healthy" and entry["pid"] not in (None, old)

    def reaper(self) -> int:
        return int(json.loads((self.state / "run.json").read_text())["reaper"])

    def family(self) -> list[int]:
        """Return the children and grandchildren of the supervisor."""
        grandchildren = [int(self.ask(name, "health") or 0) for name in self.ports]
        return [
            *(self.pid(name) for name in self.ports),
            *(pid for pid in grandchildren if pid),
            self.reaper(),
        ]


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


Start = Callable[..., Supervised]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Supervised] = []

    def begin(**behaviours: str) -> Supervised:
        started.append(Supervised(tmp_path, behaviours))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def test_killed_program_comes_back_and_its_neighbour_never_notices(start: Start) -> None:
    both = start(first="", second="").ready()
    old, neighbour = both.pid("first"), both.pid("second")
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: both.back_with_other_pid("first", old), "first is back")
    assert both.pid("second") == neighbour
    assert "first | was killed by signal SIGKILL" in both.console()


def test_program_that_ends_by_itself_comes_back_without_its_children(start: Start) -> None:
    one = start(only="parent").ready()
    old, grandchild = one.pid("only"), int(one.ask("only", "health"))
    one.ask("only", "exit")
    wait_until(lambda: one.back_with_other_pid("only", old), "back")
    assert not alive(grandchild)
    assert "only | ended with exit code 3" in one.console()
    assert one.entry("only")["starts"] == 2


@pytest.mark.parametrize("behaviour", ["", "stubborn"])
def test_program_that_hangs_is_replaced(start: Start, behaviour: str) -> None:
    one = start(only=behaviour).ready()
    old = one.pid("only")
    one.ask("only", "hang")
    wait_until(lambda: one.back_with_other_pid("only", old), "replaced")
    assert not alive(old)
    assert "only | hangs: no answer 2 times in a row" in one.console()


def test_stopped_program_is_replaced(start: Start) -> None:
    one = start(only="").ready()
    old = one.pid("only")
    os.kill(old, signal.SIGSTOP)
    wait_until(lambda: one.back_with_other_pid("only", old), "replaced")
    assert not alive(old)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("behaviour", ["", "parent", "stubborn,parent"])
def test_told_to_stop_it_leaves_nothing(start: Start, end: signal.Signals, behaviour: str) -> None:
    both = start(first=behaviour, second=behaviour).ready()
    family = both.family()
    assert len(family) == (5 if "parent" in behaviour else 3)
    both.process.send_signal(end)
    assert both.process.wait(PATIENCE) == 0
    assert [pid for pid in family if alive(pid)] == []
    assert not (both.state / "run.json").exists()


def test_second_ctrl_c_does_not_wait_for_stubborn_programs(start: Start) -> None:
    one = start(only="stubborn").ready()
    pid = one.pid("only")
    one.process.send_signal(signal.SIGINT)
    wait_until(lambda: "stopping" in one.console(), "the first is heard")
    one.process.send_signal(signal.SIGINT)
    assert one.process.wait(PATIENCE) == 0
    assert not alive(pid)


def test_stopped_while_starting_it_leaves_nothing(start: Start) -> None:
    one = start(only="")
    wait_until(lambda: (one.state / "run.json").exists() and one.entry("only")["pid"], "started")
    pid = one.pid("only")
    one.process.send_signal(signal.SIGINT)
    assert one.process.wait(PATIENCE) == 0
    assert not alive(pid)


@pytest.mark.parametrize("behaviour", ["", "stubborn,parent"])
def test_killed_supervisor_leaves_nothing(start: Start, behaviour: str) -> None:
    both = start(first=behaviour, second=behaviour).ready()
    family = both.family()
    both.process.kill()
    both.process.wait()
    wait_until(lambda: not any(map(alive, family)), f"all gone of {family}")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the reaper watches")
def test_programs_end_even_when_supervisor_and_reaper_are_killed_at_once(start: Start) -> None:
    both = start(first="stubborn", second="").ready()
    family = both.family()
    os.kill(both.reaper(), signal.SIGKILL)
    both.process.kill()
    both.process.wait()
    wait_until(lambda: not any(map(alive, family)), f"all gone of {family}")


def test_killed_reaper_is_replaced_and_knows_who_runs(start: Start) -> None:
    both = start(first="parent", second="").ready()
    os.kill(both.reaper(), signal.SIGKILL)
    old = both.pid("second")
    os.kill(old, signal.SIGKILL)  # the restart tells the reaper, and finds it gone
    wait_until(lambda: both.back_with_other_pid("second", old), "second is back")
    family = both.family()
    both.process.kill()
    both.process.wait()
    wait_until(lambda: not any(map(alive, family)), f"all gone of {family}")


def test_program_that_cannot_start_ends_it_all_with_its_last_words(start: Start) -> None:
    both = start(good="", bad="broken")
    assert both.process.wait(PATIENCE) == 1
    console = both.console()
    assert "these are my last words" in console
    assert "bad could not be started" in console
    assert not (both.state / "run.json").exists()


def test_two_supervisors_do_not_share_a_state_folder(start: Start, tmp_path: Path) -> None:
    start(only="").ready()
    second = subprocess.run(
        [sys.executable, "-m", "tests.support.dummy_supervisor", str(tmp_path)], cwd=ROOT, capture_output=True
    )
    assert second.returncode == 7


def test_output_goes_to_the_programs_log(start: Start) -> None:
    one = start(only="").ready()
    log = one.state / "logs" / "only.log"
    wait_until(lambda: log.read_text() == "listening\n", "its output is in the log")
    assert log.stat().st_mode & 0o777 == 0o600
