"""How patient the supervisor is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """All in seconds, or counts where it says so. The defaults suit Rasa on a small machine.

    Attributes:
        poll: between two looks at a program that is starting.
        check_every: between two looks at a healthy one.
        check_timeout: longest wait for an answer.
        hang_after: how many missing answers in a row make a program count as hung.
        start_timeout: longest time from start to healthy.
        start_attempts: how many starts in a row may fail before the first success, until it is given up.
        grace: longest wait for a program to end by itself when all is stopped.
        hang_grace: the same for a program that hangs.
        first_delay, longest_delay, reset_after: see `Backoff`.
    """

    poll: float = 0.25
    check_every: float = 2.0
    check_timeout: float = 5.0
    hang_after: int = 3
    start_timeout: float = 120.0
    start_attempts: int = 4
    grace: float = 8.0
    hang_grace: float = 2.0
    first_delay: float = 0.5
    longest_delay: float = 10.0
    reset_after: float = 60.0
