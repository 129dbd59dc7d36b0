"""Are the ports free? Standard library only: the set-up asks before it installs anything."""

import errno
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass


class PortTaken(Exception):
    """Another program listens where one of ours should."""


@dataclass(frozen=True)
class Listen:
    """Where one program will listen, and the setting that says so."""

    program: str
    host: str
    port: int
    setting: str


def require_free(listens: Iterable[Listen], patience: float = 2.0) -> None:
    """Check every port before anything is started.

    Args:
        listens: who will listen where.
        patience: seconds to wait for an instance that is just ending.

    Raises:
        PortTaken: with one line for each port that is taken or cannot be had.
    """
    wanted = list(listens)
    deadline = time.monotonic() + patience
    while (problems := _problems(wanted)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if problems:
        raise PortTaken("\n".join(problems))


def _problems(listens: list[Listen]) -> list[str]:
    problems = []
    claimed: dict[int, Listen] = {}
    for listen in listens:
        other = claimed.setdefault(listen.port, listen)
        if other is not listen:
            problems.append(f"{listen.setting} and {other.setting} are both {listen.port}; each program needs its own.")
            continue
        reason = _why_not(listen.host, listen.port)
        if reason:
            problems.append(
                f"Port {listen.port} on {listen.host} {reason}, so the {listen.program} cannot listen there. "
                f"Stop the other program or set {listen.setting} to another port.\n"
                f"端口 {listen.port} 无法使用，请停止占用它的程序，或修改 {listen.setting}。"
            )
    return problems


def _why_not(host: str, port: int) -> str | None:
    """Return why the port cannot be had, or None when it can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        return "cannot be used (there is no such host)"
    with socket.socket(family, kind, protocol) as probe:
        # As servers do: a connection of a moment ago does not count, a listener does.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return "is taken by another program"
            return f"cannot be used ({error.strerror})"
    return None
