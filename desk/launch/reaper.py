"""Kills what a killed supervisor left. Run as a script with a pipe from the supervisor as its input.

Each line is +N or -N: process group N has begun or ended. When the pipe closes, the supervisor is gone, by
its own will (then no group is left) or by kill -9, and every group that is left is killed: also the
children of the programs, which guard.py's request does not reach.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    """Follow the lines until the pipe closes, then kill what is left."""
    # Ctrl-C and a closing terminal are the supervisor's business.
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        number = int(line[1:])
        if line.startswith("+"):
            groups.add(number)
        else:
            groups.discard(number)
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
