"""Who serves which group, how many conversations each may have, and who looks after whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk.audit.service import record
from desk.conversations import handoff, passing
from desk.conversations.handoff import QUEUE
from desk.db import announce
from desk.options.service import current
from desk.routing.errors import BadCapacity, NoColleague, NoGroup
from desk.routing.groups import Groups
from desk.routing.model import Assignment, Duty, Membership, Steward
from desk.serial import hold
from desk.staff.colleagues import Colleague, colleagues
from desk.staff.roles import Permission

MOST = 50  # conversations that one person can be given
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Served:
    """Whom an agent serves. Leads that are put into no group are offered nothing, but can help themselves."""

    member: Colleague
    groups: frozenset[str]
    main: str | None
    offered: bool

    @property
    def id(self) -> int:
        """The agent's number."""
        return self.member.id


def served(session: Session, options: Groups) -> dict[int, Served]:
    """Return everybody who talks with customers, by id, with the groups that they serve."""
    rows: dict[int, list[Membership]] = {}
    for row in session.scalars(select(Membership)):
        rows.setdefault(row.agent_id, []).append(row)
    everything = frozenset(options.team_keys())
    found = {}
    for member in colleagues(session):
        if not member.may(Permission.CONVERSE):
            continue
        mine = [row for row in rows.get(member.id, []) if row.team in everything]
        main = next((row.team for row in mine if row.main), None)
        offered = bool(mine) or not member.may(Permission.SEE_TEAM)
        found[member.id] = Served(member, frozenset(row.team for row in mine) or everything, main, offered)
    return found


def colleague(session: Session, agent_id: int) -> Colleague:
    """Return somebody who talks with customers.

    Raises:
        NoColleague: nobody has this number, or he does not.
    """
    for member in colleagues(session):
        if member.id == agent_id and member.may(Permission.CONVERSE):
            return member
    raise NoColleague


def pools(options: Groups, people: Mapping[int, Served]) -> dict[str, str]:
    """Return for each group the name of its pool: groups that share an agent wait together.

    Leads in no group count where there are no others.
    """
    pool = {key: key for key in options.team_keys()}
    for each in [each for each in people.values() if each.offered] or people.values():
        shared = sorted({pool[key] for key in each.groups})
        for key, name in pool.items():
            if name in shared:
                pool[key] = shared[0]
    return pool


def assign(
    session: Session,
    agent_id: int,
    groups: Collection[str],
    main: str | None,
    capacity: int | None,
    *,
    actor: str,
) -> None:
    """Set which groups an agent serves, and how many customers at once; those who wait are told new places.

    Args:
        groups: none means all.
        main: where he is asked first.
        capacity: None is the usual one.

    Raises:
        NoColleague, NoGroup, BadCapacity: nothing is changed.
    """
    options = current(session, Groups)
    colleague(session, agent_id)
    if not set(groups) <= set(options.team_keys()) or (main and main not in groups):
        raise NoGroup
    if capacity is not None and not 1 <= capacity <= MOST:
        raise BadCapacity
    hold(session, "routing")
    session.execute(delete(Membership).where(Membership.agent_id == agent_id))
    session.add_all(Membership(agent_id=agent_id, team=team, main=team == main) for team in sorted(set(groups)))
    session.flush()
    regroup(session, pools(options, served(session, options)))
    duty(session, agent_id).capacity = capacity
    detail = {"groups": ",".join(sorted(set(groups))) or "all", "main": main or "", "capacity": capacity}
    record(session, actor, "routing.groups", f"agent:{agent_id}", detail=detail)
    announce(session, QUEUE)


def regroup(session: Session, pool_of: Mapping[str, str]) -> None:
    """Let those who wait be counted with those whom the same agents serve now.

    Args:
        pool_of: the pool of each group.
    """
    waiting = {waits.id: waits.pool for waits, _ in handoff.queue(session)}
    by_pool: dict[str, list[int]] = {}
    for row in session.scalars(select(Assignment).where(Assignment.handoff_id.in_(waiting))):
        pool = pool_of.get(row.team, "")
        if waiting[row.handoff_id] != pool:
            by_pool.setdefault(pool, []).append(row.handoff_id)
    for pool, ids in by_pool.items():
        passing.move_pool(session, ids, pool)
    if by_pool:
        announce(session, QUEUE)


def duty(session: Session, agent_id: int) -> Duty:
    """Return an agent's row, locked, made if there is none; a new one was last seen long ago."""
    found = session.get(Duty, agent_id, with_for_update=True, populate_existing=True)
    if found is None:
        hold(session, f"duty:{agent_id}")
        found = session.get(Duty, agent_id, with_for_update=True, populate_existing=True)
    if found is None:
        found = Duty(agent_id=agent_id, missed=0, seen_at=NEVER)
        session.add(found)
        session.flush()
    return found


def look_after(session: Session, customer_id: str, agent_id: int | None, *, actor: str) -> None:
    """Name the steward of a customer of the shop, or none any more.

    Raises:
        NoColleague: the agent does not talk with customers.
    """
    if agent_id is None:
        session.execute(delete(Steward).where(Steward.customer_id == customer_id))
    else:
        colleague(session, agent_id)
        session.merge(Steward(customer_id=customer_id, agent_id=agent_id))
    record(session, actor, "routing.steward", customer_id, detail={"agent": agent_id})


def steward_of(session: Session, customer_id: str | None) -> int | None:
    """Return who looks after a customer."""
    found = session.get(Steward, customer_id) if customer_id else None
    return found.agent_id if found else None


def stewards(session: Session) -> dict[str, int]:
    """Return who looks after whom, by customer."""
    return {row.customer_id: row.agent_id for row in session.scalars(select(Steward).order_by(Steward.customer_id))}
