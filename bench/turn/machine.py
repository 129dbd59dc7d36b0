"""What the figures were taken on, and what processes take of it. All of it is read from /proc: Linux only."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

MB = 1024
TICKS = os.sysconf("SC_CLK_TCK")


def load() -> float:
    """Return the load average of the last minute."""
    return os.getloadavg()[0]


def facts() -> dict[str, str]:
    """Return processor, cores, memory, system and versions, for the report."""
    info = _read("/proc/cpuinfo")
    model = next((line.partition(": ")[2] for line in info.splitlines() if line.startswith("model name")), "")
    total = next((line.split()[1] for line in _read("/proc/meminfo").splitlines() if "MemTotal" in line), "0")
    return {
        "processor": model or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{int(total) / MB / MB:.0f} GB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "desk": f"Python {platform.python_version()}, FastAPI {version('fastapi')}, SQLAlchemy {version('sqlalchemy')}",
        "bots": "Python 3.10, Rasa 3.6.21",
    }


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB; 0 when it is gone."""
    status = _read(f"/proc/{pid}/status")
    return next((int(line.split()[1]) / MB for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


def used(pid: int) -> float:
    """Return the processor time that a process has used, in seconds."""
    user, system = _fields(pid)[11:13]
    return (int(user) + int(system)) / TICKS


def busy() -> float:
    """Return the seconds that all cores together have worked since the machine was started, for whomever."""
    user, nice, system, _idle, _waiting, *others = _read("/proc/stat").splitlines()[0].split()[1:9]
    return sum(map(int, (user, nice, system, *others))) / TICKS


def age(pid: int) -> float:
    """Return how many seconds ago a process was started."""
    return float(_read("/proc/uptime").split()[0]) - int(_fields(pid)[19]) / TICKS


def _fields(pid: int) -> list[str]:
    # The command's name, second of the fields, may contain blanks: count from its closing bracket.
    return _read(f"/proc/{pid}/stat").rpartition(")")[2].split()


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""
