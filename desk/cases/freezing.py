"""Freezing what a customer has in danger: account with wallet, and the named order's unused keys. Once per ticket."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from desk.cases import access
from desk.cases.access import Asker, NotYours
from desk.cases.services import Services
from desk.cases.spoken import word
from desk.remedies.errors import SwitchedOff
from desk.remedies.model import Kind, State
from desk.remedies.service import Wish, ask
from desk.shop.base import Account, AccountState, ShopError
from desk.tickets import service as tickets
from desk.tickets.model import Ticket

_REASON = "customer"  # the account's reason code: he asked for it himself


@dataclass(frozen=True)
class Frozen:
    """What is frozen now, in words, and whether something is left to people of the shop."""

    things: tuple[str, ...]
    left: bool


def account_of(session: Session, services: Services, customer_id: str) -> Account | None:
    """Return how an account stands, as far as the shop can be asked: nobody in danger waits for that."""
    try:
        return services.shop.account(session, customer_id)
    except ShopError:
        return None


def possible(session: Session, services: Services, asker: Asker, order_no: str | None) -> str:
    """Return what the asker can have frozen, in words; empty for a guest without an order of his own."""
    things = []
    if asker.customer_id and not _is_frozen(session, services, asker.customer_id):
        things.append(word("freeze.account"))
    if order_no and access.may_see(session, services, asker, order_no):
        things.append(word("freeze.order", order_no=order_no))
    return word("freeze.and").join(things)


def freeze(session: Session, services: Services, asker: Asker, ticket: Ticket) -> Frozen:
    """Freeze at the customer's word; asked again, nothing more happens.

    What is switched off, or what the shop cannot do, stays on the ticket for its people.
    """
    wishes = _wishes(session, services, asker, ticket)
    things, left = [], not wishes
    for wish, thing in wishes:
        if _done(session, services, wish, ticket):
            things.append(thing)
        else:
            left = True
    if left:
        tickets.add_note(session, ticket, word("note.freeze_by_hand"), "bot")
        tickets.urge(session, ticket, "bot")
    return Frozen(tuple(things), left)


def _wishes(session: Session, services: Services, asker: Asker, ticket: Ticket) -> list[tuple[Wish, str]]:
    about: dict[str, Any] = {
        "customer_id": asker.customer_id,
        "conversation_id": asker.conversation_id,
        "reason": _REASON,
    }
    wishes = []
    if asker.customer_id:
        wish = Wish(Kind.FREEZE_ACCOUNT, f"freeze_account:{asker.customer_id}:{ticket.number}", **about)
        wishes.append((wish, word("freeze.account")))
    if ticket.order_no:
        try:
            order = access.require(session, services, asker, ticket.order_no).order
        except NotYours:  # the proof has run out
            return wishes
        wish = Wish(Kind.FREEZE_ORDER, f"freeze_order:{order.no}:{ticket.number}", order_no=order.no, **about)
        wishes.append((wish, word("freeze.order", order_no=order.no)))
    return wishes


def _done(session: Session, services: Services, wish: Wish, ticket: Ticket) -> bool:
    try:
        with session.begin_nested():
            remedy = ask(session, services.shop, services.policies, wish)
    except (SwitchedOff, ShopError):
        return False
    remedy.ticket_no = ticket.number
    # Found again, it may have been undone since by the shop's people.
    undone = wish.kind is Kind.FREEZE_ACCOUNT and not _is_frozen(session, services, str(wish.customer_id))
    return remedy.state == State.DONE and not undone


def _is_frozen(session: Session, services: Services, customer_id: str) -> bool:
    account = account_of(session, services, customer_id)
    return account is not None and account.state is AccountState.FROZEN
