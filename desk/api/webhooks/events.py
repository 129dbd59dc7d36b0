"""The events that a shop's server can be told of."""

from enum import StrEnum


class Event(StrEnum):
    """What can be subscribed to."""

    TICKET_OPENED = "ticket.opened"
    TICKET_MOVED = "ticket.moved"
    HANDOFF_QUEUED = "handoff.queued"
    HANDOFF_TAKEN = "handoff.taken"
    HANDOFF_ENDED = "handoff.ended"
    MESSAGE_FROM_CUSTOMER = "message.from_customer"
