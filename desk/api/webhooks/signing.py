"""Signatures: HMAC-SHA256 over moment and body, so that neither can be changed, nor sent again later."""

import hmac

HEADER = "Kamidesk-Signature"
EVENT_HEADER = "Kamidesk-Event-Id"


def header(secret: str, timestamp: int, body: bytes) -> str:
    """Return the value of `Kamidesk-Signature`: `t=<seconds since 1970>,v1=<hex>`."""
    signed = b"%d." % timestamp + body
    return f"t={timestamp},v1={hmac.new(secret.encode(), signed, 'sha256').hexdigest()}"
