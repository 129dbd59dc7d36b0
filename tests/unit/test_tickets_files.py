"""What leaves and enters: the exported list, attachments, the customer's link."""

import csv
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from PIL import Image

from desk.errors import DeskError
from desk.pictures.errors import BrokenPicture
from desk.tickets import attachments, export, holding, marks, progress, service
from desk.tickets.errors import AttachmentTooBig, BadAttachment, NoAttachment, NoTicket
from desk.tickets.files import Files, check
from desk.tickets.listing import Wanted
from tests.support.cases import Bench
from tests.support.tickets import LINKS, Counter

KEY = "QWERT-ASDF5-ZXCV6"


@pytest.fixture
def desk(bench: Bench) -> Counter:
    return Counter(bench)


def exported(desk: Counter, wanted: Wanted) -> list[dict[str, str]]:
    text = "".join(export.rows(desk.database, desk.bench.vault, wanted))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text[1:])))


def test_the_export_respects_filters_and_masks(desk: Counter) -> None:
    with desk.database.write() as session:
        title = desk.bench.vault.redact(session, f"补发 {KEY}", desk.conversation_id, lambda _: False)
    number = desk.open(title=title, order_no="DD20261121A7K3", created_by="agent:3")
    desk.open("refund")
    with desk.database.write() as session:
        marks.tag(session, holding.hold(session, number), "大客户", "agent:3")
    rows = exported(desk, Wanted(kind="key"))
    assert [row["工单号"] for row in rows] == [number]
    assert rows[0]["客户"] == "****wner"
    assert (rows[0]["标签"], rows[0]["首问负责人"], rows[0]["小组"]) == ("大客户", "林晓", "二线客服")
    assert KEY not in str(rows)
    assert rows[0]["标题"].startswith("补发 ••••")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("查卡密", "查卡密"),
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    assert export.safe(text) == cell


def test_the_export_comes_in_portions_and_misses_nothing(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PORTION", 2)
    numbers = [desk.open() for _ in range(5)]
    parts = list(export.rows(desk.database, desk.bench.vault, Wanted()))
    assert len(parts) == 4
    assert [row["工单号"] for row in exported(desk, Wanted())] == numbers[::-1]


def picture(kind: str) -> bytes:
    target = BytesIO()
    Image.new("RGB", (8, 8), "red").save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "kept", "media_type"),
    [
        ("截图.png", picture("PNG"), "截图.png", "image/png"),
        ("其实是图片.txt.jpg", picture("PNG"), "其实是图片.txt.png", "image/png"),
        ("对账.csv", "订单,金额\n".encode("gb18030"), "对账.csv", "text/csv; charset=utf-8"),
        ("说明.TXT", "\ufeff你好".encode(), "说明.txt", "text/plain; charset=utf-8"),
        ("合同.exe", b"%PDF-1.7 ...", "合同.pdf", "application/pdf"),
        ("../../etc/passwd.txt", b"x", "passwd.txt", "text/plain; charset=utf-8"),
        ("C:\\a\\b.txt", b"x", "b.txt", "text/plain; charset=utf-8"),
        ('a"b\r\nc.txt', b"x", "abc.txt", "text/plain; charset=utf-8"),
        (".txt", b"%PDF-1.7", ".txt.pdf", "application/pdf"),
    ],
)
def test_files_that_are_taken(name: str, data: bytes, kept: str, media_type: str) -> None:
    checked = check(name, data)
    assert (checked.name, checked.media_type) == (kept.lstrip("."), media_type)


@pytest.mark.parametrize(
    ("name", "data", "refusal"),
    [
        ("a.txt", b"", BadAttachment),
        ("a.pdf", b"MZ\x90\x00", BadAttachment),
        ("a.html", b"<script>alert(1)</script>", BadAttachment),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", BadAttachment),
        ("a.txt", b"a\0b", BadAttachment),
        ("a.csv", picture("PNG"), BadAttachment),
        ("a.txt", b"x" * (128 * 1024 + 1), BadAttachment),
        ("a.pdf", b"%PDF-" + b"x" * (5 * 2**20), AttachmentTooBig),
        ("a.png", picture("JPEG")[:-20], BrokenPicture),
    ],
)
def test_files_that_are_refused(name: str, data: bytes, refusal: type[DeskError]) -> None:
    with pytest.raises(refusal):
        check(name, data)


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("a.txt", f"卡密：{KEY}", None),
        ("a.txt", "订单 100 笔，少 3 笔", "a.txt"),
        (f"{KEY}.txt", "对账", "附件.txt"),
    ],
)
def test_no_file_says_a_card_key(desk: Counter, name: str, text: str, kept: str | None) -> None:
    with desk.database.read() as session:
        checked = check(name, text.encode())
        if kept is None:
            with pytest.raises(BadAttachment):
                attachments.without_keys(session, desk.bench.vault, checked, lambda _: False)
        else:
            assert attachments.without_keys(session, desk.bench.vault, checked, lambda _: False).name == kept


def test_an_attachment_is_added_once_and_shown_to_whom_it_is_for(desk: Counter, tmp_path: Path) -> None:
    files = Files(tmp_path / "attachments")
    number, other = desk.open(), desk.open()
    added = []
    for public in (False, False, True):
        checked = check("a.txt", b"x")
        file = files.put(checked.data)
        with desk.database.write() as session:
            ticket = holding.hold(session, number)
            client_id = f"form-{public}"
            added.append(attachments.add(session, ticket, checked, file, "agent:3", public=public, client_id=client_id))
    assert added == [True, False, True]
    with desk.database.read() as session:
        ticket = holding.hold(session, number)
        inner, outer = attachments.of(session, ticket)
        assert attachments.of(session, ticket, public=True) == [outer]
        assert files.get(attachments.find(session, ticket, inner.id).file) == b"x"
        with pytest.raises(NoAttachment):
            attachments.find(session, ticket, inner.id, public=True)
        with pytest.raises(NoAttachment):
            attachments.find(session, holding.hold(session, other), outer.id)
    assert oct((tmp_path / "attachments").stat().st_mode)[-3:] == "700"


def test_only_the_right_link_leads_to_a_ticket(desk: Counter) -> None:
    number, other = desk.open(), desk.open()
    right = LINKS.token(number)
    with desk.database.read() as session:
        assert LINKS.ticket(session, number, right).number == number
        foreign = progress.ProgressLinks("http://desk.test", "t" * 40).token(number)
        for no, token in (
            (number, LINKS.token(other)),
            (number, ""),
            (number, right[:-1]),
            (number, right + "0"),
            (number, foreign),
            (number, "￥"),
            ("T20261121-9999", LINKS.token("T20261121-9999")),
            ("什么", LINKS.token("什么")),
        ):
            with pytest.raises(NoTicket):
                LINKS.ticket(session, no, token)


def test_the_customer_s_page_says_nothing_of_what_is_for_agents(desk: Counter) -> None:
    number = desk.open()
    with desk.database.write() as session:
        ticket = holding.hold(session, number)
        service.add_note(session, ticket, "怀疑是羊毛党", "agent:3")
        service.add_note(session, ticket, "今天 18 点前补发", "agent:3", public=True)
        service.set_status(session, ticket, "waiting", "agent:3", "等供货商")
        shown = progress.progress(session, desk.bench.vault, ticket)
    assert [(step.what, step.text) for step in shown.steps] == [("进展", "今天 18 点前补发"), ("等待中", "等供货商")]
    assert (shown.status_text, shown.asks) == ("等待中", False)
