"""What came otherwise than expected, in plain words and with its line."""

from dataclasses import dataclass

from tests.dialogue_runner.marked import Place


@dataclass(frozen=True)
class Deviation:
    """Something that came otherwise than expected."""

    place: Place
    expected: str
    came: str

    def __str__(self) -> str:
        return f"{self.place}: expected {self.expected}; {self.came}"
