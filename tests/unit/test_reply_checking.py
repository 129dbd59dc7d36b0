"""What an agent is told about a reply before it goes; and that the delivered scripts would pass."""

import pytest
from sqlalchemy.orm import Session

from desk.options.service import current
from desk.policies.reading import read
from desk.replies.checking import ReplyChecks, check
from desk.replies.scripts import Scripts
from desk.settings import ROOT
from tests.support.cases import Bench

LIMITS = read(ROOT / "policies.yml").limits.agent


def found(session: Session, text: str, *, merchant: bool = False) -> list[str]:
    return [warning.kind for warning in check(text, current(session, ReplyChecks), LIMITS, merchant=merchant)]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("您好，已为您提交工单", ["empty"]),
        ("已为您提交工单，请耐心等待", ["empty"]),
        ("已为您提交工单，技术同事 30 分钟内回您", []),
        ("已提交工单 T20261122001，今天 18 点前有结果", []),
        ("正在处理，明天上午给您答复", []),
        ("好的", []),
        ("这个 SKU 暂时缺货", ["jargon"]),
        ("api 的回调失败了", ["jargon"]),
        ("RAPID 卡两分钟到账", []),
        ("给您补偿 50 元的券", ["sum"]),
        ("给您一张 50 元的优惠券", ["sum"]),
        ("给您补一张 10 元的券", []),
        ("给您退款 300 元", ["sum"]),
        ("给您退款 150 元，3 个工作日到账", []),
        ("这张卡 300 元，您要几张", []),
        ("肯定能退，您放心", ["promise"]),
        ("您加我微信，我转给您", ["forbidden"]),
        ("订单 {订单号} 已发货", ["variable"]),
        ("用 {花括号} 没事", []),
    ],
)
def test_what_is_warned_of(counter: Bench, text: str, kinds: list[str]) -> None:
    with counter.database.read() as session:
        assert found(session, text) == kinds


def test_merchants_know_the_words_of_the_trade(counter: Bench) -> None:
    with counter.database.read() as session:
        assert found(session, "您的 API 回调地址不通", merchant=True) == []


def test_the_delivered_scripts_say_nothing_that_is_warned_of(counter: Bench) -> None:
    with counter.database.read() as session:
        scripts = current(session, Scripts).scripts
        assert len(scripts) >= 60
        for script in scripts:
            text = script.text.replace("{", "").replace("}", "")
            assert found(session, text, merchant="merchant" in script.profiles) == [], script.id
