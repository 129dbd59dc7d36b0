"""Opening the ticket of a case, and handing the case to a person. One open ticket per order and problem."""

from sqlalchemy.orm import Session

from desk.cases.access import Owned
from desk.cases.services import Services
from desk.cases.spoken import word
from desk.tickets import closing, labels
from desk.tickets.model import Priority, Ticket
from desk.tickets.search import UNFINISHED, about, for_agents, history
from desk.tickets.service import add_note, open_ticket

# What stands in the way -> kind of ticket, and its priority where the kind's usual one does not fit.
_PROBLEMS: dict[str, tuple[str, Priority | None]] = {
    "stock": ("stock", Priority.URGENT),  # paid and nothing to give
    "partial": ("stock", Priority.URGENT),
    "manual_late": ("delivery", None),
    "failed": ("delivery", Priority.URGENT),
    "reissue_limit": ("key", None),
    "no_stock": ("key", Priority.URGENT),
    "locked": ("key", Priority.URGENT),
    "still_invalid": ("key", None),
    "expired_late": ("key", None),
    "topup_late": ("topup", None),
    "still_missing": ("topup", None),
    "wrong_account": ("topup", Priority.URGENT),  # a top-up on its way can only be stopped at once
    "wrong_done": ("topup", None),
    "corrected": ("topup", Priority.URGENT),  # the right account is known: only the sending is missing
    "refund": ("refund", None),
    "payment_fault": ("finance", Priority.URGENT),  # paid, and the order does not know it
    "surplus": ("refund", None),
    "charge_check": ("finance", None),
    "channels_down": ("technical", Priority.URGENT),
    "invoice": ("finance", None),
}


def ticket(session: Session, owned: Owned, problem: str, **facts: object) -> Ticket:
    """Return the order's open ticket about `problem`, opened now if there is none.

    Args:
        facts: what the title of this problem names besides the product.
    """
    kind, priority = _PROBLEMS[problem]
    order, asker = owned.order, owned.asker
    return open_ticket(
        session,
        kind,
        labels.title(problem, product=order.product_name, **facts),
        dedupe=f"{problem}:{order.no}",
        priority=priority,
        order_no=order.no,
        customer_id=order.customer_id or asker.customer_id,
        conversation_id=asker.conversation_id,
        note=word(f"ticket.{problem}"),
        created_by=owned.actor,
    )


def find_ticket(session: Session, owned: Owned, problem: str) -> Ticket | None:
    """Return the order's ticket about `problem` that is not closed, if there is one."""
    return about(session, f"{problem}:{owned.order.no}")


def note_once(session: Session, opened: Ticket, text: str, actor: str) -> None:
    """Put a note for agents on the ticket, unless it stands there."""
    if all(event.text != text for event in history(session, opened)):
        add_note(session, opened, text, actor)


def to_person(
    session: Session,
    services: Services,
    owned: Owned,
    problem: str,
    intent: str,
    reason: str = "policy",
    **facts: object,
) -> Ticket:
    """Open the ticket and queue the conversation for a person, who reads first what it is about.

    Args:
        reason: whose queue it belongs to.
    """
    opened = ticket(session, owned, problem, **facts)
    order = owned.order
    note = word(f"note.{problem}", order_no=order.no, product=order.product_name, ticket_no=opened.number, **facts)
    # The queue's ranks are urgent, high, normal, low; a ticket's "suggestion" waits with the normal ones.
    priority = "urgent" if opened.priority == Priority.URGENT else "normal"
    conversation_id = owned.asker.conversation_id
    services.people.request(session, conversation_id, reason, intent=intent, note=note, priority=priority)
    return opened


def settle(session: Session, owned: Owned, kind: str, how: str) -> None:
    """Close the order's open tickets of a kind: what they waited for has been settled another way."""
    for done in for_agents(session, order_no=owned.order.no, kind=kind, statuses=UNFINISHED):
        closing.settle(session, done, owned.actor, word(f"settled.{how}"))
