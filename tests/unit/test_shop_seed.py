"""The seeded shop: the same every time, every state and every telling case in it, no raw key beside the vault."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import clock, models  # noqa: F401
from desk.db import Base, Database
from desk.shop.base import (
    CardKey,
    Fulfilment,
    KeyState,
    Order,
    OrderStatus,
    Payment,
    PaymentState,
    ProductKind,
    RechargeState,
    Shop,
)
from desk.shop.embedded import catalogue, demo, keyforms, seed
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.model import ShopAssignment, ShopCardKey, ShopCustomer, ShopOrder
from desk.shop.embedded.model_money import ShopCoupon, ShopPayment, ShopPaymentRefund, ShopRecharge, ShopWalletEntry
from desk.shop.embedded.rows import key_query, order_query, to_key, to_order
from desk.vault.model import VaultItem
from desk.vault.service import Vault

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
TODAY = clock.local(NOW).date()
VAULT = Vault(Fernet.generate_key())
SHOP: Shop = EmbeddedShop(VAULT)
S, K, P, R = OrderStatus, KeyState, PaymentState, RechargeState
MONEY = (ShopCoupon, ShopPayment, ShopPaymentRefund, ShopRecharge, ShopWalletEntry)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = made(tmp_path_factory.mktemp("seed"))
    yield database
    database.close()


@pytest.fixture
def session(store: Database) -> Iterator[Session]:
    with clock.frozen(NOW), store.read() as session:
        yield session


def made(folder: Path, vault: Vault = VAULT) -> Database:
    database = Database(f"sqlite:///{folder / 'shop.db'}")
    Base.metadata.create_all(database.engine)
    with clock.frozen(NOW), database.write() as session:
        seed.seed(session, vault, TODAY)
    return database


def every_order(session: Session) -> list[tuple[Order, list[CardKey]]]:
    keys: dict[str | None, list[CardKey]] = defaultdict(list)
    for row in session.execute(key_query()):
        keys[row[1]].append(to_key(row))
    orders = [to_order(row, "") for row in session.execute(order_query().order_by(ShopOrder.no))]
    return [(order, keys[order.no]) for order in orders]


@pytest.fixture(scope="module")
def everything(store: Database) -> list[tuple[Order, list[CardKey]]]:
    with store.read() as session:
        return every_order(session)


def test_sizes(session: Session) -> None:
    count = select(func.count())
    assert session.scalar(count.select_from(ShopCustomer)) == seed.CUSTOMERS == 300
    stories = sum(len(person.orders) for person in demo.PEOPLE)
    assert session.scalar(count.select_from(ShopOrder)) == seed.ORDERS + stories
    assert len(SHOP.products(session)) == len(catalogue.entries()) >= 40
    in_stock = {product.id: product.stock for product in SHOP.products(session)}
    assert {name for name, stock in in_stock.items() if stock == 0} == {"steam-500", "win11-pro"}


def test_every_state_of_both_kinds(everything: list[tuple[Order, list[CardKey]]]) -> None:
    met = {(order.kind, order.status) for order, _ in everything}
    impossible = {(ProductKind.TOPUP, S.OUT_OF_STOCK_AFTER_PAY), (ProductKind.CARD_KEY, S.FAILED)}
    assert met == {(kind, status) for kind in ProductKind for status in S} - impossible


def late(order: Order) -> bool:
    return order.paid_at is not None and NOW - order.paid_at > timedelta(minutes=order.usual_minutes)


def stocked(order: Order) -> bool:
    return order.product_id not in {"steam-500", "win11-pro"} and order.fulfilment is Fulfilment.AUTO


def card(order: Order) -> bool:
    return order.kind is ProductKind.CARD_KEY


TELLING = {
    "paid, late, stock is there": lambda o, k: o.status is S.PAID_WAIT and card(o) and late(o) and stocked(o),
    "paid, within the usual time": lambda o, k: o.status is S.PAID_WAIT and card(o) and not late(o),
    "paid, late, no stock": lambda o, k: o.status is S.PAID_WAIT and card(o) and late(o) and not stocked(o),
    "3 of 5": lambda o, k: o.quantity == 5 and len(k) == 3,
    "by hand, late": lambda o, k: o.fulfilment is Fulfilment.MANUAL and o.status is S.PROCESSING and late(o),
    "used before the sale": lambda o, k: any(x.state is K.USED and x.used_at < x.sold_at for x in k),
    "used after the sale": lambda o, k: any(x.state is K.USED and x.used_at > x.sold_at for x in k),
    "expired before the sale": lambda o, k: any(x.state is K.EXPIRED and x.expires_at < x.sold_at for x in k),
    "expired after the sale": lambda o, k: any(x.state is K.EXPIRED and x.expires_at > x.sold_at for x in k),
    "locked": lambda o, k: any(x.state is K.LOCKED and x.live for x in k),
    "re-issued": lambda o, k: len(k) == 2 and k[0].replaced_by == k[1].id and o.quantity == 1,
    "unused": lambda o, k: any(x.state is K.SOLD for x in k),
    "top-up failed": lambda o, k: o.status is S.FAILED and bool(o.failure) and o.attempts == 1,
    "top-up failed twice": lambda o, k: o.status is S.FAILED and o.attempts == 2,
    "top-up on its way": lambda o, k: o.status is S.PROCESSING and not card(o) and not late(o),
    "top-up late": lambda o, k: o.status is S.PROCESSING and not card(o) and late(o),
    "top-up done": lambda o, k: o.status is S.DELIVERED and not card(o) and bool(o.proof_no),
    "top-up to another phone": lambda o, k: (
        o.status is S.DELIVERED and o.product_id.startswith("phone-") and o.account != o.contact
    ),
    "partly refunded": lambda o, k: o.refund_amount is not None and o.refund_amount < o.amount,
    "a guest's": lambda o, k: o.customer_id is None,
    "the older kind of number": lambda o, k: o.no.isdigit(),
}


@pytest.mark.parametrize("case", TELLING)
def test_telling_case_is_there(everything: list[tuple[Order, list[CardKey]]], case: str) -> None:
    assert any(TELLING[case](order, keys) for order, keys in everything)  # type: ignore[no-untyped-call]


def test_times_money_and_keys_fit_together(session: Session, everything: list[tuple[Order, list[CardKey]]]) -> None:
    never_paid = {S.UNPAID, S.EXPIRED, S.CANCELED}
    for order, keys in everything:
        assert order.placed_at < (order.paid_at or NOW) <= NOW
        assert (order.paid_at is None) == (order.status in never_paid)
        assert (order.delivered_at is not None) == (order.status in {S.DELIVERED, S.COMPLETED})
        assert (order.refund_amount is not None) == (order.status in {S.REFUNDING, S.REFUNDED})
        assert (order.refunded_at is not None) == (order.status is S.REFUNDED)
        assert order.expires_at is None or order.status in never_paid
        assert order.status is not S.UNPAID or (order.pay_url and order.expires_at and order.expires_at > NOW)
        assert (order.account is not None) == (order.kind is ProductKind.TOPUP)
        assert SHOP.order_no_like(order.no)
        live = [key for key in keys if key.live]
        if order.kind is ProductKind.CARD_KEY and order.status in {S.DELIVERED, S.COMPLETED}:
            assert len(live) == order.quantity
        for key in keys:
            assert (key.sold_at or NOW) <= NOW
            assert (key.used_at or NOW) <= NOW
    payments = [(SHOP.payment(session, order.no), order.amount) for order, _ in everything[::50]]
    assert all(payment and payment.amount == amount > Decimal(0) for payment, amount in payments)


ODD = {
    "refused, and another try is open": lambda o, p: o.status is S.UNPAID and states(p) == [P.FAILED, P.PENDING],
    "refused, and lapsed": lambda o, p: o.status is S.EXPIRED and states(p) == [P.FAILED, P.CLOSED],
    "refused, then paid": lambda o, p: o.status is S.DELIVERED and states(p) == [P.FAILED, P.SUCCESS],
    "charged twice": lambda o, p: states(p) == [P.SUCCESS, P.SUCCESS] and p[1].surplus,
    "charged twice, one on its way back": lambda o, p: states(p) == [P.SUCCESS, P.REFUNDING] and p[1].surplus,
    "charged twice, one is back": lambda o, p: states(p) == [P.SUCCESS, P.REFUNDED] and p[1].surplus,
}


def states(payments: list[Payment]) -> list[PaymentState]:
    return [payment.state for payment in payments]


@pytest.fixture(scope="module")
def paid(store: Database, everything: list[tuple[Order, list[CardKey]]]) -> list[tuple[Order, list[Payment]]]:
    with store.read() as session:
        return [(order, SHOP.payments(session, order.no)) for order, _ in everything]


@pytest.mark.parametrize("case", ODD)
def test_odd_payments_are_there(paid: list[tuple[Order, list[Payment]]], case: str) -> None:
    assert any(ODD[case](order, payments) for order, payments in paid)  # type: ignore[no-untyped-call]


def test_payments_fit_their_orders(session: Session, paid: list[tuple[Order, list[Payment]]]) -> None:
    codes = {channel.code for channel in SHOP.channels(session)}
    for order, payments in paid:
        assert payments
        for payment in payments:
            assert payment.method in codes
            assert (payment.failure is not None) == (payment.state is P.FAILED)
            assert (payment.paid_at is not None) == (payment.state in {P.SUCCESS, P.REFUNDING, P.REFUNDED})
            assert (payment.paid_at or NOW) <= NOW
        assert any(payment.paid_at == order.paid_at for payment in payments)
        assert payments[0].surplus is False


def test_wallets_hold_what_was_credited(session: Session) -> None:
    found = [one for row in session.scalars(select(ShopCustomer.id)) for one in SHOP.recharges_of(session, row, 99)]
    by_state = Counter(one.state for one in found)
    assert set(by_state) == set(R)
    assert by_state[R.PAID] < 10 < by_state[R.CREDITED]
    for customer_id in {one.customer_id for one in found}:
        credited = [o.amount for o in found if o.customer_id == customer_id and o.state is R.CREDITED]
        assert SHOP.balance(session, customer_id) == sum(credited)
    for one in found:
        assert (one.paid_at is not None) == (one.state in {R.PAID, R.CREDITED})
        assert (one.credited_at is not None) == (one.state is R.CREDITED)
        assert one.placed_at <= (one.paid_at or NOW) <= (one.credited_at or NOW) <= NOW


def test_customers_have_coupons_good_used_and_ended(session: Session) -> None:
    found = [one for row in session.scalars(select(ShopCustomer.id)) for one in SHOP.coupons_of(session, row)]
    assert {(one.used, one.expires_at > NOW) for one in found} == {(a, b) for a in (True, False) for b in (True, False)}
    assert [one.code for one in SHOP.channels(session) if one.down_since] == [demo.DOWN]


def test_keys_have_their_products_form(session: Session) -> None:
    forms = {entry.id: entry.key_format for entry in catalogue.entries() if entry.key_format}
    characters: Counter[str] = Counter()
    lengths = {"qcoin": (9, 12), "mobile": (17, 18), "junnet": (16, 16)}
    for key in session.scalars(select(ShopCardKey).order_by(ShopCardKey.id).limit(400)):
        secret = VAULT.open_item(session, key.secret_item)
        number = "" if key.number_item is None else VAULT.open_item(session, key.number_item)
        form = forms[key.product_id]
        if form == "steam":
            assert [len(part) for part in secret.split("-")] == [5, 5, 5]
        if form in lengths:
            assert (len(number), len(secret)) == lengths[form]
        assert bool(number) == (form in {"qcoin", "junnet", "mobile", "unicom", "telecom"})
        characters.update(secret)
    assert all(characters[confusable] for confusable in "O0I1")
    assert set(forms.values()) == set(keyforms.FORMS)


def test_the_same_seed_makes_the_same_shop(store: Database, tmp_path: Path) -> None:
    other = made(tmp_path, Vault(Fernet.generate_key()))
    with store.read() as mine, other.read() as theirs:
        assert every_order(mine) == every_order(theirs)
        for table in MONEY:
            columns = select(*table.__table__.columns).order_by(*table.__table__.primary_key)
            assert mine.execute(columns).all() == theirs.execute(columns).all()
    other.close()


def test_a_second_run_changes_nothing_and_a_later_day_brings_fresh_stories(tmp_path: Path) -> None:
    database = made(tmp_path)

    def counts() -> tuple[int | None, ...]:
        with database.read() as session:
            tables = (ShopOrder, ShopCardKey, ShopCustomer, VaultItem, ShopAssignment, *MONEY)
            return tuple(session.scalar(select(func.count()).select_from(table)) for table in tables)

    before = counts()
    with clock.frozen(NOW + timedelta(minutes=20)), database.write() as session:
        seed.seed(session, VAULT, TODAY)
        assert not session.dirty
    assert counts() == before
    with clock.frozen(NOW + timedelta(days=1)), database.write() as session:
        seed.seed(session, VAULT, TODAY + timedelta(days=1))
        newest = SHOP.orders_of(session, "u1001", limit=1)[0]
        assert newest.placed_at > NOW + timedelta(hours=22)
    database.close()


@pytest.mark.parametrize("person", demo.PEOPLE, ids=lambda person: person.name)
def test_named_customers_have_their_orders(session: Session, person: demo.Person) -> None:
    orders = SHOP.orders_of(session, person.id)
    assert [(order.product_id, order.status) for order in orders] == [(p, s) for p, s, _, _ in person.orders]
    recharges = [(one.amount, one.state) for one in SHOP.recharges_of(session, person.id)]
    assert recharges == [(Decimal(yuan), state) for yuan, state, _ in person.recharges]
    assert [one.yuan for one in SHOP.coupons_of(session, person.id)] == [Decimal(yuan) for yuan, _ in person.coupons]
    customer = SHOP.customer(session, person.id)
    assert customer is not None
    assert (customer.name, customer.phone) == (person.name, person.phone)
    assert all(SHOP.check_proof(session, order.no, demo.LOOKUP_PASSWORD) for order in orders)
