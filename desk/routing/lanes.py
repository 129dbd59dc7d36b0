"""In which lane a hand-off waits: risk and disputes, then the green channel, VIPs, frequent askers, all others."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import profile
from desk.cases.services import Services
from desk.conversations import passing
from desk.conversations.model import Conversation, Handoff
from desk.routing.groups import Groups

_FREQUENT = timedelta(days=30)


class Lane(IntEnum):
    """The lanes, the first one goes first; stored with the hand-off."""

    FIRST = 0
    GREEN = 1
    VIP = 2
    FREQUENT = 3
    NORMAL = 4


@dataclass(frozen=True)
class Known:
    """What is known of a hand-off when it is queued. `asked`: how often in 30 days, this time included."""

    reason: str
    priority: str
    vip: bool = False
    asked: int = 1


def lane_of(options: Groups, known: Known) -> Lane:
    """Return the lane."""
    if known.priority == "urgent" or known.reason in options.first_reasons:
        return Lane.FIRST
    if known.reason in options.green_reasons:
        return Lane.GREEN
    if known.vip:
        return Lane.VIP
    return Lane.FREQUENT if known.asked >= options.frequent_handoffs else Lane.NORMAL


def known(session: Session, services: Services, conversation: Conversation, handoff: Handoff) -> Known:
    """Return what is known; a shop that does not answer makes nobody a VIP."""
    policy = services.policy
    level = profile.of(session, services.shop, policy, conversation.customer_id).level
    asked = passing.asked_since(session, conversation.id, clock.now() - _FREQUENT)
    return Known(handoff.reason, handoff.priority, level == "vip", asked)
