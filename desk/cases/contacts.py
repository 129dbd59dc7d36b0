"""How a person of the shop reaches a customer: known from the account, or read from what he writes."""

import re
import unicodedata

from sqlalchemy.orm import Session

from desk.cases.access import Asker
from desk.cases.services import Services

_PHONE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<![\d-])0\d{2,3}-?\d{7,8}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
# WeChat's own rule: 6 to 20 characters that begin with a letter; QQ numbers have 5 to 11 digits.
_WECHAT = re.compile(r"(?<![\w-])[a-z][-\w]{5,19}(?![\w-])", re.ASCII | re.IGNORECASE)
_QQ = re.compile(r"qq\D{0,4}([1-9]\d{4,10})(?!\d)", re.IGNORECASE)


def known(session: Session, services: Services, asker: Asker) -> str | None:
    """Return the phone of the signed-in customer."""
    customer = services.shop.customer(session, asker.customer_id) if asker.customer_id else None
    return (customer.phone or None) if customer else None


def given(text: str) -> str | None:
    """Return the contact in an answer to the question for one: phone, WeChat, e-mail or QQ; None if there is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := told(plain):
        return found
    found_qq = _QQ.search(plain)
    if found_qq:
        return f"QQ {found_qq[1]}"
    wechat = [name for name in _WECHAT.findall(plain) if name.lower() not in {"wechat", "weixin"}]
    return wechat[0] if wechat else None


def told(text: str) -> str | None:
    """Return what is plainly a contact wherever it stands: a phone or an e-mail."""
    plain = unicodedata.normalize("NFKC", text)
    phone = _PHONE.search(plain)
    if phone:
        return re.sub(r"[ -]", "", phone[1])
    found = _EMAIL.search(plain) or _LANDLINE.search(plain)
    return found[0] if found else None
