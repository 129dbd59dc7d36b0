"""What is kept of a browser for the list of sessions: its kind, and part of its address."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

# The first that is found counts: all of them claim to be Mozilla, and most to be Safari.
_BROWSERS = {
    "MicroMessenger": "微信",
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class Device:
    """A browser ("Chrome · Windows") and the beginning of its address ("203.0.*.*")."""

    browser: str = ""
    address: str = ""


NOWHERE = Device()


def device(user_agent: str, host: str) -> Device:
    """Return what is kept of a browser.

    Args:
        user_agent: the header.
        host: the peer's address.
    """
    kinds = [next((name for sign, name in table.items() if sign in user_agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return Device(" · ".join(kind for kind in kinds if kind) or "未知浏览器", masked(host))


def masked(host: str) -> str:
    """Return the part of an address that names a network, not a person; nothing for what is no address."""
    try:
        address = ip_address(host)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        return ":".join(address.exploded.split(":")[:2]) + ":*"
    first, second, *_ = str(address).split(".")
    return f"{first}.{second}.*.*"
