"""Macros: what is often done with a ticket, done by one click. What a macro does is looked at before."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.options.service import current
from desk.tickets import facts, moving, replies
from desk.tickets.by import By
from desk.tickets.errors import MacroUnfit, NoMacro
from desk.tickets.history import said, step, written
from desk.tickets.model import EventKind, Ticket, TicketStatus
from desk.tickets.options import Macro, Macros
from desk.tickets.progress import ProgressLinks
from desk.tickets.service import add_note


@dataclass(frozen=True)
class Filled:
    """A macro with its texts as they would be written."""

    macro: Macro
    reply: str
    note: str


def macros(session: Session) -> tuple[Macro, ...]:
    """Return all macros in their order."""
    return current(session, Macros).macros


def filled(session: Session, key: str, ticket: Ticket, customer: str, agent: str) -> Filled:
    """Return what a macro would write on a ticket.

    Args:
        customer: how the customer is addressed.
        agent: the name that the customer reads.

    Raises:
        NoMacro: there is none with this key.
        MacroUnfit: it names the order, and the ticket has none.
    """
    macro = next((one for one in macros(session) if one.key == key), None)
    if macro is None:
        raise NoMacro
    if ticket.order_no is None and "{order_no}" in macro.reply + macro.note:
        raise MacroUnfit
    values = {"customer": customer, "order_no": ticket.order_no, "ticket_no": ticket.number, "agent": agent}
    return Filled(macro, macro.reply.format(**values), macro.note.format(**values))


def apply(session: Session, links: ProgressLinks, ticket: Ticket, chosen: Filled, by: By, client_id: str) -> None:
    """Do all that a macro says with a held ticket, once per `client_id`.

    Raises:
        BadMove: the macro's state cannot be reached; nothing is done.
    """
    if written(session, ticket, client_id) is not None:
        return
    macro = chosen.macro
    step(
        session,
        ticket,
        EventKind.MACRO,
        by.actor,
        said("macro", name=macro.name),
        {"macro": macro.key},
        client_id=client_id,
    )
    if macro.group:
        facts.move_to(session, ticket, macro.group, by.actor)
    if macro.priority:
        facts.set_priority(session, ticket, macro.priority, by.actor)
    if chosen.note:
        add_note(session, ticket, chosen.note, by.actor)
    asks = macro.status == TicketStatus.SOLVED and ticket.status != TicketStatus.SOLVED
    if chosen.reply and not asks:  # the question has the reply in it
        replies.reply(session, links, ticket, chosen.reply, by, f"{client_id}-reply"[:80])
    if macro.status:
        moving.move(session, links, ticket, macro.status, by, note=chosen.reply if asks else "")
