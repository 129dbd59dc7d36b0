"""QR codes: symbols that other encoders make as well, one version after another, and the longest text."""

import hashlib

import pytest

from desk.staff import qr


@pytest.mark.parametrize(
    ("text", "size", "digest"),
    [
        ("1", 21, "4bf4bf6307b06618"),
        ("kamidesk " * 9, 37, "cd30eb54165dcb19"),
        ("客服台" * 20, 49, "4bd5ce2a1f4cbcb2"),
        ("otpauth://totp/x" * 12, 49, "60fe0d5785620caf"),
        ("z" * 300, 61, "2c4ccc1304a693af"),
        ("q" * 425, 69, "f908b48558464e10"),
    ],
)
def test_symbols_are_those_of_the_standard(text: str, size: int, digest: str) -> None:
    rows = qr.matrix(text, 3)
    assert (len(rows), {len(row) for row in rows}) == (size, {size})
    assert hashlib.sha256("".join(str(cell) for row in rows for cell in row).encode()).hexdigest()[:16] == digest


def test_the_picture_has_its_border_and_the_text_its_end() -> None:
    width, path = qr.path("otpauth://totp/x")
    assert width == 21 + 8
    assert path.startswith("M4 4h1v1h-1z")
    with pytest.raises(ValueError, match="too long"):
        qr.matrix("q" * 426)
