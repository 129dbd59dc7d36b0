"""Rasa's tracker store on `bot.event_log`: one short transaction per turn on a kept connection.

Rasa's own SQL store opens a connection per query and, on SQLite, waits for the disk at each commit: most of a turn.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any, Iterable

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event as RasaEvent
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from bot.event_log import Event, EventLog


def default_path() -> str:
    """Says where the trackers are: KAMIDESK_TRACKER_DB, else tracker.db in KAMIDESK_STATE_DIR, else in var/."""
    state = os.environ.get("KAMIDESK_STATE_DIR") or "var"
    return os.environ.get("KAMIDESK_TRACKER_DB") or os.path.join(state, "tracker.db")


@lru_cache(maxsize=1)
def _event_classes() -> dict[str, Any]:
    return {cls.type_name: cls for cls in all_subclasses(RasaEvent)}


def revived(stored: Event) -> RasaEvent:
    """Makes an event from its stored form.

    Rasa's `Event.from_parameters` looks through all event classes anew for each event, which took a quarter of a turn.

    Args:
        stored: What `as_dict` gave.

    Returns:
        The event.
    """
    event: RasaEvent = _event_classes()[stored["event"]]._from_parameters(stored)
    return event


class SqliteTrackerStore(TrackerStore):
    """Keeps trackers in one SQLite file. `endpoints.yml` names this class.

    Args:
        domain: The model's domain; Rasa sets it anew with each model.
        event_broker: Gets new events too, where one is configured.
        path: The file; `default_path` where none is given.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        path: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.log = EventLog(path or default_path())
        super().__init__(domain, event_broker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Stores the events that are new."""
        await self.stream_events(tracker)
        if tracker.events:
            self.log.append(tracker.sender_id, tracker.events, lambda event: event.as_dict())

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Returns the tracker of the latest session."""
        return self._tracker(sender_id, self.log.latest_session(sender_id))

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """Returns the tracker over all sessions."""
        return self._tracker(conversation_id, self.log.everything(conversation_id))

    async def turn(self, sender_id: str, message_id: str) -> list[Event]:
        """Returns the events from a message on, in their stored form; none if the message has had no turn."""
        return self.log.since_message(sender_id, message_id)

    async def forget(self, conversation: str) -> int:
        """Deletes all trackers of a conversation; returns how many events there were."""
        return self.log.forget(conversation)

    async def keys(self) -> Iterable[str]:
        """Lists all conversations."""
        return self.log.senders()

    def _tracker(self, sender_id: str, events: list[Event]) -> DialogueStateTracker | None:
        if not events:
            return None
        return DialogueStateTracker.from_events(sender_id, [revived(e) for e in events], self.domain.slots)
