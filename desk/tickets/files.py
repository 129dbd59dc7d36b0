"""The files that staff put on tickets: what is taken, and where their bytes lie, outside of all that is served."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from desk.errors import DeskError
from desk.pictures import checking
from desk.pictures.errors import NotAPicture
from desk.tickets.errors import AttachmentTooBig, BadAttachment, NoAttachment

MOST_BYTES = 5 * 2**20
MOST_TEXT_BYTES = 128 * 1024  # looked through for card keys
LONGEST_NAME = 80
_TEXT_TYPES = {".txt": "text/plain; charset=utf-8", ".csv": "text/csv; charset=utf-8"}
_SUFFIX = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "application/pdf": ".pdf"}
_UNPRINTED = frozenset(map(chr, range(32))) - set("\t\r\n\f")


@dataclass(frozen=True)
class Checked:
    """A file to keep. `text` is what it says, where it is one."""

    name: str
    media_type: str
    data: bytes
    text: str = ""


def check(name: str, data: bytes) -> Checked:
    """Find out from the bytes what a file is; its name only tells a table from a text.

    Pictures are encoded anew, texts become UTF-8.

    Raises:
        AttachmentTooBig, BadAttachment, PictureTooBig, TooManyPixels, BrokenPicture: it is not taken.
    """
    if len(data) > MOST_BYTES:
        raise AttachmentTooBig
    if not data:
        raise BadAttachment("文件是空的")
    plain = PurePosixPath(name.replace("\\", "/")).name
    stem, suffix = PurePosixPath(plain).stem, PurePosixPath(plain).suffix.lower()
    if data.startswith(b"%PDF-"):
        return Checked(_named(stem, ".pdf"), "application/pdf", data)
    if suffix in _TEXT_TYPES:
        text = _text(data)
        return Checked(_named(stem, suffix), _TEXT_TYPES[suffix], text.encode(), text)
    try:
        picture = checking.prepare(data)
    except NotAPicture:
        raise BadAttachment from None
    return Checked(_named(stem, _SUFFIX[picture.media_type]), picture.media_type, picture.full)


class Files:
    """One file an attachment, under a name that says nothing.

    Args:
        path: made with the first file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, data: bytes) -> str:
        """Store bytes for good and return their name.

        Raises:
            NotStored: the disk is full, or not to be written.
        """
        name = secrets.token_hex(16)
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            self.drop(name)
            raise NotStored from None
        return name

    def get(self, name: str) -> bytes:
        """Return a file's bytes.

        Raises:
            NoAttachment: it is gone.
        """
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            raise NoAttachment from None

    def drop(self, name: str) -> None:
        """Delete a file."""
        (self._path / name).unlink(missing_ok=True)


class NotStored(DeskError):
    """There is no room for it on our side."""

    code, status, message = "attachment_not_kept", 503, "附件暂时存不下来，请稍后再试"


def _text(data: bytes) -> str:
    if len(data) > MOST_TEXT_BYTES:
        raise BadAttachment("TXT、CSV 文件最大 128 KB，请拆开再传")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _UNPRINTED & set(text):
            return text
    raise BadAttachment("这个文件不是文本，请检查内容")


def _named(stem: str, suffix: str) -> str:
    kept = "".join(c for c in stem if c.isprintable() and c not in '<>:"/\\|?*').strip(" .")
    return f"{kept[:LONGEST_NAME] or '附件'}{suffix}"
