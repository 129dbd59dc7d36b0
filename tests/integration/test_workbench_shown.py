"""What the workbench shows: no raw key, no markup of others, only news."""

import re
from uuid import uuid4

from desk.conversations import handoff, timeline, turns
from desk.conversations.bot import Reply, Turn
from desk.conversations.model import Author
from desk.tickets import search, service
from tests.support.staff import Colleague, Office

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
KEY = "QWERT-ASDF5-ZXCV6"


def test_nothing_that_people_write_becomes_html(office: Office, lin: Colleague) -> None:
    conversation_id = office.customer(SCRIPT, reason="requested")
    lin.does(conversation_id, "take")
    lin.answers(conversation_id, SCRIPT)
    lin.does(conversation_id, "ticket", form_id=uuid4().hex, kind="key", title=SCRIPT, note=SCRIPT)
    with office.desk.database.read() as session:
        number = search.for_agents(session)[-1].number
        numbers = [ticket.number for ticket in search.for_agents(session) if ticket.title == SCRIPT]
    assert number
    pages = ["/desk", f"/desk/c/{conversation_id}", "/desk/lists", f"/desk/c/{conversation_id}/live?after=0"]
    for path in [*pages, "/desk/tickets", f"/desk/tickets/{numbers[0]}"]:
        page = lin.page(path)
        assert "&lt;script&gt;alert(1)" in page, path
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


def test_card_keys_are_never_shown_to_agents(office: Office, lin: Colleague) -> None:
    conversation_id = office.customer(f"这个卡密 {KEY} 用不了", reason="requested")
    lin.does(conversation_id, "take")
    assert lin.answers(conversation_id, f"换一张给您：{KEY[::-1]}").status_code == 200
    with office.desk.database.write() as session:
        _, rows = turns.begin(session, conversation_id)
        assert not rows
        item = office.desk.vault.put(session, KEY)
        card = {"type": "key", "label": "卡密", "number": None, "product": "测试卡"}
        card["secret"] = office.desk.vault.reference(session, item, conversation_id)
        conversation = timeline.lock(session, conversation_id)
        timeline.append(session, conversation, Author.BOT, "给您", body={"cards": [card]})
        note = office.desk.vault.redact(session, f"卡密 {KEY} 已核对", conversation_id, lambda text: False)
        current = handoff.open_handoff(session, conversation_id)
        assert current
        current.note = note
        service.open_ticket(session, "key", note, dedupe=note, conversation_id=conversation_id, note=note)
    office.says(conversation_id, f"再发一次 {KEY}")
    paths = [
        "/desk/tickets",
        "/desk",
        f"/desk/c/{conversation_id}",
        f"/desk/c/{conversation_id}/live?after=0",
        "/desk/lists",
    ]
    for path in paths:
        page = lin.page(path)
        assert KEY not in page, path
        assert KEY[::-1] not in page, path
        assert "⟦" not in page, path
    assert lin.page(f"/desk/c/{conversation_id}").count("••••") >= 6
    texts = " ".join(entry.text for entry in office.entries(conversation_id))
    assert (KEY in texts, KEY[::-1] in texts, texts.count("⟦key:")) == (False, False, 3)
    with office.desk.database.read() as session:
        assert KEY[::-1] in office.desk.vault.fill(session, texts, conversation_id)


def test_what_the_bot_understood_and_what_only_agents_may_see(office: Office, lin: Colleague) -> None:
    conversation_id = office.customer("卡密没到")
    with office.desk.database.write() as session:
        _, rows = turns.begin(session, conversation_id)
    with office.desk.database.write() as session:
        handoff.request(session, conversation_id, "complaint")
    lin.does(conversation_id, "take")
    with office.desk.database.write() as session:
        nlu = {"intent": "card_key_not_received", "confidence": 0.962, "mood": "angry", "wants_human": True}
        turns.succeed(session, conversation_id, rows, Turn([Reply("请发订单号")], nlu, False))
    page = lin.page(f"/desk/c/{conversation_id}")
    for shown in ("卡密没收到", "96%", "生气", "想找人工", "客户投诉", "优先", "仅内部可见", "请发订单号"):
        assert shown in page, shown


def test_news_are_only_what_is_new(office: Office, lin: Colleague) -> None:
    conversation_id = office.customer("第一句", "第二句")
    page = lin.live(conversation_id, after=1)
    assert ("第一句" in page, "第二句" in page) == (False, True)
    marks = dict(re.findall(r'innerHTML:#(\w+)"><div class="part" data-mark="(\w+)"', page))
    quiet = lin.page(f"/desk/c/{conversation_id}/live?after=2&head={marks['head']}&side={marks['side']}")
    assert quiet.strip() == ""


def test_long_dialogues_come_in_pieces(office: Office, lin: Colleague) -> None:
    conversation_id = office.customer(*(f"第{number}句。" for number in range(1, 101)))
    page = lin.page(f"/desk/c/{conversation_id}")
    assert ("第21句。" in page, "第20句。" in page, "更早的消息" in page) == (True, False, True)
    earlier = lin.page(f"/desk/c/{conversation_id}/earlier?before=21")
    assert ("第1句。" in earlier, "第20句。" in earlier, "更早的消息" in earlier) == (True, True, False)


def test_lists(office: Office, lin: Colleague) -> None:
    waiting = office.customer("排队的客户", reason="complaint")
    mine = office.customer("我的客户", reason="requested")
    theirs = office.customer("同事的客户", reason="requested")
    lin.does(mine, "take")
    office.sign_in("xiaozhou").does(theirs, "take")

    def groups(who: Colleague) -> dict[str, str]:
        parts = re.split(r'<section class="group g-(\w+)">', who.page("/desk/lists"))
        return dict(zip(parts[1::2], parts[2::2], strict=True))

    seen = groups(lin)
    assert (waiting in seen["queue"], "客户投诉" in seen["queue"], mine in seen["mine"]) == (True, True, True)
    assert (theirs in "".join(seen.values()), "team" in seen) == (False, False)
    assert theirs in groups(office.sign_in("zhuguan"))["team"]
