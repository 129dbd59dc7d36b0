"""Messages that tell of a scam under way, and messages that only have its words."""

from __future__ import annotations

import pytest

from actions import scam

SCAMS = """
    有个自称你们售后的加我微信 说退款要我把苹果卡的卡密发他 是真的吗
    他让我把卡密拍给他看
    对方叫我先把验证码告诉他
    客服让我加微信退款 还要我报验证码
    有人问我要卡密 给不给
    说退款要先交 200 元保证金
    解冻得先充 500 块
    让我先付一笔解冻金
    公安局打电话说我涉嫌洗钱 让我买卡转过去
    群里老师让我买卡拍照发给他返佣金
    做任务要垫付买卡返佣金
    网上刷单让我买充值卡
    他说要共享屏幕才能退
    自称官方客服 让我下载会议软件 共享屏幕
    那个人要我把兑换码发过去
"""
HARMLESS = """
    我的卡密什么时候发给我
    卡密没发给我
    卡密用不了 怎么办
    您把卡密再发我一遍
    验证码收不到
    我要退款 多久到账
    退款要手续费吗
    充 200 元的话费
    苹果官网要我输入兑换码
    你们系统让我输入订单号
    这单我不要了 退钱
    我想买 100 元的卡送给老师
    老板 我要批量拿 500 张
    账号被冻结了怎么解冻
    公安局旁边能用加油卡吗
"""


@pytest.mark.parametrize("text", [line.strip() for line in SCAMS.strip().splitlines()])
def test_a_scam_is_seen(text: str) -> None:
    assert scam.shows(text)


@pytest.mark.parametrize("text", [line.strip() for line in HARMLESS.strip().splitlines()])
def test_what_only_has_its_words_is_none(text: str) -> None:
    assert not scam.shows(text)
