"""Which addresses may be called: a webhook must not become a way into the operator's own network."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit, urlunsplit

from desk.api.webhooks.errors import BadAddress, ForbiddenAddress

LONGEST_URL = 500
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def checked(url: str, *, private: bool) -> str:
    """Return a URL that may be kept. Names are looked up only when it is called: they may change until then.

    Args:
        private: whether addresses inside the network may be called.

    Raises:
        BadAddress: not http(s), no host, a user name, a fragment, control characters, too long.
        ForbiddenAddress: it names this machine or an address inside the network.
    """
    parts = _split(url)
    host = parts.hostname or ""
    if not private:
        literal = _literal(host)
        local = host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
        if local or (literal is not None and not public(literal)):
            raise ForbiddenAddress
    return url


def resolved(url: str, *, private: bool) -> str:
    """Look the host up; return an address of it that may be called.

    The caller must connect to this very address: a second look-up may give another one.

    Raises:
        ForbiddenAddress: one of its addresses is inside the network.
        OSError: the name is not known.
    """
    parts = _split(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not private and not all(public(ipaddress.ip_address(each.partition("%")[0])) for each in addresses):
        raise ForbiddenAddress
    return addresses[0]


def public(address: _Address) -> bool:
    """Return whether an address, or the one it stands for, is out in the internet."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return public(inner)
    return address.is_global and not address.is_multicast


def without_query(url: str) -> str:
    """Return a URL without what may be secret in it."""
    return urlunsplit(urlsplit(url)._replace(query=""))


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise BadAddress
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is none, brackets that do not close
        raise BadAddress from None
    if not usable or "@" in parts.netloc or "#" in url:
        raise BadAddress
    return parts


def _literal(host: str) -> _Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
