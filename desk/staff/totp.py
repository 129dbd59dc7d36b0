"""Time-based one-time passwords (RFC 6238): SHA-1, six digits, periods of 30 s, as all authenticator apps know them."""

import hmac
import re
import secrets
from base64 import b32decode, b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

PERIOD = 30
_DIGITS = 6
# A period early and a period late: telephones' clocks differ, and typing takes time.
_AROUND = (0, -1, 1)
_CODE = re.compile(r"\d{6}", re.ASCII)


def new_secret() -> str:
    """Return a secret of 160 random bits in base 32."""
    return b32encode(secrets.token_bytes(20)).decode()


def step_of(moment: datetime) -> int:
    """Return the number of the period that `moment` lies in."""
    return int(moment.timestamp()) // PERIOD


def code_at(secret: str, step: int) -> str:
    """Return the code of a period."""
    mac = hmac.digest(b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**_DIGITS).zfill(_DIGITS)


def accepted(secret: str, code: str, moment: datetime, after: int) -> int | None:
    """Return the period that the code belongs to, None if it is not right.

    Args:
        code: as it was typed; blanks do not count.
        after: the newest period whose code was accepted before; it and earlier ones are refused.
    """
    typed = re.sub(r"\s", "", code)
    if not _CODE.fullmatch(typed):
        return None
    now = step_of(moment)
    # All are compared, so that the time taken does not tell which one fits.
    fitting = [now + way for way in _AROUND if hmac.compare_digest(code_at(secret, now + way), typed)]
    return next((step for step in fitting if step > after), None)


def uri(secret: str, login: str, issuer: str) -> str:
    """Return the otpauth address that authenticator apps read."""
    query = urlencode({"secret": secret, "issuer": issuer, "digits": _DIGITS, "period": PERIOD}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?{query}"


def grouped(secret: str) -> str:
    """Return the secret as it is typed off a screen: groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
