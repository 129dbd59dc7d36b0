"""Reading answers by what was asked."""

from __future__ import annotations

import pytest

from actions import reading


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("DD20261121A7K3", "DD20261121A7K3"),
        ("订单号是dd20261121a7k3谢谢", "DD20261121A7K3"),
        ("ＤＤ２０２６１１２１Ａ７Ｋ３", "DD20261121A7K3"),
        ("DD 20261121 A7K3", "DD20261121A7K3"),
        ("DD20261121-A7K3", "DD20261121A7K3"),
        ("单号202611210001234没到", "202611210001234"),
        ("没到2026112100012345678", "2026112100012345678"),
        ("20261121", None),
        ("DD2026112", None),
        ("13800138000", None),
        ("⟦key:DD20261121A7K3⟧", None),
        ("", None),
    ],
)
def test_order_no(text: str, number: str | None) -> None:
    assert reading.order_no(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("DD2026112", "DD2026112"),
        ("订单号12345678", "12345678"),
        ("A1B2C3D4E5F6G7H8", "A1B2C3D4E5F6G7H8"),
        ("13800138000", None),
        ("hello", None),
        ("2天了", None),
        ("⟦key:a1b2c3d4⟧", None),
    ],
)
def test_number_like(text: str, number: str | None) -> None:
    assert reading.number_like(text) == number


@pytest.mark.parametrize(
    ("text", "proof"),
    [
        ("8000", "8000"),
        ("尾号8000", "8000"),
        ("后四位是 8000", "8000"),
        ("手机尾号：8000。", "8000"),
        ("尾号八零零零", "8000"),
        ("四个六", "6666"),
        ("尾号四个8", "8888"),
        ("13912348000", "8000"),
        ("139 1234 8000", "8000"),
        ("提取码abc123", "abc123"),
        ("提取码是：Abc_123!", "Abc_123!"),
        ("密码 hello2026", "hello2026"),
        ("abc123", "abc123"),
        ("ａｂｃ１２３", "abc123"),
        ("我记得是abc123吧", "abc123"),
        ("abcdef", "abcdef"),
        ("不记得了", None),
        ("密码不记得了", None),
        ("你好", None),
        ("ok", None),
        ("DD20261121A7K3", None),
        ("⟦key:abc123⟧", None),
    ],
)
def test_proof(text: str, proof: str | None) -> None:
    assert reading.proof(text) == proof


@pytest.mark.parametrize(
    ("text", "proof"),
    [
        ("DD20261121A7K3 尾号8000", "8000"),
        ("DD20261121A7K3 提取码abc123", "abc123"),
        ("卡密无效 密码不对 DD20261121A7K3", None),
        ("卡号1234 密码5678", None),
        ("给13912348000充的没到", None),
    ],
)
def test_named_proof(text: str, proof: str | None) -> None:
    assert reading.named_proof(text) == proof


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("卡号⟦key:aa⟧密码⟦key:bb⟧", ["⟦key:aa⟧", "⟦key:bb⟧"]),
        ("ABCD-1234-EFGH", ["ABCD-1234-EFGH"]),
        ("DD20261121A7K3", []),
        ("13800138000", []),
        ("没有", []),
    ],
)
def test_keys(text: str, keys: list[str]) -> None:
    assert reading.keys(text) == keys


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("T20261121-0042", "T20261121-0042"),
        ("工单t20261121 0042", "T20261121-0042"),
        ("T202611210042", "T20261121-0042"),
        ("DD20261121A7K3", None),
    ],
)
def test_ticket_no(text: str, number: str | None) -> None:
    assert reading.ticket_no(text) == number


@pytest.mark.parametrize(
    "text", ["没有", "没有了", "没有订单号", "找不到", "不记得了", "忘了", "在哪看", "提取码忘了", "真没有"]
)
def test_lacks(text: str) -> None:
    assert reading.lacks(text)


@pytest.mark.parametrize("text", ["没收到", "卡密没到", "没有收到卡密", "没有人吗", "DD20261121A7K3", "8000"])
def test_lacks_nothing(text: str) -> None:
    assert not reading.lacks(text)


@pytest.mark.parametrize("text", ["不是这单", "不是这个订单", "换一个订单", "另一个订单", "都不是", "查错了"])
def test_other_order(text: str) -> None:
    assert reading.other_order(text)


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("卡密没到，转人工", True),
        ("给我找个人工", True),
        ("我要人工客服", True),
        ("不要转人工", False),
        ("别给我转人工了", False),
        ("卡密没到", False),
        ("人工费多少", False),
    ],
)
def test_wants_person(text: str, wants: bool) -> None:
    assert reading.wants_person(text) is wants


@pytest.mark.parametrize(
    ("text", "place"), [("第二个", 1), ("第1单", 0), ("最新的那个", 0), ("刚买的那个", 0), ("那个", None)]
)
def test_place(text: str, place: int | None) -> None:
    assert reading.place(text) == place


@pytest.mark.parametrize(
    ("text", "face"),
    [
        ("100的", "100"),
        ("我的500面值steam卡呢", "500"),
        ("刚买的200steam没收到", "200"),
        ("steam500少了两张", "500"),
        ("等了30分钟了", None),
        ("买了50张", None),
        ("13:30买的", None),
        ("DD20261121A7K3 的", None),
        ("100的还是200的", None),
    ],
)
def test_face_value(text: str, face: str | None) -> None:
    assert reading.face_value(text) == face


@pytest.mark.parametrize(
    ("text", "is_question"), [("可以开发票吗", True), ("可以?", True), ("可以", False), ("好的。", False)]
)
def test_a_question_is_no_yes(text: str, is_question: bool) -> None:
    assert reading.asks(text) is is_question


@pytest.mark.parametrize(
    ("text", "name", "is_hardly_more"),
    [
        ("那京东卡呢", "京东卡", True),
        ("打错了 我是问谷歌卡", "谷歌卡", True),
        ("不对,我说的是谷歌卡!", "谷歌卡", True),
        ("京东卡被人骗走了", "京东卡", False),
        ("谷歌卡买错了", "谷歌卡", False),
    ],
)
def test_hardly_more_than_a_name(text: str, name: str, is_hardly_more: bool) -> None:
    assert reading.hardly_more(text, [name]) is is_hardly_more


@pytest.mark.parametrize(
    "text", ["转人工", "叫个活的来", "给我找个人", "找个人说", "叫你们人出来", "客服呢", "叫技术出来", "zrg"]
)
def test_words_for_a_person(text: str) -> None:
    assert reading.names_person(text)


@pytest.mark.parametrize("text", ["原来是我个人的", "快点行不行", "气死我了", "工单到哪了", "本人实名"])
def test_no_words_for_a_person(text: str) -> None:
    assert not reading.names_person(text)
