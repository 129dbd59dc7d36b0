"""What a late promise sets off. The subject is locked before its clock, as everywhere else."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from desk import clock as time
from desk.audit.service import Detail, record
from desk.conversations import handoff, timeline
from desk.db import announce
from desk.happenings import ReassignAsked, SlaWarned, tell
from desk.sla import clocks
from desk.sla.model import SlaClock
from desk.sla.rules import Rules
from desk.sla.targets import SlaClass, Subject
from desk.texts import table
from desk.tickets import search
from desk.tickets import service as tickets


def lock_subject(session: Session, clock: SlaClock) -> None:
    """Lock what the clock is about."""
    if clock.subject == Subject.TICKET:
        search.by_id(session, clock.subject_id, lock=True)
    elif clock.conversation_id is not None:
        timeline.lock(session, clock.conversation_id)


def advance(session: Session, rules: Rules, clock: SlaClock) -> int:
    """Do everything that has become due about a locked clock; return how much that was.

    After a long pause of the process everything missed is done, in order; a warning that is overtaken by its
    breach is not given any more.
    """
    done = 0
    while clock.next_at is not None and clock.next_at <= time.now():
        if clock.breached_at is not None:
            _step(session, rules, clock)
        elif time.now() >= clock.due_at:
            clocks.breach(session, clock)
        else:
            clock.warned_at = time.now()
            tell(session, SlaWarned(clock.id, clock.subject, clock.subject_id, clock.kind, clock.class_name))
        clock.next_at = clocks.next_at(clock, rules)
        done += 1
    if done:
        announce(session, tickets.TOPIC, handoff.QUEUE)
        if clock.conversation_id is not None:
            announce(session, timeline.topic(clock.conversation_id))
    return done


def _step(session: Session, rules: Rules, clock: SlaClock) -> None:
    promised = rules.sla.named(clock.class_name)
    if promised is None:  # deleted since
        return
    name = promised.steps[clock.step].do
    clock.step += 1
    _STEPS[name](session, clock, promised)
    detail: Detail = {"class": clock.class_name, "kind": clock.kind, "clock": clock.id}
    record(session, "system", f"sla.{name}", _subject_name(session, clock), clock.conversation_id, detail)


def _raise(session: Session, clock: SlaClock, promised: SlaClass) -> None:
    if clock.subject == Subject.HANDOFF and clock.conversation_id is not None:
        handoff.raise_priority(session, clock.conversation_id)
        return
    ticket = search.by_id(session, clock.subject_id)
    if ticket is not None:
        words = table("sla")
        why = words["escalated"].format(title=promised.title, kind=words[f"kind.{clock.kind}"])
        tickets.escalate(session, ticket, why)


def _ask_supervisor(session: Session, clock: SlaClock, promised: SlaClass) -> None:
    clock.supervisor_at = clock.supervisor_at or time.now()


def _reassign(session: Session, clock: SlaClock, promised: SlaClass) -> None:
    tell(session, ReassignAsked(clock.id, clock.subject, clock.subject_id, clock.kind, clock.class_name))


_STEPS: dict[str, Callable[[Session, SlaClock, SlaClass], None]] = {
    "raise": _raise,
    "supervisor": _ask_supervisor,
    "reassign": _reassign,
}


def _subject_name(session: Session, clock: SlaClock) -> str:
    ticket = search.by_id(session, clock.subject_id) if clock.subject == Subject.TICKET else None
    return ticket.number if ticket is not None else f"{clock.subject}:{clock.subject_id}"
