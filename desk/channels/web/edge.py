"""What the widget's API needs of a request: the desk, the visitor, the address."""

import hashlib
import hmac
from typing import Annotated

from fastapi import Depends, Header, Request

from desk.channels.web.identity import SessionInvalid, Visitor, visitor_of
from desk.edge import TheDesk
from desk.services import Desk


def the_visitor(desk: TheDesk, authorization: Annotated[str, Header()] = "") -> Visitor:
    """Return who asks.

    Raises:
        SessionInvalid: no valid bearer token.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SessionInvalid
    with desk.database.read() as session:
        return visitor_of(session, token)


TheVisitor = Annotated[Visitor, Depends(the_visitor)]


def client_digest(request: Request, desk: Desk) -> str:
    """Return a keyed digest of the peer's address: enough to count by, not to find out."""
    host = request.client.host if request.client else "unknown"
    key = desk.settings.secret_key.get_secret_value().encode()
    return hmac.new(key, host.encode(), hashlib.sha256).hexdigest()[:32]
