"""Replacing the keys that are due, as far as policy and stock allow, and the answer to it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from desk.cases import effects
from desk.cases.access import Owned
from desk.cases.cards import key_cards
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import word
from desk.cases.tickets_of import to_person
from desk.cases.verdicts import FAULTY, Finding
from desk.shop.base import AlreadyReplaced, CardKey, NotDeliverable, OutOfStock


def replace(session: Session, services: Services, owned: Owned, due: Sequence[Finding], intent: str) -> Outcome:
    """Replace what is due; what policy or stock does not allow goes to a person, with what was replaced."""
    fresh: list[CardKey] = []
    for finding in due:
        try:
            fresh.append(effects.reissue(session, services, owned, finding.key, finding.verdict))
        except OutOfStock:
            return _refused(session, services, owned, "no_stock", fresh, intent)
        except (effects.LimitReached, NotDeliverable):
            return _refused(session, services, owned, "reissue_limit", fresh, intent)
        except AlreadyReplaced as replaced:
            wanted = replaced.details.get("replaced_by")
            keys = services.shop.keys_of(session, owned.order.no)
            fresh += [key for key in keys if key.id == wanted]
    cards = _cards(session, services, owned, fresh)
    faulty = next((finding for finding in due if finding.verdict in FAULTY), None)
    if faulty is None:
        return about(owned.order, "key", "expired_reissued", cards=cards)
    reason = word(f"reason.{faulty.verdict}")
    return about(owned.order, "key", "reissued", cards=cards, product=owned.order.product_name, reason_text=reason)


def _refused(
    session: Session, services: Services, owned: Owned, outcome: str, fresh: Sequence[CardKey], intent: str
) -> Outcome:
    number = to_person(session, services, owned, outcome, intent).number
    cards = _cards(session, services, owned, fresh)
    return about(owned.order, "key", outcome, cards=cards, handoff=True, ticket_no=number)


def _cards(session: Session, services: Services, owned: Owned, keys: Sequence[CardKey]) -> list[dict[str, object]]:
    return key_cards(session, services, owned.asker.conversation_id, owned.order.product_name, keys)
