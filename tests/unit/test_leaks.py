"""The search for leaked keys finds what it should."""

import pytest

from tests.support.leaks import _holds

KEYS = {b"ABCDEFGHIJKLMNO", b"1234567890123456"}


@pytest.mark.parametrize(
    ("content", "leaks"),
    [
        ("卡密ABCDE-FGHIJ-KLMNO已用", True),
        ('{"text": "is abcde-fghij-klmno ok"}', True),
        ("1234 5678 9012 3456", True),
        ("订单 20261121 1234 5678 9012 3456 好", True),
        ("ABCDEFGHIJKLMNO", True),
        ("ABCDE-FGHIJ-KLMNP", False),
        ("xABCDEFGHIJKLMNO", False),
        ("⟦key:8fK2x_Qa⟧", False),
    ],
)
def test_what_counts_as_a_leak(content: str, leaks: bool) -> None:
    assert _holds(content.encode(), KEYS) is leaks
