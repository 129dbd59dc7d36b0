"""The live bus: tells open streams in this process that something changed.

Only the news travels here, never the content: a stream that wakes reads the database from its last number on,
so nothing is lost when a signal is. Typing signals alone are carried as they are, and may be lost.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any


class Subscription:
    """One open stream's ear. Use from the event loop only."""

    def __init__(self, to: Iterable[str]) -> None:
        self.to = frozenset(to)
        self._event = asyncio.Event()
        self._passing: deque[dict[str, Any]] = deque(maxlen=20)
        self.topics: set[str] = set()

    async def wait(self, seconds: float) -> bool:
        """Return True when something was heard, False after `seconds` of silence."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True

    def passing(self) -> list[dict[str, Any]]:
        """Return and forget the signals that are not stored."""
        heard = list(self._passing)
        self._passing.clear()
        return heard

    def heard(self) -> set[str]:
        """Return and forget the topics that changed."""
        topics, self.topics = self.topics, set()
        return topics

    def _tell(self, topic: str, signal: dict[str, Any] | None) -> None:
        if signal is None:
            self.topics.add(topic)
        else:
            self._passing.append(signal)
        self._event.set()


class Bus:
    """Subscriptions by topic; `publish` may be called from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)

    def start(self) -> None:
        """Bind to the running loop."""
        self._loop = asyncio.get_running_loop()

    def subscribe(self, *topics: str) -> Subscription:
        """Return an ear for `topics`; give it back with `unsubscribe`."""
        subscription = Subscription(topics)
        for topic in topics:
            self._subscriptions[topic].add(subscription)
        return subscription

    def ears(self, topic: str) -> int:
        """Return how many listen to a topic."""
        return len(self._subscriptions.get(topic, ()))

    def unsubscribe(self, subscription: Subscription) -> None:
        """Forget an ear."""
        for topic in subscription.to:
            self._subscriptions[topic].discard(subscription)
            if not self._subscriptions[topic]:
                del self._subscriptions[topic]

    def publish(self, topics: Iterable[str], signal: dict[str, Any] | None = None) -> None:
        """Wake whoever listens to one of `topics`, with a passing signal if there is one."""
        if self._loop is None or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._deliver, set(topics), signal)

    def _deliver(self, topics: set[str], signal: dict[str, Any] | None) -> None:
        for topic in topics:
            for subscription in list(self._subscriptions.get(topic, ())):
                subscription._tell(topic, signal)
