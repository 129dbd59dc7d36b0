"""Picture files for tests: good ones of each kind, and the ones that somebody makes to break things."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.Image import Exif

GPS_NOTE = b"31.2304N-121.4737E"


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48), colour: Any = (200, 30, 30), **options: Any) -> bytes:
    """Return a picture of one colour, its left upper corner blue."""
    mode = "RGBA" if len(colour) == 4 else "RGB"
    image = Image.new(mode, size, colour)
    image.paste((0, 0, 255), (0, 0, size[0] // 4, size[1] // 4))
    return saved(image, kind, **options)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return the image as a file."""
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def opened(data: bytes) -> Image.Image:
    """Return a file's image, decoded."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


def photograph(orientation: int = 6) -> bytes:
    """Return a JPEG as a phone takes it: lying on its side, with place and comment."""
    exif = Exif()
    exif[0x0112] = orientation
    exif[0x010E] = GPS_NOTE.decode()
    exif.get_ifd(0x8825)[0x001D] = GPS_NOTE.decode()
    return picture("JPEG", (80, 40), exif=exif, comment=GPS_NOTE, quality=95)


def noise(size: tuple[int, int], kind: str = "PNG") -> bytes:
    """Return a picture that does not compress."""
    return saved(Image.effect_noise(size, 90).convert("RGB"), kind)


def animated(kind: str) -> bytes:
    """Return two frames, red and then green."""
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, lossless=True)


def claims(width: int, height: int) -> bytes:
    """Return a small PNG file whose header announces a picture of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(100))) + _chunk(b"IEND")


def _chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
