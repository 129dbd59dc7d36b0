"""Passwords: argon2id, a few at a time, and the same work whether or not there is such a login."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# The library's defaults are RFC 9106's low-memory profile: 64 MiB and some 50 ms each.
_HASHER = PasswordHasher()
# Each takes 64 MiB: a flood of sign-ins must not take all memory.
_PLACES = threading.BoundedSemaphore(2)
LONGEST = 256


def hashed(password: str) -> str:
    """Return what is stored of a password."""
    with _PLACES:
        return _HASHER.hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Return whether the password is right; where nothing is stored, False after the same work."""
    usable = password[:LONGEST]
    with _PLACES:
        instead = _nobody()
        try:
            right = _HASHER.verify(stored or instead, usable)
        except (VerificationError, InvalidHashError):
            return False
    return right and stored is not None and usable == password


def outdated(stored: str) -> bool:
    """Return whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
