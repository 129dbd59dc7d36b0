"""Unguessable identifiers."""

import hashlib
import secrets


def new_id(prefix: str) -> str:
    """Return `prefix_` and 128 random bits, url-safe."""
    return f"{prefix}_{secrets.token_urlsafe(16)}"


def new_token() -> str:
    """Return a bearer token of 256 random bits, url-safe."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is stored of a token: it has full entropy, so one SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
