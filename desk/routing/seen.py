"""What the workbench shows of assignments. Reading only."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.options.service import current
from desk.routing import teams
from desk.routing.groups import Groups
from desk.routing.model import Assignment, Stage


def of_handoff(session: Session, handoff_id: int) -> Assignment | None:
    """Return where a hand-off stands; None for one from before there were groups."""
    return session.get(Assignment, handoff_id)


def waiting(session: Session) -> dict[int, Assignment]:
    """Return those that wait or are offered, by hand-off."""
    query = select(Assignment).where(Assignment.stage.in_((Stage.WAITING, Stage.OFFERED)))
    return {row.handoff_id: row for row in session.scalars(query)}


def for_agent(session: Session, agent_id: int, rows: dict[int, Assignment]) -> set[int]:
    """Return the hand-offs that an agent may help himself to: his groups', and those for which his groups help out."""
    options = current(session, Groups)
    served = teams.served(session, options).get(agent_id)
    groups = served.groups if served else frozenset()
    return {
        number
        for number, row in rows.items()
        if row.offered_to == agent_id or groups.intersection(options.helpers(row.team))
    }


def group_names(session: Session) -> dict[str, str]:
    """Return the groups' names by key, in the document's order."""
    return {group.key: group.name for group in current(session, Groups).groups}
