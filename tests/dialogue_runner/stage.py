"""Makes the shop that a sample wants: new customers, orders, keys and tickets, and the stock that it is told."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from desk import clock
from desk.cases import tickets_of
from desk.cases.access import Asker, Owned
from desk.cases.model import ProofFailure
from desk.channels.web.identity import visitor_of
from desk.conversations.model import Conversation, Handoff, HandoffState, Owner
from desk.shop.base import KeyState, OrderStatus, ProductKind
from desk.shop.embedded import catalogue, keyforms, people
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.demo import PEOPLE, add_stock
from desk.shop.embedded.draft import Draft
from desk.shop.embedded.model import ShopCardKey, ShopCustomer
from desk.tickets import service as tickets
from desk.tickets.model import Ticket, TicketEvent
from tests.dialogue_runner import purses
from tests.dialogue_runner.orders import entry_of, make
from tests.dialogue_runner.sample import ANONYMOUS, Sample
from tests.dialogue_runner.world import LooseKey, TicketWanted
from tests.support.customer import Customer
from tests.support.stack import Stack

USUAL_STOCK = 5
_OPEN = (HandoffState.QUEUED, HandoffState.TAKEN)


@dataclass
class Stage:
    """What was made for one sample, by the names that the sample gives.

    Attributes:
        loose: number and secret of keys that no order has.
        customers: the shop's ids.
    """

    sample: Sample
    customer: Customer
    conversation: str
    customers: dict[str, str] = field(default_factory=dict)
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)
    loose: dict[str, tuple[str | None, str]] = field(default_factory=dict, repr=False)
    recharges: dict[str, str] = field(default_factory=dict)
    coupons: dict[str, str] = field(default_factory=dict)

    def order_name(self, no: str | None) -> str | None:
        """Return the sample's name of an order, its number if it has none."""
        return next((name for name, own in self.orders.items() if own == no), no)


def build(stack: Stack, sample: Sample, number: int) -> Stage:
    """Make everything; `number` keeps the customers of a run apart."""
    with stack.database.write() as session:
        _tidy(session)
        customers = {name: f"d{number}-{place}" for place, name in enumerate(sample.shop.customers)}
        named = {name: _customer(session, customers[name], sample.shop.customers[name]) for name in customers}
        orders = {name: make(session, stack, customers, one) for name, one in sample.shop.orders.items()}
        loose = {name: _loose(session, stack, one) for name, one in sample.shop.keys.items()}
        _stock(session, stack, sample)
        recharges, coupons = purses.make(session, stack, customers, sample.shop)
    who = sample.speaker
    signed_in = (customers[who], named[who][0], stack.shop_secret) if who != ANONYMOUS else ()
    customer = Customer(stack.url, *signed_in)
    with stack.database.write() as session:
        conversation = visitor_of(session, customer.session["token"]).conversation_id
        asker = Asker(conversation, customers.get(who))
        made = {}
        for name, one in sample.shop.tickets.items():
            ticket = _ticket(session, stack, asker, orders, one)
            if one.customer and one.customer != who:
                ticket.customer_id, ticket.conversation_id = customers[one.customer], None
            made[name] = ticket.number
    return Stage(sample, customer, conversation, customers, named, orders, made, loose, recharges, coupons)


def _tidy(session: Session) -> None:
    """End what earlier samples left open: their place in the queue, their failed proofs."""
    session.execute(delete(ProofFailure))
    waiting = list(session.scalars(select(Handoff.conversation_id).where(Handoff.state.in_(_OPEN))))
    session.execute(update(Handoff).where(Handoff.state.in_(_OPEN)).values(state=HandoffState.CANCELLED))
    mine = update(Conversation).where(Conversation.id.in_(waiting))
    session.execute(mine.values(owner=Owner.CLOSED, agent_id=None))


def _customer(session: Session, id_: str, wanted: Any) -> tuple[str, str]:
    """Add a customer; one who is called like somebody of the demo has that one's phone."""
    random = Random(id_)
    name = wanted.name or people.name(random)
    known = {one.name: one.phone for one in PEOPLE}
    phone = wanted.phone or known.get(name) or people.phone(random)
    session.add(ShopCustomer(id=id_, name=name, phone=phone, created_at=clock.now() - timedelta(days=400)))
    session.flush()
    return name, phone


def _loose(session: Session, stack: Stack, wanted: LooseKey) -> tuple[str | None, str]:
    """Make a key of no order; one that the shop has never seen exists in the customer's hands only."""
    entry = next(entry for entry in catalogue.entries() if entry.id == wanted.product)
    if wanted.state is None:
        assert entry.key_format is not None
        return keyforms.make(entry.key_format, Random())
    newest = session.scalar(select(func.max(ShopCardKey.id))) or 0
    draft = Draft(Random(), clock.now())
    expires = wanted.expires.at(clock.now(), None) if wanted.expires else None
    draft.key(entry, wanted.state, expires_at=expires)
    draft.write(session, stack.vault)
    row = session.scalars(select(ShopCardKey).where(ShopCardKey.id > newest)).one()
    number = stack.vault.open_item(session, row.number_item) if row.number_item else None
    return number, stack.vault.open_item(session, row.secret_item)


def _stock(session: Session, stack: Stack, sample: Sample) -> None:
    """Bring each product to the stock that the sample wants, its own keys of the shelf kept."""
    short = {
        entry_of(one).id for one in sample.shop.orders.values() if one.status is OrderStatus.OUT_OF_STOCK_AFTER_PAY
    }
    unsold = ShopCardKey.state == KeyState.UNSOLD
    counted = select(ShopCardKey.product_id, func.count()).where(unsold).group_by(ShopCardKey.product_id)
    there = {row[0]: row[1] for row in session.execute(counted)}
    own = [one.product for one in sample.shop.keys.values() if one.state is KeyState.UNSOLD]
    for entry in catalogue.entries():
        if entry.kind is ProductKind.TOPUP:
            continue
        usual = 0 if entry.id in short else USUAL_STOCK
        wanted = max(sample.shop.stock.get(entry.id, usual), own.count(entry.id))
        surplus = there.get(entry.id, 0) - wanted
        if surplus > 0:
            oldest = select(ShopCardKey.id).where(unsold, ShopCardKey.product_id == entry.id).order_by(ShopCardKey.id)
            gone = list(session.scalars(oldest.limit(surplus)))
            session.execute(delete(ShopCardKey).where(ShopCardKey.id.in_(gone)))
        elif surplus < 0:
            add_stock(session, stack.vault, entry.id, -surplus)


def _ticket(session: Session, stack: Stack, asker: Asker, orders: dict[str, str], wanted: TicketWanted) -> Ticket:
    no = orders[wanted.order] if wanted.order else None
    order = EmbeddedShop(stack.vault).find_order(session, no) if no else None
    if wanted.problem and order:
        facts = {"got": 0, "missing": order.quantity, "amount": f"¥{order.amount:.2f}"}
        made = tickets_of.ticket(session, Owned(order, asker), wanted.problem, **facts)
    else:
        made = tickets.open_ticket(
            session,
            wanted.kind,
            wanted.title or (order.product_name if order else wanted.kind),
            dedupe=f"{wanted.kind}:{no or wanted.name}:{asker.conversation_id}",
            order_no=no,
            customer_id=asker.customer_id,
            conversation_id=asker.conversation_id,
        )
    if wanted.priority:
        made.priority = wanted.priority
    if wanted.status != made.status:
        tickets.set_status(session, made, wanted.status, "agent:1")
    if wanted.note is not None:
        tickets.add_note(session, made, wanted.note, "agent:1", public=True)
    made.created_at, made.updated_at = clock.now() - wanted.age, clock.now() - wanted.age
    for event in session.scalars(select(TicketEvent).where(TicketEvent.ticket_id == made.id)):
        event.at = clock.now() - wanted.age
    session.flush()
    return made
