import pytest

from bot.nlu.products import Name, Products, merged

NAMES = [
    Name("Steam 钱包充值码", ("steam-50", "steam-100"), ("steam卡", "steam", "蒸汽卡")),
    Name("Q币", ("qb-10",), ("qb", "扣币")),
    Name("手机话费直充", ("huafei-50",), ("话费", "手机话费")),
    Name("App Store 充值卡", ("appstore-100",), ("app store", "苹果卡")),
    Name("爱奇艺会员", (), ("爱奇艺",)),
    Name("腾讯视频会员", (), ("腾讯视频",)),
    Name("和平精英点券", (), ("和平精英",)),
]
PRODUCTS = Products(NAMES)
STEAM, APPLE = "Steam 钱包充值码", "App Store 充值卡"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # as written
        ("Q币没到", [("Q币", "Q币")]),
        ("ｑｂ没到", [("ｑｂ", "Q币")]),
        ("STEAM 卡和話費", [("STEAM 卡", STEAM), ("話費", "手机话费直充")]),
        ("steam钱包充值码", [("steam钱包充值码", STEAM)]),  # the longest name wins
        ("app store的卡", [("app store", APPLE)]),
        ("appstore的卡", [("appstore", APPLE)]),
        ("my steam card", [("steam card", STEAM)]),
        ("20qb", [("qb", "Q币")]),
        ("aqbc steamy卡", [("steamy卡", STEAM)]),  # not inside a Latin word; one letter too many is a slip
        # as it sounds
        ("爱奇义没到", [("爱奇义", "爱奇艺会员")]),
        ("和平精英点卷", [("和平精英点卷", "和平精英点券")]),
        # one slip in a long brand
        ("steem卡怎么用", [("steem卡", STEAM)]),
        ("stem卡", [("stem卡", STEAM)]),
        ("腾讯祝频会员", [("腾讯祝频会员", "腾讯视频会员")]),
        ("和平精嘤点券", [("和平精嘤点券", "和平精英点券")]),
        # what goes on from a name belongs to it
        ("爱奇艺年卡", [("爱奇艺年卡", "爱奇艺会员")]),
        ("爱奇艺卡密", [("爱奇艺", "爱奇艺会员")]),
        ("爱奇艺会员年卡", [("爱奇艺会员", "爱奇艺会员")]),
        ("App Store禮品卡", [("App Store禮品卡", APPLE)]),
        ("steam和Q币", [("steam", STEAM), ("Q币", "Q币")]),
        # other words
        ("话费充哪去了", [("话费", "手机话费直充")]),
        ("手机付费", []),
        ("花费太多", []),
        ("team", []),
        ("", []),
        ("  ", []),
        ("🙂", []),
    ],
)
def test_finds(text: str, found: list[tuple[str, str]]) -> None:
    assert [(text[m.start : m.end], m.name) for m in PRODUCTS.find(text)] == found


def test_names_lead_to_catalogue_ids() -> None:
    assert [m.ids for m in PRODUCTS.find("蒸汽卡")] == [("steam-50", "steam-100")]


def test_the_live_catalogue_adds_to_the_written_names() -> None:
    written = [Name("Q币", (), ("企鹅币",)), Name("老商品", (), ("老东西",))]
    both = Products(merged(written, [Name("q币", ("qb-1",), ("扣币",)), Name("新卡", ("new-1",), ("蓝卡",))]))
    found = [(m.name, m.ids) for text in ("企鹅币", "扣币", "蓝卡", "老东西") for m in both.find(text)]
    assert found == [("q币", ("qb-1",)), ("q币", ("qb-1",)), ("新卡", ("new-1",)), ("老商品", ())]


@pytest.mark.parametrize(
    ("text", "guesses"),
    [
        ("话废没到", [("话废", "手机话费直充")]),
        ("hua fei没到", [("hua fei", "手机话费直充")]),
        ("花费太多", [("花费", "手机话费直充")]),  # a guess only: what stands around has to tell
        ("hi", []),
        ("", []),
    ],
)
def test_guesses(text: str, guesses: list[tuple[str, str]]) -> None:
    assert [(text[m.start : m.end], m.name) for m in PRODUCTS.guess(text)] == guesses


def test_a_word_that_both_know_leads_to_what_is_on_sale() -> None:
    written = [Name("Google Play 礼品卡", (), ("谷歌卡",))]
    both = Products(merged(written, [Name("Google Play 礼品卡 美区", ("gp-us-25",), ("谷歌卡",))]))
    assert [(m.name, m.ids) for m in both.find("谷歌卡")] == [("Google Play 礼品卡 美区", ("gp-us-25",))]
