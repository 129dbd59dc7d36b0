"""What the {placeholders} of a sample stand for, read from the shop as it is at that moment."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.spoken import masked
from desk.conversations.model import Conversation
from desk.shop.base import CardKey, Order
from desk.shop.embedded.adapter import EmbeddedShop
from desk.tickets.model import Ticket
from tests.dialogue_runner import money_facts
from tests.dialogue_runner.sample import NEW
from tests.dialogue_runner.stage import Stage
from tests.dialogue_runner.unfilled import Unfilled
from tests.dialogue_runner.words import PLACEHOLDER
from tests.support.stack import Stack


class Facts:
    """Fills placeholders, and knows the card keys that nobody may print."""

    def __init__(self, stack: Stack, stage: Stage) -> None:
        self._stack, self._stage = stack, stage
        self._shop = EmbeddedShop(stack.vault)

    def filled(self, text: str) -> str:
        """Return a text with its placeholders filled in."""
        return PLACEHOLDER.sub(lambda found: self.value(found[1]), text)

    def value(self, name: str) -> str:
        """Return what a placeholder stands for.

        Raises:
            Unfilled: nothing, at this moment.
        """
        kind, which, *rest = name.split(".")
        with self._stack.database.read() as session:
            if kind == "order" and rest[0] == "key":
                return self._key(session, which, int(rest[1]), rest[2])
            if kind == "order" and rest[0] == "payment":
                return money_facts.payment(session, self._shop, self._stage, which, int(rest[1]), rest[2])
            if kind == "order":
                return self._order(session, which, rest[0])
            if kind == "key":
                return _of_key(name, self._stage.loose[which], rest[0])
            if kind == "ticket":
                return self._ticket(session, which)
            if kind == "recharge":
                return money_facts.recharge(session, self._shop, self._stage, which, rest[0])
            if kind == "coupon":
                return money_facts.coupon(session, self._stage, which, rest[0])
            if rest[0] == "balance":
                return f"{self._shop.balance(session, self._stage.customers[which]):.2f}"
            return self._stage.people[which][["name", "phone"].index(rest[0])]

    def secrets(self) -> list[str]:
        """Return every number and secret that the sample deals with, the longest first."""
        found = {text for pair in self._stage.loose.values() for text in pair if text}
        with self._stack.database.read() as session:
            for no in self._stage.orders.values():
                for key in self._shop.keys_of(session, no):
                    found |= {text for text in self._opened(session, key) if text}
        return sorted(found, key=len, reverse=True)

    def _opened(self, session: Session, key: CardKey) -> tuple[str | None, str]:
        vault = self._stack.vault
        number = vault.open_item(session, key.number_item) if key.number_item else None
        return number, vault.open_item(session, key.secret_item)

    def _key(self, session: Session, order: str, place: int, field: str) -> str:
        keys = self._shop.keys_of(session, self._stage.orders[order])
        if not 1 <= place <= len(keys):
            raise Unfilled(f"{{order.{order}.key.{place}.{field}}}: keys of order {order} so far: {len(keys)}")
        return _of_key(f"order.{order}.key.{place}.{field}", self._opened(session, keys[place - 1]), field)

    def _order(self, session: Session, name: str, field: str) -> str:
        order = self._shop.find_order(session, self._stage.orders[name])
        assert order is not None
        value = self._field(session, name, order, field)
        if value is None:
            raise Unfilled(f"{{order.{name}.{field}}}: this order has none")
        return value

    def _field(self, session: Session, name: str, order: Order, field: str) -> str | None:
        match field:
            case "product":
                return order.product_name
            case "amount":
                return f"{order.amount:.2f}"
            case "tail":
                return (order.contact or "")[-4:]
            case "password":
                return self._stage.sample.shop.orders[name].password
            case "masked_account":
                return masked(order.account) if order.account else None
            case "trade_no":
                payment = self._shop.payment(session, order.no)
                return payment.trade_no if payment else None
            case _:
                found = getattr(order, field)
                return None if found is None else str(found)

    def _ticket(self, session: Session, name: str) -> str:
        if name != NEW:
            return self._stage.tickets[name]
        own = set(self._stage.tickets.values())
        conversation = session.get_one(Conversation, self._stage.conversation)
        query = select(Ticket.number).where(Ticket.conversation_id == conversation.id).order_by(Ticket.id.desc())
        opened = [number for number in session.scalars(query) if number not in own]
        if not opened:
            raise Unfilled("{ticket.new.no}: this dialogue has opened no ticket so far")
        return opened[0]


def _of_key(name: str, pair: tuple[str | None, str], field: str) -> str:
    number, secret = pair
    if field == "secret":
        return secret
    if field == "tail":
        return secret[-4:]
    if field == "typo":
        return secret[:-1] + ("7" if secret[-1] != "7" else "4")
    if number is None:
        raise Unfilled(f"{{{name}}}: keys of this product have no number, only a secret")
    return number
