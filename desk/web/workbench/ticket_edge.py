"""What the pages of tickets need of a request: who works on them, and a form's own id."""

import re
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Form

from desk import clock
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.tickets.by import By
from desk.tickets.errors import BadTicket
from desk.web.workbench.edge import needs

TheWorker = Annotated[SignedIn, Depends(needs(Permission.WORK_TICKETS))]
Text = Annotated[str, Form()]
_FORM_ID = re.compile(r"[A-Za-z0-9_-]{16,70}")


def by(staff: SignedIn) -> By:
    """Return the staff member as tickets know them."""
    return By(staff.id, staff.name, lead=staff.may(Permission.LEAD_TICKETS))


def checked_form(form_id: str) -> str:
    """Return a form's own id, by which it is taken once.

    Raises:
        BadTicket: it is none of ours.
    """
    if not _FORM_ID.fullmatch(form_id):
        raise BadTicket("页面已过期，请刷新后再操作")
    return form_id


def number_in(text: str, field: str) -> int | None:
    """Return the id that a field brings, None when it is empty.

    Raises:
        BadTicket: it is no id.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise BadTicket(f"请选择{field}")
    return int(text)


def day_in(text: str) -> date:
    """Return the day that a field brings.

    Raises:
        BadTicket: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadTicket("请选择完成日期") from None


def moment_in(text: str) -> datetime | None:
    """Return the moment, on the shop's clock, that a field brings; None when it is empty.

    Raises:
        BadTicket: it is none.
    """
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.SHOP_ZONE)
    except ValueError:
        raise BadTicket("请选择完成时间") from None
