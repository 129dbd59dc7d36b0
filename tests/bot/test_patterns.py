from decimal import Decimal
from itertools import pairwise

import pytest

from bot.nlu.numerals import money, number
from bot.nlu.patterns import amount, find

CASES: list[tuple[str, list[tuple[str, str]]]] = [
    # order numbers
    ("DD20261121A7K3还没到", [("order_no", "DD20261121A7K3")]),
    ("单号dd20261121a7k3，急", [("order_no", "DD20261121A7K3")]),
    ("ＤＤ２０２６１１２１Ａ７Ｋ３", [("order_no", "DD20261121A7K3")]),
    ("订单202611210001234怎么样了", [("order_no", "202611210001234")]),
    ("DD2026112A7K3", [("order_no", "DD2026112A7K3")]),  # mistyped: the desk says so
    ("DD20261121A7K3和DD20261120QW81", [("order_no", "DD20261121A7K3"), ("order_no", "DD20261120QW81")]),
    ("202611210001234 13800138000", [("order_no", "202611210001234"), ("phone", "13800138000")]),
    ("ddDD20261121A7K3啥情况", [("order_no", "DD20261121A7K3")]),  # dd: 订单
    # ticket numbers
    ("T20261121-0042到哪了", [("ticket_no", "T20261121-0042")]),
    ("工单t202611210042", [("ticket_no", "T20261121-0042")]),
    ("T20261121—0042", [("ticket_no", "T20261121-0042")]),
    # phones: never an order number
    ("13800138000", [("phone", "13800138000")]),
    ("手机138 0013 8000收", [("phone", "13800138000")]),
    ("138-0013-8000", [("phone", "13800138000")]),
    ("+86 13800138000", [("phone", "13800138000")]),
    ("12800138000", []),
    # accounts
    ("qq 123456789", [("account", "123456789")]),
    ("我qq填错了应该是87654321", [("account", "87654321")]),
    ("uid：100234567，区服一区", [("account", "100234567")]),
    ("账号player123充错了", [("account", "player123")]),
    ("户号1029384756", [("account", "1029384756")]),
    ("steam账户名 xiaoming_2026", [("account", "xiaoming_2026")]),
    ("账号发给你 9527_dage", [("account", "9527_dage")]),
    ("抖音号 dy8866zz", [("account", "dy8866zz")]),
    ("账号wangzhe_zhao", [("account", "wangzhe_zhao")]),
    ("123456789", [("account", "123456789")]),
    ("验证码123456", []),
    ("10086打不通", []),
    ("20261121买的", []),
    ("订单尾号 839201", []),
    # e-mail
    ("发到a.b@qq.com", [("email", "a.b@qq.com")]),
    # what a screen said
    ("提示“该卡已失效”", [("error_text", "该卡已失效")]),
    ("系統顯示「序號已被使用」", [("error_text", "序號已被使用")]),
    ("提示：兑换码错误，请核对", [("error_text", "兑换码错误")]),
    ("我买的“Q币”没到", []),
    ("提示“⟦key:abc⟧”", [("card_key", "⟦key:abc⟧")]),
    # ways to pay
    ("微信付不了，支付宝呢", [("payment_method", "微信"), ("payment_method", "支付宝")]),
    ("用余额支付", [("payment_method", "余额")]),
    ("余额没到账", []),
    ("加你微信", []),
    ("招商银行卡扣了两次钱", [("payment_method", "招商银行卡")]),
    ("建行扣款了", [("payment_method", "建行")]),
    ("wx付的", [("payment_method", "wx")]),
    # card keys
    ("卡号⟦key:Tb3_7Xeo⟧密码⟦key:x-1⟧", [("card_key", "⟦key:Tb3_7Xeo⟧"), ("card_key", "⟦key:x-1⟧")]),
    ("ABCD-EFGH-1234-5678用不了", [("card_key", "ABCD-EFGH-1234-5678")]),
    ("QW3E-R5TY-8UI9-O0PL兑换失败", [("card_key", "QW3E-R5TY-8UI9-O0PL")]),  # its Q names no account
    ("K8LM-22QZ-7WXC-PP09👆这个", [("card_key", "K8LM-22QZ-7WXC-PP09")]),
    ("卡号是JW88-2041-7735-9016", [("card_key", "JW88-2041-7735-9016")]),
    ("卡号3309871245查出来", [("card_key", "3309871245")]),
    ("卡密abcd1234efgh5678", [("card_key", "abcd1234efgh5678")]),
    ("ABCD EFGH 1234 5678", [("card_key", "ABCD EFGH 1234 5678")]),
    ("XMKJ8HHTR2W9", [("card_key", "XMKJ8HHTR2W9")]),
    (
        "12345678901234567密码123456789012345678",
        [("card_key", "12345678901234567"), ("card_key", "123456789012345678")],
    ),
    ("202699991234567", [("card_key", "202699991234567")]),  # no date: not an order number
    ("6320 1187 4459 0723", [("card_key", "6320 1187 4459 0723")]),
    ("918 274 665 031", [("card_key", "918 274 665 031")]),
    ("报错0xC004C003", []),
    ("player12345", []),
    ("wodekamimeidao", []),
    ("https://a.cn/ABCD1234EFGH5678 和 abcd1234efgh@qq.com", [("email", "abcd1234efgh@qq.com")]),
    # sums
    ("充了五十块没到", [("amount", "50")]),
    ("买的100元移动", [("amount", "100")]),
    ("￥9.90", [("amount", "9.9")]),
    ("9块9包邮", [("amount", "9.9")]),
    ("十块五", [("amount", "10.5")]),
    ("两百五十块钱", [("amount", "250")]),
    ("100的话费", [("amount", "100")]),
    ("1,200元", [("amount", "1200")]),
    ("面值200", [("amount", "200")]),
    ("充100到账98.5，差的呢", [("amount", "100"), ("amount", "98.5")]),
    ("充了3个月", []),
    ("充了123456789", [("account", "123456789")]),
    ("100那张可以，200那张不行", [("amount", "100"), ("amount", "200")]),
    ("648的原神", [("amount", "648")]),
    ("50刀", [("amount", "50")]),
    ("一百", [("amount", "100")]),
    ("1234", []),  # the contact's last four figures
    ("零元", []),
    ("卡里是0元", [("amount", "0")]),
    ("10的时候", []),
    # nothing
    ("", []),
    ("🙂🙂🙂", []),
    ("/restart", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_finds(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(f.entity, f.value) for f in find(text) if f.entity] == expected


@pytest.mark.parametrize("text", [text for text, expected in CASES if expected])
def test_spans_do_not_overlap_and_are_the_value(text: str) -> None:
    found = find(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    for f in found:
        if f.entity == "card_key":
            assert text[f.start : f.end] == f.value


@pytest.mark.parametrize("piece", ["-.", "一二", "1,", "a1", "abcd-", "1234 ", "dd20", "a@", "⟦key:", "t20"])
def test_long_nonsense_is_read(piece: str) -> None:
    find(piece * (10_000 // len(piece)))  # a pattern that backtracks would not come back


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("五十", 50), ("十五", 15), ("一百二", 120), ("两百零五", 205), ("一千零五十", 1050), ("一万二", 12000)],
        *[("百", 100), ("二十一百", None), ("一二三", None), ("", None)],
    ],
)
def test_numerals(text: str, value: int | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(("text", "value"), [("9.9", Decimal("9.9")), ("五十", Decimal(50)), ("0", None), ("块", None)])
def test_money(text: str, value: Decimal | None) -> None:
    assert money(text) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        *[("50元", "50"), ("¥9.9", "9.9"), ("9块9", "9.9"), ("十块五", "10.5"), ("两块三毛", "2.3"), ("五毛", "0.5")],
        *[("一百二十块钱", "120"), ("十几块", "10"), ("两千多块", "2000"), ("三百多", "300"), ("一百出头", "100")],
        *[("一万二", "12000"), ("12万8", "128000"), ("五六万", "60000"), ("兩萬元", "20000"), ("RM200", "200")],
        *[("0元", "0"), ("0.00元", "0"), ("1,200元", "1200"), ("一千万", None), ("块", None), ("", None)],
    ],
)
def test_amounts(said: str, value: str | None) -> None:
    assert amount(said) == value
