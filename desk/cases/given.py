"""What customers answer to a flow's questions, taken out of what they wrote."""

import re
import unicodedata
from collections.abc import Mapping

from sqlalchemy.orm import Session

from desk.cases.access import Asker
from desk.cases.services import Services
from desk.vault.service import REFERENCE

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", re.ASCII)
_RUN = re.compile(r"[0-9A-Za-z]+(?:[ -]+[0-9A-Za-z]+)*", re.ASCII)


def agreed(details: Mapping[str, str]) -> bool | None:
    """Return whether the customer has said yes or no; None where he has not been understood or asked."""
    return {"yes": True, "no": False}.get(details.get("confirm", ""))


def clear(session: Session, services: Services, asker: Asker, text: str) -> str | None:
    """Return an answer in clear where a long number in it was taken for a card key on its way in.

    Returns:
        None where it is indeed a key of the shop, or a reference of another conversation: no flow needs those.
    """
    for reference in REFERENCE.findall(text):
        item = services.vault.resolve(session, reference, asker.conversation_id)
        if item is None or services.shop.find_keys(session, services.vault.same_as(session, item)):
            return None
        services.vault.release(session, item)
    return services.vault.fill(session, text, asker.conversation_id).strip()


def email(text: str) -> str | None:
    """Return the e-mail address in an answer."""
    found = _EMAIL.search(unicodedata.normalize("NFKC", text))
    return found[0] if found else None


def code(text: str, lengths: tuple[int, ...]) -> str | None:
    """Return the only run of letters and digits that has one of these lengths, in capitals, without blanks."""
    rows = _RUN.findall(unicodedata.normalize("NFKC", text))
    runs = {re.sub(r"[ -]", "", run).upper() for row in rows for run in (row, *row.split())}
    fitting = [run for run in runs if len(run) in lengths]
    return fitting[0] if len(fitting) == 1 else None


def first_number(text: str) -> int | None:
    """Return the first number in words that an operator wrote for customers: 90 of 付款后 90 天内."""
    found = re.search(r"\d+", text)
    return int(found[0]) if found else None
