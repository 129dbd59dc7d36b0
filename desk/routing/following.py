"""Keeps assignments in step with what happens to hand-offs, in the transaction in which it happens."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.cases.services import Services
from desk.conversations import handoff, passing, threads
from desk.conversations.handoff import QUEUE
from desk.db import Database, announce
from desk.happenings import HandoffEnded, HandoffQueued, HandoffTaken
from desk.options.service import current
from desk.routing import lanes, offering, teams
from desk.routing.groups import Groups
from desk.routing.model import Assignment, Stage, Transfer, TransferState
from desk.serial import hold

TAKEN_OVER = "taken_over"  # a supervisor took what did not wait


def subscribe(database: Database, services: Services) -> None:
    """Follow the hand-offs of a database.

    Args:
        services: what tells a VIP from others.
    """

    def queued(session: Session, told: HandoffQueued) -> None:
        place(session, services, told.conversation_id, told.handoff_id)

    database.followers.follow(HandoffQueued, queued)
    database.followers.follow(HandoffTaken, _taken)
    database.followers.follow(HandoffEnded, _ended)


def place(session: Session, services: Services, conversation_id: str, handoff_id: int) -> Assignment:
    """Give a hand-off its group, its lane and its first offer."""
    options = current(session, Groups)
    waits, conversation = passing.get(session, handoff_id), threads.get(session, conversation_id)
    group = options.for_handoff(waits.reason, waits.intent)
    lane = lanes.lane_of(options, lanes.known(session, services, conversation, waits))
    pool = teams.pools(options, teams.served(session, options))[group.key]
    passing.place(session, handoff_id, lane, pool)
    row = Assignment(
        handoff_id=handoff_id,
        conversation_id=conversation_id,
        team=group.key,
        queued_at=waits.queued_at,
        due_at=clock.now(),
        passed=[],
    )
    session.add(row)
    session.flush()
    # Who asks for a person is told his place first: the next round accepts for the agent.
    if waits.reason != TAKEN_OVER and not group.auto_accept:
        hold(session, "routing")
        offering.offer(session, row)
    return row


def adopt(session: Session, services: Services) -> int:
    """Place those who were queued before there were groups; return how many there were."""
    waiting = [waits for waits, _ in handoff.queue(session)]
    ids = [waits.id for waits in waiting]
    known = set(session.scalars(select(Assignment.handoff_id).where(Assignment.handoff_id.in_(ids))))
    fresh = [waits for waits in waiting if waits.id not in known]
    for waits in fresh:
        place(session, services, waits.conversation_id, waits.id)
    return len(fresh)


def _taken(session: Session, told: HandoffTaken) -> None:
    row = session.get(Assignment, told.handoff_id, with_for_update=True, populate_existing=True)
    if row is None:
        return
    row.stage, row.offered_to, row.agent_id = Stage.TAKEN, None, told.agent_id
    row.first_owner_id = row.first_owner_id or told.agent_id
    row.taken_at = row.taken_at or clock.now()
    duty = teams.duty(session, told.agent_id)
    duty.missed, duty.given_at = 0, clock.now()


def _ended(session: Session, told: HandoffEnded) -> None:
    row = session.get(Assignment, told.handoff_id, with_for_update=True, populate_existing=True)
    if row is not None:
        row.stage, row.offered_to, row.ended_at = Stage.ENDED, None, clock.now()
    mine = select(Transfer).where(Transfer.handoff_id == told.handoff_id, Transfer.state == TransferState.OPEN)
    for transfer in session.scalars(mine):
        transfer.state, transfer.decided_at = TransferState.VOID, clock.now()
        announce(session, QUEUE)
