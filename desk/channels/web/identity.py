"""Who is at the widget: identities signed by the shop's server, and unguessable tokens for everyone else."""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from desk import clock
from desk.channels.web.model import WebToken, WebVisitor
from desk.conversations import threads
from desk.errors import Unauthorized
from desk.ids import digest, new_id, new_token

CHANNEL = "web"
TOKEN_LIFE = timedelta(days=30)
_LONGEST_IDENTITY = timedelta(days=1)


class IdentityInvalid(Unauthorized):
    """The signature does not fit, or the fields do not."""

    code, message = "identify_invalid", "身份校验未通过，请刷新页面或重新登录商城"


class IdentityExpired(Unauthorized):
    """The signature was right once."""

    code, message = "identify_expired", "登录状态已过期，请刷新页面"


class SessionInvalid(Unauthorized):
    """The token is unknown, expired or revoked."""

    code, message = "session_invalid", "会话已失效，正在为您重新连接"


@dataclass(frozen=True)
class Identity:
    """What the shop's server says of a signed-in customer.

    Args:
        id: the customer's id in the shop.
        exp: Unix seconds until which the statement holds; at most a day ahead.
        sig: hex HMAC-SHA256 over id, name and exp, joined by line feeds, with the shop's secret.
    """

    id: str
    name: str
    exp: int
    sig: str


@dataclass(frozen=True)
class Visitor:
    """A verified visitor and the one conversation that is theirs."""

    id: str
    customer_id: str | None
    name: str
    conversation_id: str


def sign(secret: str, customer_id: str, name: str, exp: int) -> str:
    """Return the signature that a shop's server puts under an identity."""
    return hmac.new(secret.encode(), f"{customer_id}\n{name}\n{exp}".encode(), hashlib.sha256).hexdigest()


def verify(secret: str, identity: Identity) -> None:
    """Check an identity.

    Raises:
        IdentityInvalid, IdentityExpired: it is not to be trusted.
    """
    fields_fit = 0 < len(identity.id) <= 80 and "\n" not in identity.id and "\n" not in identity.name
    right = hmac.compare_digest(sign(secret, identity.id, identity.name, identity.exp).encode(), identity.sig.encode())
    if not (right and fields_fit):
        raise IdentityInvalid
    left = identity.exp - clock.now().timestamp()
    if left < 0:
        raise IdentityExpired
    if left > _LONGEST_IDENTITY.total_seconds():
        raise IdentityInvalid


def open_session(session: Session, identity: Identity | None, token: str | None, client: str) -> tuple[str, Visitor]:
    """Return a token and its visitor: the one before, the signed-in customer, or a new anonymous visitor.

    A customer who signs in keeps what was said anonymously in the same browser, unless the customer already
    has a conversation: then that one goes on and the anonymous one stays for agents only.

    Args:
        identity: verified before.
        token: the token of an earlier session in this browser.
        client: a digest of where the request comes from.
    """
    earlier = _by_token(session, token) if token else None
    if identity is None:
        if token and earlier and earlier.customer_id is None:
            return token, _seen(session, earlier, client)
        visitor = _new_visitor(session, None, "")
    else:
        visitor = _customer(session, identity, earlier)
        # Asked again: an anonymous token has just ended if its conversation became the customer's.
        if token and _by_token(session, token) is visitor:
            return token, _seen(session, visitor, client)
    fresh = new_token()
    session.add(WebToken(digest=digest(fresh), visitor_id=visitor.id, expires_at=clock.now() + TOKEN_LIFE))
    return fresh, _seen(session, visitor, client)


def visitor_of(session: Session, token: str) -> Visitor:
    """Return the visitor of a token.

    Raises:
        SessionInvalid: the widget has to open a new session.
    """
    row = _by_token(session, token)
    if row is None:
        raise SessionInvalid
    return Visitor(row.id, row.customer_id, row.name, row.conversation_id)


def forget_expired(session: Session) -> None:
    """Delete the tokens that have ended."""
    session.execute(delete(WebToken).where(WebToken.expires_at < clock.now()))


def erase(session: Session, conversation_ids: Collection[str]) -> None:
    """Remove the names of the visitors of these conversations, and let no browser in that was there before."""
    for visitor in session.scalars(select(WebVisitor).where(WebVisitor.conversation_id.in_(conversation_ids))):
        visitor.name = ""
        session.execute(delete(WebToken).where(WebToken.visitor_id == visitor.id))


def _by_token(session: Session, token: str) -> WebVisitor | None:
    query = (
        select(WebVisitor)
        .join(WebToken, WebToken.visitor_id == WebVisitor.id)
        .where(WebToken.digest == digest(token), WebToken.expires_at > clock.now())
    )
    return session.scalar(query)


def _customer(session: Session, identity: Identity, earlier: WebVisitor | None) -> WebVisitor:
    known = session.scalar(select(WebVisitor).where(WebVisitor.customer_id == identity.id))
    if known is not None:
        known.name = identity.name
        return known
    if earlier is not None and earlier.customer_id is None and threads.has_begun(session, earlier.conversation_id):
        # The anonymous tokens end here: whoever else held one must not see the customer's conversation.
        session.execute(update(WebToken).where(WebToken.visitor_id == earlier.id).values(expires_at=clock.now()))
        earlier.customer_id, earlier.name = identity.id, identity.name
        return earlier
    return _new_visitor(session, identity.id, identity.name)


def _new_visitor(session: Session, customer_id: str | None, name: str) -> WebVisitor:
    visitor_id = new_id("v")
    conversation = threads.find_or_open(session, CHANNEL, visitor_id)
    visitor = WebVisitor(id=visitor_id, customer_id=customer_id, name=name, conversation_id=conversation.id)
    session.add(visitor)
    session.flush()
    return visitor


def _seen(session: Session, visitor: WebVisitor, client: str) -> Visitor:
    """Bring the conversation's idea of the customer up to date."""
    name = visitor.name or f"访客{visitor.id[-4:]}"
    threads.introduce(session, visitor.conversation_id, customer_id=visitor.customer_id, name=name, client=client)
    return Visitor(visitor.id, visitor.customer_id, visitor.name, visitor.conversation_id)
