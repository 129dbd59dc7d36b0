"""What the risk group needs to know, asked one thing at a time and only what has not been told.

What has been told or asked is remembered per ticket in `case_told`, so that nothing is asked twice, in whatever
order the customer tells it, and by whichever process.
"""

from sqlalchemy.orm import Session

from desk.cases import signs
from desk.cases.access import Asker, owned_orders
from desk.cases.model import Told
from desk.cases.services import Services
from desk.cases.spoken import word
from desk.tickets.model import Ticket

_HAPPENED = ("whose", "story", "time", "amount", "picture")
PIECES = {
    "account_stolen": _HAPPENED,
    "report_fraud": _HAPPENED,
    "account_frozen": ("whose", "documents"),
    "fund_dispute": ("whose", "which", "amount", "picture"),
}
_A_STORY = 18  # characters: 我的账号被盗了 says what it is about, not what happened


def intent_of(ticket: Ticket) -> str:
    """Return what a risk ticket is about: one of `PIECES`, or "" for others."""
    intent = (ticket.dedupe or "").partition(":")[0]
    return intent if intent in PIECES else ""


def take(session: Session, services: Services, asker: Asker, ticket: Ticket, text: str) -> None:
    """Remember which pieces a text tells."""
    told = {"time": signs.shows("when.time", text), "amount": signs.shows("when.amount", text)}
    told["story"] = signs.characters(text) >= _A_STORY
    told["whose"] = bool(asker.customer_id or owned_orders(session, services, asker, 1))
    mark(session, asker, ticket, *(piece for piece, is_told in told.items() if is_told))


def mark(session: Session, asker: Asker, ticket: Ticket, *pieces: str) -> None:
    """Remember that pieces have been told, or asked for."""
    for piece in pieces:
        if not is_marked(session, asker, ticket, piece):
            session.add(Told(conversation_id=asker.conversation_id, subject=_subject(ticket, piece)))
    session.flush()


def is_marked(session: Session, asker: Asker, ticket: Ticket, piece: str) -> bool:
    """Say whether a piece has been told or asked for."""
    return session.get(Told, (asker.conversation_id, _subject(ticket, piece))) is not None


def stop(session: Session, asker: Asker, ticket: Ticket) -> None:
    """Ask nothing more."""
    mark(session, asker, ticket, *PIECES[intent_of(ticket)], "all")


def ask(session: Session, asker: Asker, ticket: Ticket) -> str | None:
    """Return the next question; once, that all is there; None from then on."""
    intent = intent_of(ticket)
    lacking = [piece for piece in PIECES[intent] if not is_marked(session, asker, ticket, piece)]
    if not lacking:
        if is_marked(session, asker, ticket, "all"):
            return None
        mark(session, asker, ticket, "all")
        return word("evidence.all", ticket_no=ticket.number)
    asked = lacking[:2] if lacking[:2] == ["time", "amount"] else lacking[:1]
    mark(session, asker, ticket, *asked)
    return word(f"evidence.{'_'.join(asked)}")


def _subject(ticket: Ticket, piece: str) -> str:
    return f"evidence:{ticket.number}:{piece}"
