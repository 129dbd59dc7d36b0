"""How many agents it takes: customers who came in the last four weeks, by weekday and hour."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.routing.groups import Groups
from desk.routing.model import Assignment
from desk.routing.waiting import handling

WEEKS = 4


@dataclass(frozen=True)
class Load:
    """What to expect of an hour of the week: customers, and the agents whom they need."""

    customers: float
    agents: int


def week(session: Session, options: Groups, team: str | None = None) -> dict[tuple[int, int], Load]:
    """Return the expected load by weekday (1 is Monday) and hour, on the shop's clock; hours without any are left out.

    Little's law gives how many conversations run side by side; an agent has `capacity` of them.

    Args:
        team: only this group's customers.
    """
    wanted = [team] if team else options.team_keys()
    query = select(Assignment.queued_at).where(
        Assignment.queued_at >= clock.now() - timedelta(weeks=WEEKS), Assignment.team.in_(wanted)
    )
    came = Counter((there.isoweekday(), there.hour) for there in map(clock.local, session.scalars(query)))
    lasts = handling(session, wanted) / 3600
    return {
        hour: Load(count / WEEKS, max(1, ceil(count / WEEKS * lasts / options.capacity)))
        for hour, count in came.items()
    }
