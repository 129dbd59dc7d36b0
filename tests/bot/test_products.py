import pytest

from bot.nlu.products import Products, plain

NAMES = {"Q币": "Q币", "qb": "Q币", "Steam 钱包充值码": "Steam", "steam卡": "Steam", "steam": "Steam", "话费": "话费"}
PRODUCTS = Products({plain(said): name for said, name in NAMES.items()})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Q币没到", [("Q币", "Q币")]),
        ("ｑｂ没到", [("ｑｂ", "Q币")]),
        ("STEAM 卡和話費", [("STEAM 卡", "Steam"), ("話費", "话费")]),
        ("steam钱包充值码", [("steam钱包充值码", "Steam")]),  # the longest name wins
        ("aqbc steamy", []),  # not inside a Latin word
        ("买qb", [("qb", "Q币")]),
        ("", []),
        ("  ", []),
        ("🙂", []),
    ],
)
def test_finds(text: str, found: list[tuple[str, str]]) -> None:
    assert [(text[m.start : m.end], m.name) for m in PRODUCTS.find(text)] == found
