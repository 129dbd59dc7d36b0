"""卡密无效 / 已使用 / 已过期: checks the keys of a delivered order and does what policy says."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import access, arrival, pasted, told
from desk.cases.access import Asker, Owned
from desk.cases.cards import key_cards
from desk.cases.outcomes import Outcome, about
from desk.cases.pasted import Meant
from desk.cases.reissuing import replace
from desk.cases.services import Services
from desk.cases.spoken import numbered, word
from desk.cases.states import DELIVERED
from desk.cases.tickets_of import ticket, to_person
from desk.cases.verdicts import FAULTY, Finding, Verdict, judge, sold_at
from desk.errors import BadRequest
from desk.shop.base import CardKey, OrderStatus, ProductKind

INTENTS = {"invalid": "card_key_invalid", "used": "card_key_used", "expired": "card_key_expired"}
_IN_HAND = (*DELIVERED, OrderStatus.PROCESSING, OrderStatus.OUT_OF_STOCK_AFTER_PAY)
_DUE = (*FAULTY, Verdict.EXPIRED_LATELY)
_EXPECTED = {"used": Verdict.USED, "expired": Verdict.EXPIRED_LONG}
_RANK = list(Verdict)


def answer(
    session: Session, services: Services, asker: Asker, order_no: str, keys: Sequence[str], complaint: str
) -> Outcome:
    """Check the keys that a customer complains about.

    Args:
        keys: references of what he pasted; none: all keys of the order are meant.
        complaint: "invalid", "used" or "expired".

    Returns:
        An outcome of topic key, or as in `arrival` when nothing was delivered.

    Raises:
        BadRequest: no such complaint.
        NotYours: see `access.require`.
    """
    if complaint not in INTENTS:
        raise BadRequest
    owned = access.require(session, services, asker, order_no)
    all_keys = services.shop.keys_of(session, owned.order.no)
    if owned.order.kind is ProductKind.TOPUP or owned.order.status not in _IN_HAND or not all_keys:
        return arrival.decide(session, services, owned)
    found = pasted.read(session, services, owned, keys)
    if found.other_order is not None:  # he named the wrong one of his orders
        owned = access.require(session, services, asker, found.other_order)
        all_keys = services.shop.keys_of(session, owned.order.no)
        found = pasted.read(session, services, owned, keys)
    by_id = {key.id: key for key in all_keys}
    if keys and not found.meant:
        return _Case(session, services, owned, complaint, True, by_id).foreign()
    meant = found.meant or tuple(Meant(key) for key in all_keys if key.live)
    findings = [judge(one, by_id, owned.order, services.policy) for one in meant]
    return _Case(session, services, owned, complaint, bool(found.meant), by_id).decide(findings)


class _Case:
    """One complaint, with what is needed to answer it."""

    def __init__(
        self,
        session: Session,
        services: Services,
        owned: Owned,
        complaint: str,
        named: bool,
        keys: dict[int, CardKey],
    ) -> None:
        self._session, self._services, self._owned = session, services, owned
        self._complaint, self._named, self._keys = complaint, named, keys
        self._intent = INTENTS[complaint]

    def decide(self, findings: Sequence[Finding]) -> Outcome:
        """Answer what weighs most; of several faulty keys all are dealt with."""
        due = list({one.key.id: one for one in findings if one.verdict in _DUE}.values())
        if due:
            return replace(self._session, self._services, self._owned, due, self._intent)
        verdict = self._chosen([finding.verdict for finding in findings])
        chosen = [finding for finding in findings if finding.verdict is verdict]
        match verdict:
            case Verdict.LOCKED:
                return self._to_person("locked")
            case Verdict.UNCLEAR:
                return self._to_person("still_invalid")
            case Verdict.MISTYPED:
                return self._mistyped(chosen[0])
            case Verdict.REPLACED:
                return self._say("already_reissued", cards=self._cards(chosen))
            case Verdict.USED:
                return self._used(chosen[0].key)
            case Verdict.EXPIRED_LONG:
                return self._expired(chosen[0].key)
            case _:
                return self._valid(chosen)

    def foreign(self) -> Outcome:
        """Answer a key that is none of the order's; whoever has heard that twice gets a person."""
        no = self._owned.order.no
        if self._told(f"foreign:{no}") and self._told(f"foreign-again:{no}"):
            return self._to_person("still_invalid")
        return self._say("foreign")

    def _mistyped(self, finding: Finding) -> Outcome:
        """Show the right key; whoever has seen it and complains again has typed it right since."""
        if self._told(f"mistyped:{finding.key.id}"):
            return self.decide([judge(Meant(finding.key), self._keys, self._owned.order, self._services.policy)])
        outcome = "incomplete" if finding.meant.incomplete else "mistyped"
        return self._say(outcome, cards=self._cards([finding]), hint=finding.meant.hint)

    def _chosen(self, verdicts: Sequence[Verdict]) -> Verdict:
        worst = min(verdicts, key=_RANK.index)
        vague = not self._named and Verdict.VALID in verdicts and worst in _EXPECTED.values()
        if vague and worst is not _EXPECTED.get(self._complaint):
            # He did not say which key: one that he has used up himself need not be the one that fails.
            return Verdict.VALID
        return worst

    def _used(self, key: CardKey) -> Outcome:
        if self._told(f"used:{key.id}"):
            return self._to_person("still_invalid")
        assert key.used_at is not None  # else the verdict is UNCLEAR
        sold = sold_at(key, self._owned.order)
        return self._say("used_after_sale", used_at=clock.spoken(key.used_at), sold_at=clock.spoken(sold))

    def _expired(self, key: CardKey) -> Outcome:
        assert key.expires_at is not None  # else the verdict is UNCLEAR
        number = ticket(self._session, self._owned, "expired_late").number
        return self._say("expired_late", expired_at=clock.spoken(key.expires_at), ticket_no=number)

    def _valid(self, findings: Sequence[Finding]) -> Outcome:
        order = self._owned.order
        successors = {key.replaced_by for key in self._keys.values()}
        if not self._named and any(one.key.id in successors for one in findings):
            # Most likely he still tries the old one: show the new one first.
            fresh = [one for one in findings if one.key.id in successors]
            if not self._told(f"shown:{fresh[0].key.id}"):
                return self._say("already_reissued", cards=self._cards(fresh))
        # The steps are the same for all keys of the order.
        if self._told(f"steps:{order.no}"):
            return self._to_person("still_invalid")
        product = self._services.shop.product(self._session, order.product_id)
        return self._say(
            "valid_unused",
            product=order.product_name,
            steps=numbered(product.redeem_steps if product else ()),
            region_note=(product.region_note if product else "") or word("no_region_note"),
        )

    def _to_person(self, problem: str) -> Outcome:
        opened = to_person(self._session, self._services, self._owned, problem, self._intent)
        return self._say(problem, handoff=True, ticket_no=opened.number)

    def _say(self, outcome: str, **rest: Any) -> Outcome:
        return about(self._owned.order, "key", outcome, **rest)

    def _told(self, subject: str) -> bool:
        return told.again(self._session, self._services.policy, self._owned.asker.conversation_id, subject)

    def _cards(self, findings: Sequence[Finding]) -> list[dict[str, object]]:
        keys = list({one.key.id: one.key for one in findings}.values())
        conversation, product = self._owned.asker.conversation_id, self._owned.order.product_name
        return key_cards(self._session, self._services, conversation, product, keys)
