"""Offers: a waiting customer is offered to one agent at a time; who does not answer in time is passed over.

Each step is one transaction that begins with the conversation's lock and the lock on routing: however many processes
sweep, a hand-off is offered to one agent. What is due stands in the database.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.conversations import handoff, lists, passing, threads, timeline
from desk.conversations.handoff import QUEUE, Agent
from desk.conversations.model import Handoff, HandoffState
from desk.db import announce
from desk.options.service import current
from desk.routing import floor as room
from desk.routing import presence, teams
from desk.routing.choosing import Candidate, Need, best
from desk.routing.floor import Floor
from desk.routing.groups import Groups
from desk.routing.model import Assignment, Presence, Stage
from desk.serial import hold
from desk.staff import cases

#: Whose work routing's own steps are, in the audit.
SYSTEM = "system"


def step(session: Session, conversation_id: str, handoff_id: int) -> None:
    """Move one waiting hand-off on if it is due: pass an offer over that nobody answered, offer it to the next."""
    timeline.lock(session, conversation_id)
    hold(session, "routing")
    row = session.get(Assignment, handoff_id, with_for_update=True, populate_existing=True)
    if row is None or row.stage not in (Stage.WAITING, Stage.OFFERED) or row.due_at > clock.now():
        return
    if passing.get(session, handoff_id).state != HandoffState.QUEUED:
        return
    if row.stage == Stage.OFFERED:
        _let_pass(session, row)
    offer(session, row)


def offer(session: Session, row: Assignment) -> None:
    """Offer a waiting hand-off to the best agent, if there is one; conversation and routing are locked.

    Where the group says so it is his without asking.
    """
    floor = room.look(session)
    chosen = best(need(session, floor, row), floor.people.values())
    if chosen is None:
        # Everybody has let it pass: the next round begins after the time of one offer.
        if row.passed:
            row.passed, row.due_at = [], clock.now() + timedelta(seconds=floor.options.seconds(row.team))
        return
    if floor.options.of(row.team).auto_accept:
        handoff.take(session, row.conversation_id, Agent(chosen.id, floor.members[chosen.id].name))
        record(session, SYSTEM, "routing.auto_accept", row.conversation_id, row.conversation_id, _whom(row, chosen))
        return
    row.stage, row.offered_to = Stage.OFFERED, chosen.id
    row.due_at = clock.now() + timedelta(seconds=floor.options.seconds(row.team))
    record(session, SYSTEM, "routing.offer", row.conversation_id, row.conversation_id, _whom(row, chosen))
    announce(session, QUEUE)


def need(session: Session, floor: Floor, row: Assignment) -> Need:
    """Return what a hand-off needs: who had this customer last, who looks after them, who calms the upset."""
    conversation = threads.get(session, row.conversation_id)
    recently = clock.now() - timedelta(days=floor.options.same_agent_days)
    steward = teams.steward_of(session, conversation.customer_id)
    named = [steward] if steward is not None else []
    if _upset(session, row):
        named += floor.with_login(floor.options.upset_agents)
    return Need(
        helpers=tuple(floor.options.helpers(row.team)),
        passed=frozenset(row.passed),
        last_agent=passing.last_agent(session, row.conversation_id, recently),
        named=tuple(named),
        permission=guard_of(passing.get(session, row.handoff_id)),
    )


def guard_of(waits: Handoff) -> str | None:
    """Return the permission without which nobody sees what a hand-off is about."""
    return cases.needed((waits.reason, waits.intent))


def _let_pass(session: Session, row: Assignment) -> None:
    """Note that the offer was not answered; whoever misses too many in a row is set to away."""
    missed_by = row.offered_to
    row.stage, row.offered_to, row.passed = Stage.WAITING, None, [*row.passed, missed_by]
    announce(session, QUEUE)
    if missed_by is None:
        return
    duty = teams.duty(session, missed_by)
    duty.missed += 1
    detail = {"agent": missed_by, "in_a_row": duty.missed}
    record(session, SYSTEM, "routing.missed", row.conversation_id, row.conversation_id, detail)
    if duty.missed >= current(session, Groups).missed_offers:
        presence.put(session, duty, Presence.AWAY, SYSTEM)


def _upset(session: Session, row: Assignment) -> bool:
    understood = lists.understanding(session, row.conversation_id) or {}
    return understood.get("mood") == "angry" or passing.get(session, row.handoff_id).reason == "complaint"


def _whom(row: Assignment, chosen: Candidate) -> dict[str, str | int | bool | None]:
    return {"agent": chosen.id, "group": row.team}
