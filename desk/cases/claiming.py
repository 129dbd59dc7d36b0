"""An order number, and perhaps its proof, in words that no form asked for: 订单 DD… 手机尾号 8000."""

import re
import unicodedata

from sqlalchemy.orm import Session

from desk.cases import access
from desk.cases.access import Asker
from desk.cases.services import Services

_TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z][0-9A-Za-z-]{7,63}(?![0-9A-Za-z])")
_FOUR = r"(?<![0-9A-Za-z-])(?:1[3-9]\d{5})?(\d{4})(?![0-9A-Za-z-])"
_LABELLED = re.compile(rf"(?:尾号|后四位|后4位|末四位|手机|电话)\D{{0,6}}?{_FOUR}|(?<!\d)1[3-9]\d{{5}}(\d{{4}})(?!\d)")
_ALONE = re.compile(_FOUR)
_SHORT = 16  # characters beside the number among which four digits can only be the proof


def claimed(session: Session, services: Services, asker: Asker, text: str, order_no: str | None = None) -> str | None:
    """Return the asker's own order among those that are named, as the shop writes it; None if there is none.

    A guest's tries are counted as everywhere (`access.claim`); without four digits beside the number none is made.

    Args:
        order_no: one that has been named before.
    """
    plain = unicodedata.normalize("NFKC", text)
    numbers = [token for token in _TOKEN.findall(plain) if services.shop.order_no_like(token)]
    for number in dict.fromkeys([*numbers, *([order_no] if order_no else [])]):
        proof = _proof(plain.replace(number, " ").strip())
        if access.may_see(session, services, asker, number):
            found = services.shop.find_order(session, number)
            return found.no if found else None
        if proof and number in numbers:
            answer = access.claim(session, services, asker, number, proof)
            if answer.outcome == "owned":
                return str(answer.facts["order_no"])
    return None


def _proof(rest: str) -> str | None:
    found = _LABELLED.search(rest) or (_ALONE.search(rest) if len(rest) <= _SHORT else None)
    return next((digits for digits in found.groups() if digits), None) if found else None
