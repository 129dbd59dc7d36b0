"""The vault: what is taken for a key, who gets it back, and that nothing raw stays behind."""

import random
import re
import string
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from desk.db import Database
from desk.shop.embedded import keyforms
from desk.shop.embedded.numbers import order_no_like
from desk.vault.model import VaultItem
from desk.vault.scan import canonical, neutralise
from desk.vault.service import HIDDEN, REFERENCE, Vault, VaultItemMissing, VaultUnreadable
from tests.support import databases

HERE, THERE = "c_here", "c_there"
VAULT = Vault(Fernet.generate_key())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with databases.empty("sqlite", tmp_path_factory.mktemp("vault")) as made:
        yield made


@pytest.fixture
def session(store: Database) -> Iterator[Session]:
    with store.read() as session:  # rolled back: each test finds an empty vault
        yield session


def redact(session: Session, text: str) -> str:
    return VAULT.redact(session, text, HERE, order_no_like)


def shape(text: str) -> str:
    """Return a redacted text with every reference written as [K]."""
    return REFERENCE.sub("[K]", text)


@pytest.mark.parametrize(
    ("stock", "typed", "left"),
    [
        ("13812345678", "我的卡13812345678", "我的卡[K]"),  # looks like a phone, but is a key of the shop
        ("202611210001234", "202611210001234", "[K]"),
        ("12345678", "号是1234-5678", "号是[K]"),
        ("abcdefghij", "ABCDE FGHIJ 不行", "[K] 不行"),
        ("A1B2C-3D4E5-F6G7H", "A1B 2C3D4\nE5F6G7H", "[K]"),
        ("SECRETXX", "https://example.com/?k=SECRETXX", "https://example.com/?k=[K]"),
    ],
)
def test_a_key_of_the_shop_is_taken_whatever_its_shape(session: Session, stock: str, typed: str, left: str) -> None:
    assert redact(session, typed) != left
    VAULT.put(session, stock)
    assert shape(redact(session, typed)) == left


def test_what_customers_type_makes_nothing_known(session: Session) -> None:
    assert shape(redact(session, "卡密: 20000000")) == "卡密: [K]"
    assert redact(session, "QQ 20000000") == "QQ 20000000"


def test_typed_brackets_are_neutralised(session: Session) -> None:
    real = VAULT.reference(session, VAULT.put(session, "A1B2C-3D4E5-F6G7H"), HERE)
    redacted = redact(session, f"给我看 {real}")
    assert real not in redacted
    assert VAULT.fill(session, redacted, HERE) == f"给我看 {neutralise(real)}"


def test_a_reference_is_filled_for_its_own_conversation_only(session: Session) -> None:
    item = VAULT.put(session, "A1B2C-3D4E5-F6G7H")
    ref = VAULT.reference(session, item, HERE)
    assert VAULT.reference(session, item, HERE) == ref
    assert VAULT.reference(session, item, THERE) != ref
    assert VAULT.fill(session, f"您的卡密 {ref}", HERE) == "您的卡密 A1B2C-3D4E5-F6G7H"
    assert VAULT.fill(session, f"您的卡密 {ref}", THERE) == f"您的卡密 {HIDDEN}"
    assert VAULT.fill(session, "⟦key:nonsense⟧", HERE) == HIDDEN
    assert VAULT.mask(session, f"{ref} ⟦key:nonsense⟧") == f"{HIDDEN}6G7H {HIDDEN}"
    assert [VAULT.resolve(session, ref, who) for who in (HERE, THERE)] == [item, None]


def test_references_go_over_when_conversations_are_merged(session: Session) -> None:
    item = VAULT.put(session, "A1B2C-3D4E5-F6G7H")
    old, own = VAULT.reference(session, item, HERE), VAULT.reference(session, item, THERE)
    VAULT.move(session, HERE, THERE)
    assert VAULT.fill(session, old + own, THERE) == "A1B2C-3D4E5-F6G7H" * 2
    assert VAULT.fill(session, old, HERE) == HIDDEN


def test_the_same_key_is_found_however_it_is_written(session: Session) -> None:
    item = VAULT.put(session, "A1B2C-3D4E5-F6G7H")
    assert VAULT.put(session, "A1B2C-3D4E5-F6G7H") == item
    for written in ("a1b2c3d4e5f6g7h", "A1B2C 3D4E5 F6G7H", "Ａ1Ｂ2Ｃ－3D4E5－F6G7H"):
        assert VAULT.find(session, written) == [item]
    (ref,) = REFERENCE.findall(redact(session, "a1b2c3d4e5f6g7h"))
    typed = VAULT.resolve(session, ref, HERE)
    assert typed is not None
    assert VAULT.same_as(session, typed) == [item, typed]
    assert VAULT.find(session, "A1B2C-3D4E5-F6G7X") == []


def test_texts_without_letters_are_apart(session: Session) -> None:
    items = VAULT.put_many(session, ["提取请找客服", "口令：芝麻开门"])
    assert [VAULT.find(session, text) for text in ("提取请找客服", "口令：芝麻开门")] == [[i] for i in items]


def test_failures_and_reprs_show_no_key(session: Session) -> None:
    key = "A1B2C-3D4E5-F6G7H"
    item = VAULT.put(session, key)
    row = session.get_one(VaultItem, item)
    with pytest.raises(VaultItemMissing):
        VAULT.open_item(session, item + 1)
    with pytest.raises(VaultUnreadable) as caught:
        Vault(Fernet.generate_key()).open_item(session, item)
    shown = f"{VAULT!r} {row!r} {caught.value!r} {caught.value.__cause__!r} {vars(row)!r}"
    assert key not in shown
    assert canonical(key) not in shown
    assert key not in row.sealed.decode()


# Whatever stands beside a key, no eight characters of it may stay in what leaves the desk.

AROUND = st.text(
    alphabet=st.one_of(
        st.sampled_from("卡密没到用不了怎么回事啊，。：！ \n-_/()⟦⟧key"),
        st.sampled_from(string.ascii_letters + string.digits),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)
GLUE = st.sampled_from(["", " ", "，", "\n", ":", "：", "是", "-", "（"])


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Draw a message with keys of the shop's forms in it, and those keys."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    text, keys = draw(AROUND), []
    for _ in range(draw(st.integers(1, 3))):
        pair = keyforms.make(draw(st.sampled_from(sorted(keyforms.FORMS))), chance)
        secret = pair[1]
        typed = draw(st.sampled_from([secret, secret.lower(), secret.replace("-", "")]))
        keys.append(secret)
        text = joined(joined(joined(text, draw(GLUE)), typed), draw(GLUE))
        text = joined(text, draw(AROUND))
    return text, keys


def joined(left: str, right: str) -> str:
    """Put a comma where letters would run together: nobody can tell apart what has no border."""
    touching = canonical(left[-1:]) and canonical(right[:1])
    return f"{left}，{right}" if touching else left + right


def fragments(key: str) -> set[str]:
    plain = canonical(key)
    return {plain[at : at + 8] for at in range(len(plain) - 7)}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=AROUND)
def test_the_customer_always_sees_his_own_text(session: Session, text: str) -> None:
    assert VAULT.fill(session, redact(session, text), HERE) == neutralise(text)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=messages(), known=st.booleans())
def test_no_fragment_of_a_key_stays(session: Session, message: tuple[str, list[str]], known: bool) -> None:
    text, keys = message
    with session.begin_nested() as example:
        for key in keys if known else []:
            VAULT.put(session, key)
        redacted = redact(session, text)
        assert VAULT.fill(session, redacted, HERE) == neutralise(text)
        assert VAULT.fill(session, redacted, THERE) == REFERENCE.sub(HIDDEN, redacted)
        for place in re.split(REFERENCE.pattern.replace("(", "(?:"), redacted):
            left = canonical(place)
            assert not any(piece in left for key in keys for piece in fragments(key)), shape(redacted)
        example.rollback()
