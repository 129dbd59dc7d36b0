"""The demo shop's pages: who sees what, and paying in the demo."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from desk import clock
from desk.shop.base import OrderStatus, PaymentState
from desk.shop.embedded import channels, demo, seed
from desk.shop.embedded.adapter import EmbeddedShop
from desk.vault.service import Vault
from tests.support.desk_server import Served, serve

UNPAID = {"status": OrderStatus.UNPAID, "paid_at": clock.now() - timedelta(minutes=1)}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("desk")) as served:
        with served.database.write() as session:
            seed.seed(session, _vault(served), today=clock.local(clock.now()).date())
        yield served


def _vault(desk: Served) -> Vault:
    return Vault(desk.settings.vault_key)


def _order(desk: Served, customer: str, **wanted: object) -> str:
    with desk.database.write() as session:
        return demo.make_order(session, _vault(desk), customer, **wanted).no  # type: ignore[arg-type]


def _browser(desk: Served, customer: str = "") -> httpx.Client:
    client = httpx.Client(base_url=desk.url, follow_redirects=True, trust_env=False)
    client.get("/demo/sign-in", params={"customer": customer})
    return client


def test_visitors_see_products_and_customers_their_orders(desk: Served) -> None:
    visitor, customer = _browser(desk).get("/").text, _browser(desk, "u1001").get("/").text
    assert "Steam" in visitor
    assert "DD" not in visitor
    assert "林小雨" in customer
    assert "DD" in customer
    assert '"sig"' in customer
    assert '"sig"' not in visitor


@pytest.mark.parametrize("who", ["nobody", "<script>", "u1001'--", "../u1001"])
def test_only_demo_customers_can_be_chosen(desk: Served, who: str) -> None:
    assert '"sig"' not in _browser(desk, who).get("/").text


@pytest.mark.parametrize(
    ("product", "after"),
    [
        ("steam-100", OrderStatus.DELIVERED),
        ("phone-50", OrderStatus.PAID_WAIT),
        ("win11-pro", OrderStatus.OUT_OF_STOCK_AFTER_PAY),
    ],
)
def test_paying_once(desk: Served, product: str, after: OrderStatus) -> None:
    no = _order(desk, "u1005", product=product, **UNPAID)
    browser = _browser(desk, "u1005")
    assert "模拟付款成功" in browser.get(f"/pay/{no}").text
    for _ in range(3):
        assert "模拟付款成功" not in browser.post(f"/pay/{no}").text
    with desk.database.read() as session:
        shop = EmbeddedShop(_vault(desk))
        order = shop.find_order(session, no)
        assert order is not None
        assert order.status == after
        assert len(shop.keys_of(session, no)) == (1 if after == OrderStatus.DELIVERED else 0)


@pytest.mark.parametrize(
    ("method", "hindrance", "words"),
    [
        ("alipay", "account", "账户已冻结，暂时不能付款"),
        ("balance", "account", "账户已冻结，暂时不能付款"),
        ("alipay", "order", "这笔订单已冻结"),
        ("unionpay", "channel", "这种付款方式暂时用不了"),
        ("bank", "", "这种付款方式暂时用不了"),
        ("balance", "", "余额不够付这笔订单"),
    ],
)
def test_why_a_payment_is_refused(desk: Served, method: str, hindrance: str, words: str) -> None:
    no = _order(desk, "u1005", product="jd-500", **UNPAID)
    shop = EmbeddedShop(_vault(desk))
    with desk.database.write() as session:
        if hindrance == "account":
            shop.freeze_account(session, "u1005", "risk")
        if hindrance == "order":
            shop.freeze_order(session, no)
        channels.report(session, "unionpay", clock.now() if hindrance == "channel" else None)
    browser = _browser(desk, "u1005")
    assert ("云闪付（维护中）" in " ".join(browser.get(f"/pay/{no}").text.split())) is (hindrance == "channel")
    answer = browser.post(f"/pay/{no}", data={"method": method})
    with desk.database.write() as session:
        shop.unfreeze_account(session, "u1005")
        order, payment = shop.find_order(session, no), shop.payment(session, no)
    assert answer.status_code == 409
    assert words in answer.text
    assert "模拟付款成功" in answer.text
    assert order is not None
    assert payment is not None
    assert (order.status, payment.state) == (OrderStatus.UNPAID, PaymentState.PENDING)


def test_paying_from_the_wallet(desk: Served) -> None:
    no = _order(desk, "u1005", product="steam-50", **UNPAID)
    shop = EmbeddedShop(_vault(desk))
    with desk.database.read() as session:
        assert shop.balance(session, "u1005") == 100
    browser = _browser(desk, "u1005")
    assert "余额（¥100.00）" in " ".join(browser.get(f"/pay/{no}").text.split())
    assert "模拟付款成功" not in browser.post(f"/pay/{no}", data={"method": "balance"}).text
    with desk.database.read() as session:
        payment, order = shop.payment(session, no), shop.find_order(session, no)
        assert order is not None
        assert shop.balance(session, "u1005") == 100 - order.amount
    assert payment is not None
    assert (payment.method, payment.state) == ("balance", PaymentState.SUCCESS)


@pytest.mark.parametrize("customer", ["", "u1001"])
def test_strangers_cannot_see_or_pay(desk: Served, customer: str) -> None:
    no = _order(desk, "u1005", product="steam-100", **UNPAID)
    browser = _browser(desk, customer)
    page = browser.get(f"/pay/{no}")
    assert page.status_code == 404
    assert "Steam" not in page.text
    browser.post(f"/pay/{no}")
    with desk.database.read() as session:
        order = EmbeddedShop(_vault(desk)).find_order(session, no)
        assert order is not None
        assert order.status == OrderStatus.UNPAID


def test_an_order_that_lapsed_cannot_be_paid(desk: Served) -> None:
    no = _order(desk, "u1005", product="steam-100", status=OrderStatus.EXPIRED)
    assert "模拟付款成功" not in _browser(desk, "u1005").post(f"/pay/{no}").text
