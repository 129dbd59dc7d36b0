"""What the embedded shop answers without changing anything: proofs, products by words, forms of numbers."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from desk.db import Database
from desk.shop.base import OrderStatus, Shop
from desk.shop.embedded import seed
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.demo import make_order
from desk.vault.service import Vault
from tests.support import databases

VAULT = Vault(Fernet.generate_key())
SHOP: Shop = EmbeddedShop(VAULT)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with databases.empty("sqlite", tmp_path_factory.mktemp("shop")) as made:
        with made.write() as session:
            seed.bring_products(session)
        yield made


@pytest.fixture
def session(store: Database) -> Iterator[Session]:
    with store.read() as session:
        yield session


@pytest.mark.parametrize(
    ("proof", "right"),
    [
        ("6688", True),
        ("尾号6688", True),
        ("６６８８", True),
        ("13800006688", True),
        ("+86 138-0000-6688", True),
        ("kami66", True),
        (" kami66 ", True),
        ("6689", False),
        ("688", False),
        ("06688", False),
        ("KAMI66", False),
        ("", False),
        ("四位数", False),
        ("0" * 5000, False),
    ],
)
def test_proofs(session: Session, proof: str, right: bool) -> None:
    order = make_order(session, VAULT, "u1", "steam-100", OrderStatus.UNPAID, phone="13800006688", password="kami66")
    number = order.no
    assert SHOP.check_proof(session, number, proof) is right
    assert SHOP.check_proof(session, number.lower(), proof) is right
    assert SHOP.check_proof(session, "DD20261121ZZZZZ", proof) is False


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("steam 100", "steam-100"),
        ("我买的Steam充值卡50元", "steam-50"),
        ("b站大会员", "bilibili-1m"),
        ("话费直充100", "phone-100"),
        ("Q币直充", "qcoin-100"),
        ("京东E卡500", "jd-500"),
        ("win11密钥", "win11-pro"),
    ],
)
def test_products_by_words(session: Session, words: str, first: str) -> None:
    assert SHOP.products(session, words)[0].id == first


def test_words_that_mean_no_product(session: Session) -> None:
    assert SHOP.products(session, "没到账怎么办") == []
    assert SHOP.product(session, "nothing") is None
    assert SHOP.stock(session, "nothing") is None
    assert SHOP.stock(session, "phone-100") is None


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("DD20261121A7K3", True),
        ("dd20261121a7k3", True),
        ("ＤＤ20261121A7K3", True),
        ("DD20261121A7K", True),
        ("202611210001234", True),
        ("2026112100012345678", True),
        ("20261121000123", False),
        ("202613210001234", False),
        ("T20261121-0042", False),
        ("13800138000", False),
        ("A1B2C-3D4E5-F6G7H", False),
        ("", False),
        ("D" * 10000, False),
    ],
)
def test_order_numbers_by_form(text: str, like: bool) -> None:
    assert SHOP.order_no_like(text) is like
