"""A shop, a desk's database and calls of the case services, each in a transaction of its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.model import AuditEntry
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome
from desk.cases.services import Services
from desk.conversations import handoff, standing, threads
from desk.db import Database
from desk.policies.model import Policy
from desk.policies.reading import read
from desk.policies.source import FixedPolicy
from desk.settings import ROOT
from desk.shop.base import CardKey, KeyState, Order, OrderStatus, ProductKind
from desk.shop.embedded import demo
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.model import ShopProduct
from desk.shop.embedded.seed import bring_products
from desk.tickets.model import Ticket
from desk.vault.service import Vault
from tests.support.wiping import wipe

OWNER = "c_owner"
TOPUP = ProductKind.TOPUP


@cache
def _policy() -> Policy:
    return read(ROOT / "policies.yml")


class Bench:
    """Case services over the embedded shop, with customer `OWNER` signed in in one conversation."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.vault = Vault(Fernet.generate_key())
        self.shop = EmbeddedShop(self.vault)
        with database.write() as session:
            bring_products(session)
        self.wipe()

    def wipe(self) -> None:
        """Begin afresh, with the usual policy; only the catalogue stays."""
        with self.database.write() as session:
            wipe(session, but=[ShopProduct.__tablename__])
        self.services = Services(self.shop, self.vault, standing, FixedPolicy(_policy()))
        self.owner = Asker(self.conversation("owner"), OWNER, "ip-owner")
        self.guest = Asker(self.conversation("guest"), None, "ip-guest")

    def conversation(self, peer: str) -> str:
        """Open a conversation of the widget."""
        with self.database.write() as session:
            return str(threads.find_or_open(session, "web", peer).id)

    def allow(self, **sections: Any) -> None:
        """Change single figures of the policy: `allow(keys={"reissues_per_order": 2})`."""
        content = self.services.policy.model_dump()
        for name, figures in sections.items():
            content[name] = {**content[name], **figures} if isinstance(figures, dict) else figures
        self.services = replace(self.services, policies=FixedPolicy(Policy.model_validate(content)))

    def order(
        self,
        status: OrderStatus = OrderStatus.PAID_WAIT,
        *,
        minutes: float = 60,
        customer_id: str | None = OWNER,
        stock: int = 0,
        **more: Any,
    ) -> Order:
        """Make an order that was paid (or placed) `minutes` ago, and put keys of its product on the shelf."""
        with self.database.write() as session:
            paid_at = clock.now() - timedelta(minutes=minutes)
            made = demo.make_order(session, self.vault, customer_id, status=status, paid_at=paid_at, **more)
            if stock:
                demo.add_stock(session, self.vault, made.product_id, stock)
            return made

    def add_stock(self, order: Order, count: int = 1) -> None:
        """Put keys of the order's product on the shelf."""
        with self.database.write() as session:
            demo.add_stock(session, self.vault, order.product_id, count)

    def call(self, fn: Callable[..., Outcome], *arguments: Any, asker: Asker | None = None) -> Outcome:
        """Call a case service in a transaction, as the owner unless told otherwise."""
        with self.database.write() as session:
            return fn(session, self.services, asker or self.owner, *arguments)

    def keys(self, order: Order) -> list[CardKey]:
        """Return the order's keys, replaced ones too."""
        with self.database.write() as session:
            return self.keys_in(session, order)

    def keys_in(self, session: Session, order: Order) -> list[CardKey]:
        """Return the order's keys, replaced ones too, within a transaction."""
        return self.shop.keys_of(session, order.no)

    def raw(self, key: CardKey) -> str:
        """Return the secret of a key in clear."""
        with self.database.read() as session:
            return self.vault.open_item(session, key.secret_item)

    def paste(self, text: str, asker: Asker | None = None) -> list[str]:
        """Return the references that the bot gets for a text that a customer sends."""
        conversation = (asker or self.owner).conversation_id
        with self.database.write() as session:
            item = self.vault.redact(session, text, conversation, self.shop.order_no_like)
        return [item]

    def shown(self, outcome: Outcome, asker: Asker | None = None) -> list[str]:
        """Return the secrets on the outcome's key cards, as the customer's screen shows them."""
        conversation = (asker or self.owner).conversation_id
        cards = [card for card in outcome.cards if card["type"] == "key"]
        with self.database.read() as session:
            return [self.vault.fill(session, card["secret"], conversation) for card in cards]

    def state(self, order: Order) -> Order:
        """Return the order as it is now."""
        with self.database.read() as session:
            found = self.shop.find_order(session, order.no)
            assert found is not None
            return found

    def tickets(self) -> list[str]:
        """Return the problems of all tickets, by dedupe key where open, in order."""
        with self.database.read() as session:
            rows = session.scalars(select(Ticket).order_by(Ticket.id))
            return [(row.dedupe or "closed").partition(":")[0] for row in rows]

    def ticket(self) -> Ticket:
        """Return the only ticket."""
        with self.database.read() as session:
            ticket = session.scalars(select(Ticket)).one()
            session.expunge(ticket)
            return ticket

    def audit(self) -> list[str]:
        """Return the actions in the audit, in order."""
        with self.database.read() as session:
            return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))

    def queued(self, asker: Asker | None = None) -> bool:
        """Say whether the conversation waits for a person."""
        with self.database.read() as session:
            return handoff.open_handoff(session, (asker or self.owner).conversation_id) is not None


def card_order(state: KeyState = KeyState.SOLD, **more: Any) -> dict[str, Any]:
    """Return what `Bench.order` needs for a delivered card-key order whose keys are in a state."""
    return {"status": OrderStatus.DELIVERED, "key_state": state} | more


def topup_order(status: OrderStatus, **more: Any) -> dict[str, Any]:
    """Return what `Bench.order` needs for a top-up of a phone."""
    return {"status": status, "kind": TOPUP, "account": "13800138000"} | more
