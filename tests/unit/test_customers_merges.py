"""Two identities become one person, and two again, with nothing lost on the way."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.audit.service import of_subject
from desk.customers import consent, merges, notes, tags
from desk.customers.errors import NoCustomer, ReasonMissing, SamePerson
from desk.customers.identity import Identity, parse, shop
from desk.customers.model import CustomerMerge, CustomerNote, CustomerTag
from tests.support.cases import Bench
from tests.support.customers import Counter, identity

WHO = [shop("u1"), shop("u2"), identity("v_a"), identity("v_b"), identity("v_c")]
Pairs = list[tuple[Identity, Identity]]
Snapshot = dict[str, tuple[object, ...]]


@pytest.fixture
def desk(bench: Bench) -> Iterator[Counter]:
    made = Counter(bench)
    for who in WHO:
        made.comes(f"of_{who.value}" if who.kind == "shop" else who.value, who.value if who.kind == "shop" else None)
    yield made
    made.database.close()


def _merge(desk: Counter, absorbed: Identity, into: Identity, reason: str = "同一个手机号") -> int:
    with desk.database.write() as session:
        return merges.merge(session, absorbed, into, reason, "agent:7").id


def _undo(desk: Counter, merge_id: int) -> None:
    with desk.database.write() as session:
        merges.undo(session, merge_id, "agent:7")


def _snapshot(desk: Counter) -> Snapshot:
    with desk.database.read() as session:
        shown: Snapshot = {}
        for who in WHO:
            found = merges.people.person(session, who)
            shown[who.key] = (
                found.head,
                frozenset(found.members),
                frozenset(found.conversation_ids),
                tuple(sorted(tags.of(session, found))),
                tuple(note.id for note in notes.of(session, found)),
                consent.allows(session, found, "marketing"),
            )
        return shown


@pytest.mark.parametrize("who", [*WHO, shop("张三/李四"), Identity("wecom", "a b.c"), shop("x" * 80), shop("店" * 80)])
def test_keys_can_be_read_back(who: Identity) -> None:
    assert parse(who.key) == who
    assert "/" not in who.key


@pytest.mark.parametrize("key", ["", "u1", "shop.", "Shop.u1", "shop.~", "shop.~dTE", "shop.a b", "shop.~!!"])
def test_other_words_are_no_keys(key: str) -> None:
    with pytest.raises(NoCustomer):
        parse(key)


def test_a_visitor_joins_an_account(desk: Counter) -> None:
    before = desk.person("shop.u1")
    _merge(desk, identity("v_a"), shop("u1"))
    found = desk.person("web.v_a")
    assert found.key == "shop.u1"
    assert set(found.conversation_ids) == {*before.conversation_ids, *(c.id for c in found.conversations)}
    assert len(found.conversations) == 2


def test_who_has_signed_in_is_the_account_without_a_merge(desk: Counter) -> None:
    desk.note("web.v_a", "先问后登录")
    _merge(desk, identity("v_a"), shop("u2"))
    desk.comes("v_a", "u1")  # the shop's word is stronger than a colleague's
    assert desk.person("web.v_a").key == "shop.u1"
    assert shop("u1") not in desk.person("shop.u2").members
    assert [note.text for note in desk.do(notes.of, "shop.u1")] == ["先问后登录"]


def test_refused_merges_change_nothing(desk: Counter) -> None:
    with pytest.raises(ReasonMissing):
        _merge(desk, identity("v_a"), shop("u1"), " ")
    _merge(desk, identity("v_a"), shop("u1"))
    with pytest.raises(SamePerson):
        _merge(desk, identity("v_a"), shop("u1"))
    with pytest.raises(SamePerson):
        _merge(desk, shop("u1"), identity("v_a"))
    with desk.database.read() as session:
        assert session.query(CustomerMerge).count() == 1


def test_the_audit_names_both_but_not_the_reason(desk: Counter) -> None:
    number = _merge(desk, identity("v_a"), shop("u1"), "张三丰说是他")
    _undo(desk, number)
    _undo(desk, number)
    with desk.database.read() as session:
        found = [(entry.action, entry.actor, dict(entry.detail)) for entry in of_subject(session, "shop.u1")]
    detail = {"absorbed": "web.v_a", "merge": number}
    assert found == [("customer.merge", "agent:7", detail), ("customer.unmerge", "agent:7", detail)]


def test_what_was_noted_in_between_stays_where_it_was_written(desk: Counter) -> None:
    number = _merge(desk, identity("v_a"), shop("u1"))
    desk.do(tags.put, "shop.u1", "老客户", "agent:3")
    desk.note("web.v_a", "写给账号的")
    desk.note("web.v_a", "写给访客的", key="web.v_a")
    _undo(desk, number)
    assert [note.text for note in desk.do(notes.of, "shop.u1")] == ["写给账号的"]
    assert [note.text for note in desk.do(notes.of, "web.v_a")] == ["写给访客的"]
    assert (desk.do(tags.of, "shop.u1"), desk.do(tags.of, "web.v_a")) == (["老客户"], [])


PAIRS = st.lists(st.tuples(st.sampled_from(WHO), st.sampled_from(WHO)), max_size=6)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=PAIRS, one=st.tuples(st.sampled_from(WHO), st.sampled_from(WHO)), after=PAIRS)
def test_merge_then_undo_is_as_before(
    desk: Counter, before: Pairs, one: tuple[Identity, Identity], after: Pairs
) -> None:
    with desk.database.write() as session:
        for table in (CustomerMerge, CustomerNote, CustomerTag):
            session.query(table).delete()

    def merged(pairs: Pairs) -> list[int]:
        made = []
        for absorbed, into in pairs:
            try:
                made.append(_merge(desk, absorbed, into))
            except SamePerson:
                continue
        return made

    untouched = _snapshot(desk)
    first = merged(before)
    desk.note(WHO[0].key, "早先的备注")
    desk.do(tags.put, WHO[3].key, "爱催单", "agent:3")
    shown = _snapshot(desk)
    middle = merged([one])
    for number in middle:
        _undo(desk, number)
    assert _snapshot(desk) == shown
    middle, last = merged([one]), merged(after)
    for number in middle:  # later merges stay
        _undo(desk, number)
    for number in last:
        _undo(desk, number)
    assert _snapshot(desk) == shown
    for number in first:  # in whichever order
        _undo(desk, number)
    heads = {key: told[:3] for key, told in _snapshot(desk).items()}
    assert heads == {key: told[:3] for key, told in untouched.items()}
