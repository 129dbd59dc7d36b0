"""Who of the staff does something with a ticket."""

from dataclasses import dataclass


@dataclass(frozen=True)
class By:
    """A member of staff. `lead`: may go past the rules of closing, with a reason."""

    id: int
    name: str
    lead: bool = False

    @property
    def actor(self) -> str:
        """The name in histories and in the audit."""
        return f"agent:{self.id}"
