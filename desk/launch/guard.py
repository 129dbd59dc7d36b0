"""Runs a program that dies with the supervisor. Run as a script: guard.py SUPERVISOR_PID PROGRAM ARGUMENTS…

The kernel is asked to kill this process when its parent dies, however that happens; the request survives
the exec. Elsewhere than on Linux only reaper.py does this.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Ask for the death signal, make sure that it did not come too late, become the program."""
    supervisor, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != supervisor:
        sys.exit("the supervisor is gone")
    os.execv(program[0], program)


if __name__ == "__main__":
    main()
