"""What counts as a yes where money moves: every word has to mean it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from actions import details


def said(text: str, intent: str = "nlu_fallback", confidence: float = 0.9) -> Any:
    return SimpleNamespace(written=text, intent=intent, confidence=confidence, pressed=False)


AGREED = "好|好的|嗯嗯 好的吧|确认|确认退款|对|对的|是的，退吧|好的 退给我|可以 麻烦尽快|行|OK|没问题，帮我退了吧"
OTHER = "对了苹果卡多少钱|对了 你们几点下班|好像不对|好贵啊|可以退到银行卡吗|是不是要扣手续费|行不行啊|要多久|确认什么"
OTHER += "|好的那多久到账|可是我已经用了|我要改账号|要发票|嗯？|"
HEARD = [("中", 0.95, True), ("冇问题", 0.9, True), ("中", 0.4, False), ("不是吧", 0.95, False)]


@pytest.mark.parametrize("text", AGREED.split("|"))
def test_yes(text: str) -> None:
    assert details._confirm(said(text), "request_refund") == details.YES


@pytest.mark.parametrize("text", OTHER.split("|"))
def test_no_yes(text: str) -> None:
    assert details._confirm(said(text), "request_refund") != details.YES


@pytest.mark.parametrize(("text", "confidence", "yes"), HEARD)
def test_what_the_nlu_hears_as_a_yes(text: str, confidence: float, yes: bool) -> None:
    heard = details._confirm(said(text, "affirm", confidence), "request_refund")
    assert (heard == details.YES) is yes


@pytest.mark.parametrize("text", ["不", "不要", "先不退", "别退", "算了", "等等", "再想想", "暂时不用"])
def test_no(text: str) -> None:
    assert details._confirm(said(text), "request_refund") == details.NO


@pytest.mark.parametrize(
    ("topic", "text", "yes"),
    [
        ("wrong_account", "改吧", True),
        ("wrong_account", "退款", False),
        ("wrong_account", "帮我退款", False),
        ("request_invoice", "开吧", True),
        ("request_invoice", "退吧", False),
        ("cancel_order", "取消吧", True),
        (None, "取消吧", False),
    ],
)
def test_only_what_is_asked_about(topic: str | None, text: str, yes: bool) -> None:
    assert (details._confirm(said(text), topic) == details.YES) is yes
