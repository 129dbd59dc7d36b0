"""Figures in articles: from the policy and the catalogue, with their units."""

from pathlib import Path
from typing import Any

import pytest

from desk.knowledge.placeholders import Figures, Unfilled
from desk.policies.reading import read
from desk.shop.base import Fulfilment, Product, ProductKind
from desk.shop.embedded import catalogue

ROOT = Path(__file__).resolve().parents[2]


def products() -> list[Product]:
    """Return the demo's catalogue."""
    return [
        Product(
            id=each.id,
            name=each.name,
            aliases=tuple(each.aliases),
            kind=ProductKind(each.kind),
            face_values=tuple(each.face_values),
            price=each.price,
            usual_minutes=each.usual_minutes,
            fulfilment=Fulfilment(each.fulfilment),
            redeem_steps=tuple(each.redeem_steps),
            region_note=each.region_note,
            validity_days=each.validity_days,
            stock=None,
        )
        for each in catalogue.entries()
    ]


def policies(**sections: dict[str, Any]) -> dict[str, Any]:
    """Return the shop's policy with some figures changed."""
    policy = read(ROOT / "policies.yml").model_dump()
    return policy | {name: {**policy[name], **changed} for name, changed in sections.items()}


@pytest.mark.parametrize(
    ("section", "figure", "placeholder", "said"),
    [
        ("times", {"key_cause": 2}, "times.key_cause", "2 分钟"),
        ("times", {"technical": 60}, "times.technical", "60 分钟"),
        ("times", {"payment_refund": 120}, "times.payment_refund", "2 小时"),
        ("times", {"ticket": 1440}, "times.ticket", "24 小时"),
        ("times", {"ticket": 150}, "times.ticket", "150 分钟"),
        ("delivery", {"usual": 15}, "delivery.usual", "15 分钟"),
        ("delivery", {"topup_retries": 1}, "delivery.topup_retries", "1 次"),
        ("keys", {"reissues_per_order": 1}, "keys.reissues_per_order", "1 次"),
        ("keys", {"expired_grace_days": 7}, "keys.expired_grace_days", "7 天"),
        ("refunds", {"arrival_days": 3}, "refunds.arrival_days", "1–3 个工作日"),
        ("refunds", {"arrival_days": 1}, "refunds.arrival_days", "1 个工作日"),
        ("refunds", {"cooling_hours": 24}, "refunds.cooling_hours", "24 小时"),
        ("proofs", {"tries_per_conversation": 5}, "proofs.tries_per_conversation", "5 次"),
        ("facts", {"hours": "每天 9:00–23:00"}, "facts.hours", "每天 9:00–23:00"),
    ],
)
def test_from_the_policy(section: str, figure: dict[str, Any], placeholder: str, said: str) -> None:
    figures = Figures(policies(**{section: figure}), list)
    assert figures.fill(f"要{{{placeholder}}}内") == f"要{said}内"


@pytest.mark.parametrize(
    ("placeholder", "said"),
    [
        ("delays.first.over", "30 分钟"),
        ("delays.first.coupon", "3 元"),
        ("delays.table", "超过 30 分钟送 3 元券，超过 2 小时送 5 元券，超过 1 天送 10.50 元券"),
    ],
)
def test_the_table_of_delays(placeholder: str, said: str) -> None:
    delays = [{"over": 30, "coupon": 3}, {"over": 120, "coupon": 5}, {"over": 1440, "coupon": 10.5}]
    assert Figures({"delays": delays}, list).fill(f"{{{placeholder}}}") == said


@pytest.mark.parametrize(
    ("placeholder", "said"),
    [
        ("goods:Q币卡.name", "Q币卡"),
        ("goods:Q币卡.faces", "10Q币、30Q币、100Q币"),
        ("goods:Q币卡.prices", "10Q币 9.70 元、30Q币 29.10 元、100Q币 96.50 元"),
        ("goods:Q币卡.region", "任何 QQ 号都能充"),
        ("goods:Q币卡.minutes", "5 分钟"),
        ("goods:商超购物卡.minutes", "2 小时"),
        ("goods:Q币卡.validity", "720 天"),
        ("goods:Steam 钱包充值码.validity", "不限期"),
        ("goods:联通话费充值卡.steps", "1. 拨打 10011\n2. 按提示选「一卡充充值」"),
    ],
)
def test_from_the_catalogue(placeholder: str, said: str) -> None:
    assert Figures({}, products).fill(f"{{{placeholder}}}").startswith(said)


@pytest.mark.parametrize(
    "placeholder", ["facts.nothing", "times.nothing", "nowhere.usual", "delays.second.over", "goods:火星卡.faces", ""]
)
def test_nothing_to_put_there(placeholder: str) -> None:
    with pytest.raises(Unfilled) as failure:
        Figures(policies(), products).fill(f"要{{{placeholder}}}")
    assert failure.value.name == placeholder


def test_the_shop_is_asked_only_for_goods_and_once() -> None:
    asked: list[None] = []
    figures = Figures(policies(), lambda: asked.append(None) or products())  # type: ignore[func-returns-value]
    figures.fill("{times.key_cause}")
    assert asked == []
    figures.fill("{goods:Q币卡.faces}{goods:Q币卡.prices}")
    assert asked == [None]
