"""The search: what counts as the same, what comes first, what is left out."""

import threading
from pathlib import Path

import pytest

from desk.knowledge.article import Article
from desk.knowledge.highlight import spans
from desk.knowledge.index import Filter
from desk.knowledge.library import LOOK_EVERY, THREAD, Library
from desk.knowledge.plain import plain, sound, syllables
from desk.knowledge.reading import Entry
from desk.knowledge.scoring import ANSWER, MISS, outcome_of
from desk.knowledge.search import Search
from desk.knowledge.synonyms import BadSynonyms, Synonyms, read
from desk.knowledge.tokens import Tokeniser
from tests.unit.test_knowledge_files import article

SYNONYMS = Synonyms(
    [["卡密", "激活码", "km", "序號"], ["退款", "退钱"], ["没收到", "没到", "还没到"], ["支付宝", "zfb"]],
    ["的", "了", "请问", "怎么办"],
)


def entry(name: str, question: str, *also: str, **more: object) -> Entry:
    """Return an article in a group."""
    group = str(more.pop("group", "orders"))
    fields = {"id": name, "question": question, "also": also, "answer": "好。", "owner": "售后", "review": "2027-05-20"}
    return Entry(Article.model_validate(fields | more, strict=False), group, f"{group}/a.yml", 2)


ENTRIES = [
    entry("key-late", "卡密没收到怎么办", "付了钱没发货", intents=("card_key_not_received",)),
    entry("refund-how", "怎么申请退款", "想把钱退回来", group="service", tags=("money",)),
    entry("refund-time", "退款多久到账", "退款几天能到", group="service"),
    entry("pay-zfb", "支付宝付不了", "支付宝提示有风险", answer="换微信付。"),
    entry("bulk-refund", "批量采购的退款怎么算", group="merchants", audience="merchant"),
    entry("member", "会员等级怎么升", "消费多少能升黄金会员"),
]


@pytest.fixture(scope="module")
def search() -> Search:
    return Search(ENTRIES, Tokeniser(SYNONYMS, ["Q币直充", "蒸汽卡"]))


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("卡密没收到怎么办", "key-late"),
        ("km还没到", "key-late"),
        ("激活碼沒到", "key-late"),
        ("ＫＭ没到", "key-late"),
        ("卡蜜没收道", "key-late"),
        ("kami mei shoudao", "key-late"),
        ("zfb 不给付", "pay-zfb"),
        ("請問退錢幾天到", "refund-time"),
        ("huiyuan zenme sheng", "member"),
    ],
)
def test_found_however_it_is_written(search: Search, question: str, first: str) -> None:
    assert search.find(question)[0].entry.article.id == first


@pytest.mark.parametrize("wording", [(e.article.id, w) for e in ENTRIES for w in e.article.wordings])
def test_the_words_of_a_wording_are_sure(search: Search, wording: tuple[str, str]) -> None:
    name, text = wording
    best = search.find(text)[0]
    assert best.entry.article.id == name
    assert best.score > ANSWER


def test_one_wording_that_fits_beats_many_that_touch() -> None:
    loose = entry("loose", "退款", "退款到账", "退款的卡", "申请到账", "申请多久", "多久到卡", "原路退款")
    exact = entry("exact", "怎么关注公众号", "申请退款多久到卡")
    found = Search([loose, exact, *ENTRIES], Tokeniser(SYNONYMS)).find("申请退款多久到卡")
    assert found[0].entry.article.id == "exact"
    assert found[0].closeness > 1.1 * found[1].closeness


@pytest.mark.parametrize("question", ["", "？？？", "😭", "的了", "龘龘龘"])
def test_nothing_in_common_is_nothing_found(search: Search, question: str) -> None:
    assert search.find(question) == []


@pytest.mark.parametrize(
    ("only", "ids"),
    [
        (Filter(group="service"), {"refund-how", "refund-time"}),
        (Filter(tags=["money"]), {"refund-how"}),
        (Filter(intents=["card_key_not_received", "urge"]), set()),
        (Filter(audience="novice"), {"refund-how", "refund-time"}),
        (Filter(audience="merchant"), {"refund-how", "refund-time", "bulk-refund"}),
        (Filter(group="service", tags=["other"]), set()),
    ],
)
def test_filters(search: Search, only: Filter, ids: set[str]) -> None:
    assert {each.entry.article.id for each in search.find("退款", only)} == ids


@pytest.mark.parametrize(
    ("score", "outcome"),
    [(1.0, "hit"), (ANSWER, "hit"), (ANSWER - 0.01, "weak"), (MISS, "weak"), (MISS - 0.01, "miss")],
)
def test_what_a_score_comes_to(score: float, outcome: str) -> None:
    assert outcome_of(score) == outcome


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("卡密没到", "您的激活码如果还没到，请刷新。", ["激活码", "还没到"]),
        ("Q币怎么充", "Q 币和Q币卡", ["Q币"]),
        ("退款", "退錢要三天", ["退錢"]),
        ("完全无关", "别的话", []),
    ],
)
def test_highlights_are_places_in_the_text_as_it_is(
    search: Search, question: str, text: str, marked: list[str]
) -> None:
    assert [text[start:end] for start, end in spans(text, search.tokeniser, question)] == marked


@pytest.mark.parametrize(
    ("letters", "parts"),
    [
        ("tuikuan", ("tui", "kuan")),
        ("xianzai", ("xian", "zai")),
        ("zhuce", ("zu", "ce")),
        ("steam", ()),
        ("nver", ("nv", "er")),
    ],
)
def test_typed_pinyin(letters: str, parts: tuple[str, ...]) -> None:
    assert syllables(letters) == parts


def test_one_spelling_and_one_sound() -> None:
    assert plain("ＺＦＢ 儲值①") == "zfb 储值1"
    assert (sound("重"), sound("女"), sound("升")) == ("zong", "nv", "sen")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("synonyms: [[卡密, km], [密码, KM]]", "一个词只能在一组里：km"),
        ("synonyms: [[卡密, 81]]", "数字请加引号"),
        ("words: []", "只能有"),
        ("stop: {", "格式不对"),
    ],
)
def test_bad_synonyms(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "synonyms.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BadSynonyms, match=why):
        read(tmp_path / "synonyms.yml")


class Clock:
    """A clock for the looks at the files."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_edits_are_seen_without_restart_and_bad_synonyms_change_nothing(tmp_path: Path) -> None:
    clock, orders = Clock(), tmp_path / "orders"
    orders.mkdir()
    words = tmp_path / "synonyms.yml"
    words.write_text("synonyms: [[卡密, km]]", encoding="utf-8")
    (orders / "a.yml").write_text("articles:\n" + article(), encoding="utf-8")
    library = Library(tmp_path, [], now=clock)
    before = library.snapshot()
    (orders / "b.yml").write_text("articles:\n" + article("other"), encoding="utf-8")
    assert library.snapshot() is before
    clock.now += LOOK_EVERY
    assert library.snapshot() is before  # a customer does not wait for the reading
    done()
    assert [each.article.id for each in library.snapshot().entries] == ["key-late", "other"]
    words.write_text("synonyms: [[卡密]", encoding="utf-8")
    after = library.refresh()
    assert "还在用上一份" in after.faults[0].why
    assert after.search.find("km没到")[0].entry.article.question == "卡密没到怎么办？"
    assert library.refresh() is after


def done() -> None:
    """Wait until the library has read what it found changed."""
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join()
