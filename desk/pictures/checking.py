"""Makes of a customer's bytes a picture of our own: decoded, upright, of a sensible size, with nothing but pixels.

What is stored is never what was sent: metadata (place, camera), animation and what hides behind the pixels stay out.
"""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError
from PIL.Image import Resampling, Transpose

from desk.errors import DeskError
from desk.pictures.errors import BrokenPicture, NotAPicture, PictureTooBig, TooManyPixels

MOST_BYTES = 5 * 2**20
MOST_PIXELS = 40_000_000
LONGEST_EDGE, SMALL_EDGE = 2048, 480
SMALL_TYPE = "image/webp"
_FORMATS = ("JPEG", "PNG", "WEBP")
_LONG_PNG = 2**20  # bytes from which a photograph is better not a PNG
_ORIENTATION = 0x0112  # the EXIF tag, and how each of its values is put upright
_UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Prepared:
    """A picture to keep: `full` at most 2048 pixels long, `small` (a WebP) at most 480."""

    media_type: str
    width: int
    height: int
    full: bytes
    small: bytes


def prepare(data: bytes) -> Prepared:
    """Decode and encode anew; of an animation the first frame.

    Raises:
        PictureTooBig, TooManyPixels, NotAPicture, BrokenPicture: nothing of it is used.
    """
    if len(data) > MOST_BYTES:
        raise PictureTooBig
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as source:
            # The header's word, before a pixel is decoded.
            if source.width * source.height > MOST_PIXELS:
                raise TooManyPixels
            image, kind = _pixels(source), str(source.format)
    except DeskError:
        raise
    except UnidentifiedImageError:
        raise NotAPicture from None
    except Image.DecompressionBombError:
        raise TooManyPixels from None
    except Exception:  # decoders raise anything on bytes that were made to break them
        raise BrokenPicture from None
    media_type, full = _encoded(image, kind)
    small = image.copy()
    small.thumbnail((SMALL_EDGE, SMALL_EDGE), Resampling.LANCZOS)
    return Prepared(media_type, image.width, image.height, full, _saved(small, "WEBP", quality=80))


def _pixels(source: Image.Image) -> Image.Image:
    """Return the first frame as RGB, or RGBA where something shines through."""
    turn = _UPRIGHT.get(_orientation(source))
    source.draft(None, (LONGEST_EDGE, LONGEST_EDGE))  # a JPEG is decoded at a fraction of its size
    image = source
    if source.mode.startswith("I"):  # 16 bits a pixel
        image = source.point(lambda value: value / 256).convert("L")
    image = image.convert("RGBA" if source.has_transparency_data else "RGB")
    image.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Resampling.LANCZOS)
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    if turn is not None:
        image = image.transpose(turn)
    image.info = {}  # comments, profiles and the like would be written again
    return image


def _orientation(source: Image.Image) -> int:
    try:
        return int(source.getexif().get(_ORIENTATION, 1))
    except Exception:  # broken metadata is no reason to refuse the picture
        return 1


def _encoded(image: Image.Image, kind: str) -> tuple[str, bytes]:
    """Return media type and bytes: a screenshot stays a PNG, a photograph becomes or stays a JPEG."""
    see_through = image.mode == "RGBA"
    if kind == "PNG":
        png = _saved(image, "PNG")
        if len(png) <= _LONG_PNG:
            return "image/png", png
    if kind == "WEBP" or see_through:
        return "image/webp", _saved(image, "WEBP", quality=85)
    return "image/jpeg", _saved(image, "JPEG", quality=85, optimize=True, progressive=True)


def _saved(image: Image.Image, kind: str, **options: int | bool) -> bytes:
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()
