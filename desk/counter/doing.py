"""Does what an agent asks for, once; the customer reads it in the conversation, in the same transaction."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from desk.audit.service import record
from desk.cases import effects
from desk.cases.access import Owned
from desk.cases.cards import key_cards
from desk.cases.services import Services
from desk.cases.spoken import duration, money
from desk.conversations import timeline
from desk.conversations.model import Author
from desk.counter.model import KINDS, Act, Ask, BadAsk, NotOffered, RefusedBefore, Who
from desk.counter.offers import Offer, mark, offer, said_of, used_since, word
from desk.remedies.model import Kind, Remedy, State
from desk.remedies.notices import worded
from desk.remedies.service import Wish, ask, find
from desk.serial import hold
from desk.shop.base import CardKey

MOST_DAYS = 90
_WITH_MONEY = (Act.REFUND, Act.DISCOUNT, Act.COUPON)
_ENTRY = "counter:"


@dataclass(frozen=True)
class Done:
    """What came of it, in the agents' words; `waiting`: a supervisor decides."""

    text: str
    waiting: bool


def do(session: Session, services: Services, owned: Owned, who: Who, wanted: Ask) -> Done:
    """Do it, or put it before a supervisor; the same form again does and says nothing more.

    Raises:
        BadAsk: a field is missing or wrong.
        NotOffered, RefusedBefore: it cannot be done (any more).
        SwitchedOff, ShopError, LimitReached: the operator does not allow it, or the shop cannot; nothing changed.
    """
    owned = replace(owned, actor=who.actor)
    act = wanted.act
    place = mark(act, owned, wanted.form, wanted.key)
    hold(session, f"remedy:{place}")
    said = timeline.written(session, owned.asker.conversation_id, Author.SYSTEM, _ENTRY + wanted.form)
    if said is not None:  # a double click
        earlier = find(session, place)
        return _done(act, earlier is not None and earlier.state == State.WAITING)
    standing = offer(session, services, owned, who, act)
    if standing.why_not:
        raise NotOffered(standing.why_not)
    if act in KINDS and (earlier := find(session, place)) is not None:
        raise RefusedBefore if earlier.state == State.REFUSED else NotOffered(said_of(earlier))
    wish = _checked(services, session, owned, standing, wanted)
    if act not in KINDS:
        _owed(session, services, owned, wanted)
        return _done(act, False)
    remedy = ask(session, services.shop, services.policies, _wish(services, owned, who, standing, wish, place, session))
    _tell(session, services, owned, remedy, wanted)
    return _done(act, remedy.state == State.WAITING)


def _done(act: Act, waiting: bool) -> Done:
    return Done(word("did.waiting" if waiting else "did.done", what=word(f"act.{act}")), waiting)


def _checked(services: Services, session: Session, owned: Owned, standing: Offer, wanted: Ask) -> Ask:
    """Return what is asked for, once every field is right."""
    if not wanted.reason:
        raise BadAsk(word("bad.reason"))
    if wanted.act in _WITH_MONEY and not 0 < wanted.yuan <= standing.most:
        raise BadAsk(word("bad.amount", most=money(standing.most)))
    if standing.keys and wanted.key not in dict(standing.keys):
        raise BadAsk(word("bad.key"))
    if wanted.act is Act.EXTEND and not 1 <= wanted.days <= MOST_DAYS:
        raise BadAsk(word("bad.days"))
    if wanted.act is Act.CORRECT_ACCOUNT:
        if not wanted.account:
            raise BadAsk(word("bad.account"))
        return replace(wanted, account=services.shop.checked_account(session, owned.order.no, wanted.account))
    return wanted


def _wish(
    services: Services, owned: Owned, who: Who, standing: Offer, wanted: Ask, place: str, session: Session
) -> Wish:
    detail: dict[str, Any] = {}
    approval = bool(standing.needs)
    match wanted.act:
        case Act.REFUND:
            detail = {"undelivered": wanted.yuan == effects.due(session, services, owned.order)}
        case Act.COUPON:
            detail = {"valid_days": services.policy.delays[-1].valid_days if services.policy.delays else 30}
        case Act.REISSUE:
            key = _key(session, services, owned, wanted.key)
            approval = approval or (who.role != "supervisor" and used_since(owned.order, key))
            detail = {"key": wanted.key}
        case Act.EXTEND:
            detail = {"key": wanted.key, "days": wanted.days}
        case Act.CORRECT_ACCOUNT:
            detail = {"account": wanted.account}
    return Wish(
        KINDS[wanted.act],
        place,
        actor=who.actor,
        role=who.role,
        order_no=owned.order.no,
        customer_id=owned.order.customer_id,
        conversation_id=owned.asker.conversation_id,
        yuan=wanted.yuan if wanted.act in _WITH_MONEY else Decimal(0),
        reason=wanted.reason,
        detail=detail,
        approval=approval,
    )


def _key(session: Session, services: Services, owned: Owned, key_id: int) -> CardKey:
    keys = services.shop.keys_of(session, owned.order.no)
    return next(key for key in keys if key.id == key_id)


def _owed(session: Session, services: Services, owned: Owned, wanted: Ask) -> None:
    """Do what only repeats what the order is owed; no limit but the shop's own."""
    order = owned.order
    if wanted.act is Act.RETRY_TOPUP:
        sent = effects.retry_topup(session, services, owned)
        text = word("told.retry_topup", order_no=order.no, minutes=duration(sent.usual_minutes))
        _say(session, owned, wanted, text)
        return
    if wanted.act is Act.DELIVER:
        keys = effects.deliver(session, services, owned)
    else:
        keys = [key for key in services.shop.keys_of(session, order.no) if key.live]
        record(session, owned.actor, "key.resend", order.no, owned.asker.conversation_id, {"count": len(keys)})
    _say(session, owned, wanted, word(f"told.{wanted.act}", order_no=order.no), _cards(session, services, owned, keys))


def _tell(session: Session, services: Services, owned: Owned, remedy: Remedy, wanted: Ask) -> None:
    if remedy.state == State.WAITING:
        _say(session, owned, wanted, word("told.waiting", what=word(f"act.{wanted.act}")))
    elif remedy.kind == Kind.REISSUE:
        fresh = _key(session, services, owned, int(remedy.result["key"]))
        text = word("told.reissue", order_no=owned.order.no)
        _say(session, owned, wanted, text, _cards(session, services, owned, [fresh]))
    else:
        _say(session, owned, wanted, worded(services.policy, remedy))


def _cards(session: Session, services: Services, owned: Owned, keys: list[CardKey]) -> list[dict[str, Any]]:
    return key_cards(session, services, owned.asker.conversation_id, owned.order.product_name, keys)


def _say(session: Session, owned: Owned, wanted: Ask, text: str, cards: list[dict[str, Any]] | None = None) -> None:
    conversation = timeline.lock(session, owned.asker.conversation_id)
    body = {"cards": cards} if cards else {}
    timeline.append(session, conversation, Author.SYSTEM, text, body=body, client_id=_ENTRY + wanted.form)
