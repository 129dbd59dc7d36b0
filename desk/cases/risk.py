"""账号被盗、被冻结、骗子、钱不对: secured first, no chit-chat, a person at the top of the queue at once.

All of it happens in the first turn, because the bot is silent once a conversation waits for a person
(`desk.conversations.turns.begin`): an urgent ticket with what the customer wrote, the hand-off, what to do now, and
one question, which is the offer to freeze where there is something to freeze. From then on the desk itself answers
(`waiting`): the freeze button's payload is one of the desk's own (`desk:freeze`), which is dealt with whoever owns
the conversation and is taken from the inbox and carried out in one transaction, once; and what is written or sent
meanwhile goes on the ticket as evidence, and the next question comes back. An agent who takes the conversation
ends the questions.
"""

from typing import Any

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import evidence, freezing, matters, money_moves
from desk.cases.access import Asker
from desk.cases.claiming import claimed
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import duration, word
from desk.shop.base import Account, AccountState
from desk.texts import table
from desk.tickets.model import Ticket
from desk.tickets.service import add_note

KIND = "risk"
FREEZES = ("account_stolen", "report_fraud")


def answer(session: Session, services: Services, asker: Asker, intent: str, order_no: str | None, said: str) -> Outcome:
    """Take up a matter of account or money in danger.

    Args:
        intent: account_stolen, account_frozen, report_fraud or fund_dispute.
        order_no: the order that was named or talked about, if any; another's counts as none.
        said: the customer's words, keys as references.
    """
    named = claimed(session, services, asker, said, order_no)
    if intent == "fund_dispute":  # the older ticket of the two: evidence goes to the newest
        matters.open_matter(session, asker, "finance", "fund_check", order_no=named)
    ticket, fresh = matters.open_matter(session, asker, KIND, intent, order_no=named)
    if words := matters.heard(session, services, said):
        matters.write(session, ticket, "first" if fresh else "more", words)
    evidence.take(session, services, asker, ticket, said)
    person = matters.to_person(session, services, asker, ticket, reason=KIND, intent=intent, priority="urgent")
    outcome, facts, asks = _first(session, services, asker, intent, ticket, fresh)
    further = [person] if person.outcome == "agent" else [person, *_question(session, services, asker, ticket, asks)]
    return build(intent, outcome, handoff=True, also=further, ticket_no=ticket.number, **facts)


def _first(
    session: Session, services: Services, asker: Asker, intent: str, ticket: Ticket, fresh: bool
) -> tuple[str, dict[str, Any], bool]:
    """Return what is said first: outcome and facts, and whether a question follows."""
    if not fresh:
        return "again", {}, True
    if intent == "account_frozen":
        outcome, facts = _why_frozen(session, services, asker)
        evidence.mark(session, asker, ticket, "documents")  # the answer asks for them
        return outcome, facts, not asker.customer_id
    if intent == "fund_dispute":
        return _moves(session, services, asker, ticket)
    return "opened", {"reply_within": duration(services.policy.times.urgent_reply)}, True


def _why_frozen(session: Session, services: Services, asker: Asker) -> tuple[str, dict[str, Any]]:
    account = freezing.account_of(session, services, asker.customer_id) if asker.customer_id else None
    facts: dict[str, Any] = {"documents": _fact(services, "risk_docs"), "review": _fact(services, "risk_review")}
    if account is None:
        return "unknown", facts
    if account.state is AccountState.FROZEN:
        since = clock.spoken(account.since) if account.since else word("unknown_time")
        return "frozen", {**facts, "why": _reason(account), "since": since}
    tries, lock = _fact(services, "login_tries"), _fact(services, "login_lock")
    return "not_frozen", {"review": facts["review"], "login_tries": tries, "login_lock": lock}


def _moves(session: Session, services: Services, asker: Asker, ticket: Ticket) -> tuple[str, dict[str, Any], bool]:
    if not asker.customer_id:
        return "guest", {}, True
    moves = money_moves.of_customer(session, services, asker.customer_id)
    evidence.mark(session, asker, ticket, "which")  # both answers ask for it
    if not moves:
        return "nothing", {}, False
    lines = money_moves.lines(moves)
    add_note(session, ticket, word("note.moves", lines=lines), "bot")
    return "listed", {"lines": lines}, False


def _question(session: Session, services: Services, asker: Asker, ticket: Ticket, asks: bool) -> list[Outcome]:
    if evidence.intent_of(ticket) in FREEZES:
        offered = evidence.is_marked(session, asker, ticket, "freeze")
        things = "" if offered else freezing.possible(session, services, asker, ticket.order_no)
        if things:
            evidence.mark(session, asker, ticket, "freeze")
            return [build("risk", "freeze", things=things, choices=(word("freeze.yes"), word("freeze.no")))]
    question = evidence.ask(session, asker, ticket) if asks else None
    return [build("risk", "ask", question=question)] if question else []


def _reason(account: Account) -> str:
    return table("cases").get(f"frozen.{account.reason}") or word("frozen.other")


def _fact(services: Services, name: str) -> str:
    return services.policy.facts[name]
