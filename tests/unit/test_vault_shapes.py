"""Which words of a customer's message are taken for card keys, and which are left: two tables."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from desk.db import Database
from desk.shop.embedded.numbers import order_no_like
from desk.vault.service import REFERENCE, Vault
from tests.support import databases

HERE = "c_here"
VAULT = Vault(Fernet.generate_key())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with databases.empty("sqlite", tmp_path_factory.mktemp("vault")) as made:
        yield made


@pytest.fixture
def session(store: Database) -> Iterator[Session]:
    with store.read() as session:  # rolled back: each test finds an empty vault
        yield session


KEYS = [
    ("ABCDE-FGHIJ-KLMNO 用不了", "[K] 用不了"),
    ("我的卡密是A1B2C-3D4E5-F6G7H提示无效", "我的卡密是[K]提示无效"),
    ("abcde-fghij-klm0o不行", "[K]不行"),
    ("ABCD-1234-EFGH-5678", "[K]"),
    ("少了一位 A1B2C-3D4E-F6G7H", "少了一位 [K]"),
    ("前面是ABCDE-FGHIJ后面看不清", "前面是[K]后面看不清"),
    ("ＡＢＣＤＥ－ＦＧＨＩＪ－ＫＬＭＮ１", "[K]"),
    ("A1B2C—3D4E5—F6G7H", "[K]"),
    ("A1B2C\u200b-3D4E5-F6\u200bG7H", "[K]"),
    ("XQ7K2MP94RTW8ZB1 无效", "[K] 无效"),
    ("xq7k2mp94rtw8zb1无效", "[K]无效"),
    ("16位码XQKMPRTWZBHLNSJV", "16位码[K]"),
    ("卡号12345678901234567密码987654321098765432", "卡号[K]密码[K]"),
    ("123456789 123456789012", "[K] [K]"),
    ("123456789----123456789012", "[K]"),
    ("1234567890123456\n6543210987654321", "[K]\n[K]"),
    ("卡密 1234 5678 9012 3456 失败", "卡密 [K] 失败"),
    ("1234 5678 9012", "[K]"),
    ("AB1C D2EF 3GHI JK4L", "[K]"),
    ("卡号：123456789", "卡号：[K]"),
    ("兑换码: abc123", "兑换码: [K]"),
    ("激活码是 QWERTY", "激活码是 [K]"),
    ("cdk:zz9y8x", "cdk:[K]"),
    ("CDKEY= ABC-123-XY", "CDKEY= [K]"),
    ("密码 98765432", "密码 [K]"),
    ("key: AAA111", "key: [K]"),
    ("两张 A1B2C-3D4E5-F6G7H，B1B2C-3D4E5-F6G7H", "两张 [K]，[K]"),
    ("A1B2C_3D4E5_F6G7H", "[K]"),
]

NO_KEYS = [
    "",
    "卡密没到",
    "DD20261121A7K3 卡密没到",
    "dd20261121a7k3",
    "DD20261121-A7K3",
    "DD 20261121 A7K3",
    "单号DD20261121A7K少了一位",
    "202611210001234",
    "订单号：2026112100012345678没到账",
    "卡密的订单号是DD20261121A7K3",
    "工单T20261121-0042到哪了",
    "t20261121-0042",
    "13800138000",
    "138-0013-8000",
    "138 0013 8000",
    "+86 13800138000",
    "8613800138000",
    "卡号13800138000",
    "客服电话 0755-12345678 或 400-800-8888",
    "2026-11-21 14:05:33",
    "2026/11/21下的单",
    "20261121",
    "2026-11-21T14:05",
    "abcdef12345678@example.com",
    "https://example.com/a1b2c-3d4e5-f6g7h?x=ABCDEFGH12345678",
    "www.example.com/A1B2C3D4E5F6G7H8",
    "QQ 12345678901",
    "加我qq1234567890",
    "金额 1000.00 元，数量 20000",
    "1000 2000 3000",
    "支付宝交易号2026112122001412345678901234",
    "微信单号4200001234202611211234567890",
    "查单密码123456",
    "查询密码: abc12345",
    "登录密码abcdef1",
    "卡密啥时候到",
    "密码是多少",
    "激活码office用不了",
    "good-game well-played face-to-face",
    "STEAM-WALLET",
    "iPhone15-Pro-Max",
    "hahahahahahahaha",
    "AAAAAAAAAAAAAAAAAAA",
    "111111111111111",
    "我要充100Q币 steam 50 2张",
    "😀😀😀",
    "\x00\x07\u200b",
    "/request_human{}",
]


@pytest.mark.parametrize(("typed", "left"), KEYS)
def test_key_shaped_is_taken(session: Session, typed: str, left: str) -> None:
    redacted = VAULT.redact(session, typed, HERE, order_no_like)
    assert REFERENCE.sub("[K]", redacted) == left
    assert VAULT.fill(session, redacted, HERE) == typed


@pytest.mark.parametrize("typed", NO_KEYS)
def test_everything_else_is_left(session: Session, typed: str) -> None:
    assert VAULT.redact(session, typed, HERE, order_no_like) == typed
