"""Names under which customers come: an account of the shop, a visitor of a channel."""

import base64
import binascii
import re
from dataclasses import dataclass

from desk.conversations.model import Conversation
from desk.customers.errors import NoCustomer

SHOP = "shop"
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,80}", re.ASCII)
_KIND = re.compile(r"[a-z][a-z0-9_]{0,19}", re.ASCII)


@dataclass(frozen=True, order=True)
class Identity:
    """One name: `kind` is "shop" or a channel, `value` the account's id or the channel's name for the peer."""

    kind: str
    value: str

    @property
    def key(self) -> str:
        """The identity as one word that can stand in an address: shop.c1001, web.v_Ab3…"""
        if _PLAIN.fullmatch(self.value):
            return f"{self.kind}.{self.value}"
        packed = base64.urlsafe_b64encode(self.value.encode()).decode().rstrip("=")
        return f"{self.kind}.~{packed}"


def shop(customer_id: str) -> Identity:
    """Return the identity of an account in the shop."""
    return Identity(SHOP, customer_id)


def peer_of(conversation: Conversation) -> Identity:
    """Return who writes in a conversation, as its channel knows them."""
    return Identity(conversation.channel, conversation.peer)


def of_conversation(conversation: Conversation) -> Identity:
    """Return whose conversation it is: the signed-in customer's, else the visitor's."""
    return shop(conversation.customer_id) if conversation.customer_id else peer_of(conversation)


def parse(key: str) -> Identity:
    """Return the identity of a key.

    Raises:
        NoCustomer: it is none.
    """
    kind, _, value = key.partition(".")
    if value.startswith("~"):
        try:
            value = base64.b64decode(value[1:] + "=" * (-len(value[1:]) % 4), b"-_", validate=True).decode()
        except (binascii.Error, ValueError):
            raise NoCustomer from None
    found = Identity(kind, value)
    if not _KIND.fullmatch(kind) or not value or len(value) > 80 or found.key != key:
        raise NoCustomer
    return found
