"""How long to wait before a dead program is started again."""

from dataclasses import dataclass


@dataclass
class Backoff:
    """Doubles from `first` to `longest` seconds; starts over after `reset_after` healthy seconds."""

    first: float = 0.5
    longest: float = 10.0
    reset_after: float = 60.0
    _next: float = 0.0

    def delay(self, healthy_for: float) -> float:
        """Return the seconds to wait now, given how long the program was healthy before it died."""
        if not self._next or healthy_for >= self.reset_after:
            self._next = self.first
        now, self._next = self._next, min(self._next * 2, self.longest)
        return now
