"""The floor at one moment: everybody who talks with customers, as the choice sees them."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import clock
from desk.conversations import passing
from desk.options.service import current
from desk.routing import presence, teams
from desk.routing.choosing import Candidate
from desk.routing.groups import Groups
from desk.routing.model import Assignment, Duty, Presence, Stage
from desk.staff import cases
from desk.staff.colleagues import Colleague

Shown = Literal["online", "busy", "away", "offline"]


@dataclass(frozen=True)
class Floor:
    """The document in force, the people and the pools in which customers wait."""

    options: Groups
    people: dict[int, Candidate]
    members: dict[int, Colleague]
    pool_of: dict[str, str]
    duties: dict[int, Duty]

    def shown(self, agent_id: int) -> Shown:
        """Return whether an agent is there, as colleagues see it."""
        row = self.duties.get(agent_id)
        there = presence.is_there(row, self.options, clock.now())
        state: Shown = "offline"
        if row is not None and there:
            state = {"online": "online", "busy": "busy", "away": "away"}[row.state]  # type: ignore[assignment]
        return state

    def with_login(self, logins: tuple[str, ...]) -> tuple[int, ...]:
        """Return the numbers of those who are named by their log-in, in the order named."""
        by_login = {member.login: member.id for member in self.members.values()}
        return tuple(by_login[login] for login in logins if login in by_login)

    def pool(self, team: str) -> list[str]:
        """Return the groups whose customers wait together with a group's."""
        mine = self.pool_of[self.options.of(team).key]
        return [key for key, pool in self.pool_of.items() if pool == mine]


def look(session: Session) -> Floor:
    """Return the floor as it is now."""
    options, now = current(session, Groups), clock.now()
    served, duties, loads = teams.served(session, options), presence.duties(session), passing.loads(session)
    offers = _offers(session)
    people = {}
    for each in served.values():
        row = duties.get(each.id)
        there = presence.is_there(row, options, now)
        people[each.id] = Candidate(
            id=each.id,
            groups=each.groups,
            main=each.main,
            load=loads.get(each.id, 0) + offers.get(each.id, 0),
            asked=each.id in offers,
            capacity=(row.capacity if row else None) or options.capacity,
            ready=there and row is not None and row.state == Presence.ONLINE,
            there=there and row is not None and row.state != Presence.AWAY,
            offered=each.offered,
            given_at=row.given_at if row else None,
            cases=frozenset(permission for permission in cases.GUARDED if each.member.may(permission)),
        )
    members = {each.id: each.member for each in served.values()}
    return Floor(options, people, members, teams.pools(options, served), duties)


def _offers(session: Session) -> dict[int, int]:
    query = select(Assignment.offered_to, func.count()).where(Assignment.stage == Stage.OFFERED)
    rows = session.execute(query.group_by(Assignment.offered_to))
    return {agent_id: count for agent_id, count in rows if agent_id is not None}
