"""Pictures: what is made of a file, what is refused, where it is kept and for how long."""

import os
import stat
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from desk import clock
from desk.db import Database
from desk.errors import DeskError
from desk.pictures import service
from desk.pictures.checking import MOST_BYTES, prepare
from desk.pictures.errors import (
    BrokenPicture,
    NoPicture,
    NotAPicture,
    NotKept,
    PictureTooBig,
    TooManyPictures,
    TooManyPixels,
)
from desk.pictures.folder import Folder
from desk.pictures.gallery import Gallery
from desk.pictures.model import Picture
from tests.support.pictures import GPS_NOTE, animated, claims, noise, opened, photograph, picture, saved

_PHOTO = (1400, 1000)


@pytest.mark.parametrize(
    ("data", "media_type", "size"),
    [
        (picture("PNG"), "image/png", (64, 48)),
        (picture("JPEG"), "image/jpeg", (64, 48)),
        (picture("WEBP"), "image/webp", (64, 48)),
        (picture("PNG", colour=(1, 2, 3, 255)), "image/png", (64, 48)),
        (picture("PNG", colour=(1, 2, 3, 90)), "image/png", (64, 48)),
        (picture("PNG", (5000, 2000)), "image/png", (2048, 819)),
        (picture("JPEG", (2000, 5000)), "image/jpeg", (819, 2048)),
        (noise(_PHOTO), "image/jpeg", _PHOTO),
        (picture("PNG", (1, 1)), "image/png", (1, 1)),
        (picture("PNG", (9000, 1)), "image/png", (2048, 1)),
        (saved(Image.new("P", (30, 20)), "PNG", transparency=0), "image/png", (30, 20)),
        (saved(Image.new("1", (30, 20)), "PNG"), "image/png", (30, 20)),
        (saved(Image.new("I;16", (30, 20), 40_000), "PNG"), "image/png", (30, 20)),
        (saved(Image.new("CMYK", (30, 20)), "JPEG"), "image/jpeg", (30, 20)),
    ],
)
def test_a_good_picture_becomes_one_of_ours(data: bytes, media_type: str, size: tuple[int, int]) -> None:
    made = prepare(data)
    full, small = opened(made.full), opened(made.small)
    assert (made.media_type, made.width, made.height, full.size) == (media_type, *size, size)
    assert Image.MIME[str(full.format)] == media_type
    assert (small.format, max(small.size)) == ("WEBP", min(480, max(size)))


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", NotAPicture),
        (b"hello", NotAPicture),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", NotAPicture),
        (b"%PDF-1.7", NotAPicture),
        (saved(Image.new("RGB", (9, 9)), "GIF"), NotAPicture),
        (saved(Image.new("RGB", (9, 9)), "BMP"), NotAPicture),
        (saved(Image.new("RGB", (9, 9)), "TIFF"), NotAPicture),
        (b"\x89PNG\r\n\x1a\n", NotAPicture),
        (picture("JPEG", (600, 600))[:2000], BrokenPicture),
        (noise((300, 300))[:5000], BrokenPicture),
        (picture("WEBP", (600, 600))[:-60], BrokenPicture),
        (claims(300, 300), BrokenPicture),
        (claims(8001, 5000), TooManyPixels),
        (claims(60_000, 60_000), TooManyPixels),
        (claims(2**31 - 1, 2**31 - 1), TooManyPixels),
        (picture("PNG") + bytes(MOST_BYTES), PictureTooBig),
    ],
)
def test_anything_else_is_refused(data: bytes, refusal: type[DeskError]) -> None:
    with pytest.raises(refusal) as refused:
        prepare(data)
    assert type(refused.value) is refusal
    assert refused.value.text


def test_forty_megapixels_are_taken_and_one_more_row_is_not() -> None:
    assert prepare(picture("PNG", (8000, 5000))).width == 2048
    with pytest.raises(TooManyPixels):
        prepare(picture("PNG", (8000, 5001)))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_stays(kind: str) -> None:
    made = opened(prepare(animated(kind)).full)
    red, green, _ = made.convert("RGB").getpixel((20, 15))  # type: ignore[misc]
    assert getattr(made, "n_frames", 1) == 1
    assert red > 200 > 60 > green


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (4, (0, 1)), (5, (0, 0)), (6, (1, 0)), (7, (1, 1)), (8, (0, 1))],
)
def test_a_photograph_is_put_upright_and_forgets_where_it_was_taken(orientation: int, corner: tuple[int, int]) -> None:
    data = photograph(orientation)
    assert data.count(GPS_NOTE) == 3
    made = prepare(data)
    image = opened(made.full)
    assert image.size == ((80, 40) if orientation < 5 else (40, 80))
    at = tuple(3 if not far else length - 4 for far, length in zip(corner, image.size, strict=True))
    assert image.convert("RGB").getpixel(at)[2] > 200, "the blue corner"  # type: ignore[index]
    assert GPS_NOTE not in made.full + made.small
    assert not image.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp"} & image.info.keys()


def test_what_hides_behind_a_picture_is_not_kept() -> None:
    script = b"<script>alert(1)</script>"
    assert script not in prepare(picture("PNG") + script).full


# ── Files and rows ───────────────────────────────────────────────────────────────────────────────────────────────


def test_files_are_for_the_desk_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "pictures")
    made = prepare(picture())
    name = folder.put(made)
    assert (folder.get(name), folder.get(name, small=True)) == (made.full, made.small)
    assert stat.S_IMODE((tmp_path / "pictures").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "pictures").iterdir()} == {0o600}
    folder.drop(name)
    assert not list((tmp_path / "pictures").iterdir())
    with pytest.raises(NoPicture):
        folder.get(name)


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder(tmp_path / "pictures")
    monkeypatch.setattr("desk.pictures.folder._ROOM", 2**62)
    with pytest.raises(NotKept):
        folder.put(prepare(picture()))
    (tmp_path / "file").touch()
    with pytest.raises(NotKept):
        Folder(tmp_path / "file").put(prepare(picture()))


def _kept(database: Database, folder: Folder, conversation_id: str = "c_1", **fields: Any) -> Picture:
    made = prepare(picture())
    with database.write() as session:
        row = service.row(conversation_id, made, folder.put(made))
        for name, value in fields.items():
            setattr(row, name, value)
        session.add(row)
    return row


def test_old_pictures_and_strays_are_deleted_in_time(database: Database, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "pictures")
    gallery = Gallery(folder, timedelta(days=90))
    gallery.sweep(database)  # nothing was ever sent
    old = _kept(database, folder, created_at=clock.now() - timedelta(days=90, minutes=1))
    young = _kept(database, folder, created_at=clock.now() - timedelta(days=89))
    stray, uploading = folder.put(prepare(picture())), folder.put(prepare(picture()))
    hours_ago = time.time() - 7200
    for file in (tmp_path / "pictures").iterdir():
        if not file.name.startswith(uploading):
            os.utime(file, (hours_ago, hours_ago))
    gallery.sweep(database)
    left = {file.name.removesuffix(".small") for file in (tmp_path / "pictures").iterdir()}
    assert left == {young.file, uploading}
    assert stray not in left
    with database.read() as session:
        assert service.existing(session, [old.id, young.id]) == {young.id}
        with pytest.raises(NoPicture):
            service.find(session, old.id)


def test_a_picture_is_found_where_it_belongs_only(database: Database, tmp_path: Path) -> None:
    mine = _kept(database, Folder(tmp_path / "pictures"))
    with database.read() as session:
        assert service.find(session, mine.id).id == service.find(session, mine.id, "c_1").id == mine.id
        for asked, conversation in [(mine.id, "c_2"), (mine.id, ""), ("p_none", "c_1"), (mine.id * 50, None)]:
            with pytest.raises(NoPicture):
                service.find(session, asked, conversation)


def test_a_conversation_has_so_many_a_day(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_A_DAY", 2)
    folder = Folder(tmp_path / "pictures")
    _kept(database, folder, created_at=clock.now() - timedelta(days=1, minutes=1))
    for _ in range(2):
        with database.read() as session:
            service.admit(session, "c_1")
        _kept(database, folder)
    with database.read() as session:
        service.admit(session, "c_2")
        with pytest.raises(TooManyPictures):
            service.admit(session, "c_1")


def test_a_ticket_has_what_was_filed_and_what_was_sent_around_it(database: Database, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "pictures")
    opened_at = clock.now()
    _kept(database, folder, created_at=opened_at - timedelta(days=2))
    _kept(database, folder, conversation_id="c_2")
    _kept(database, folder, ticket_no="T-other")
    before = _kept(database, folder, created_at=opened_at - timedelta(hours=2))
    after = _kept(database, folder, created_at=opened_at + timedelta(minutes=1))
    with database.read() as session:
        around = service.of_ticket(session, "T-1", "c_1", opened_at)
        assert [each.id for each in around] == [before.id, after.id]
        assert service.of_ticket(session, "T-1", None, opened_at) == []
    with database.write() as session:
        assert service.file_to(session, "c_1", "T-1") == [before.id, after.id]
        assert service.file_to(session, "c_1", "T-2") == []
    with database.read() as session:
        assert len(service.of_ticket(session, "T-1", None, opened_at)) == 2
        assert service.of_ticket(session, "T-2", "c_1", opened_at) == []
