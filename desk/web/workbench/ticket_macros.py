"""Macros on a ticket: looked at, then applied; and the page on which they and the rules of closing are set."""

import json
import secrets
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from desk.conversations import threads
from desk.edge import TheDesk
from desk.errors import BadRequest
from desk.options.service import Options, current, save, version
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.tickets import labels, macros
from desk.tickets.holding import hold_open
from desk.tickets.model import Priority, Ticket, TicketStatus
from desk.tickets.options import VARIABLES, Macros, TicketRules
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import fragment, go, label, page, rendered
from desk.web.workbench.ticket_edge import Text, TheWorker, by, checked_form, number_in
from desk.web.workbench.ticket_page import find
from desk.web.workbench.ticket_text import LONGEST_NOTE, fit

router = APIRouter(dependencies=[Depends(from_our_page)], include_in_schema=False)

TheEditor = Annotated[SignedIn, Depends(needs(Permission.EDIT_MACROS))]


async def _the_form(request: Request) -> FormData:
    return await request.form()


TheForm = Annotated[FormData, Depends(_the_form)]
T = TypeVar("T", bound=Options)
# A field's name for people, and the most characters.
_WORDS = {"name": ("名称", 40), "reply": ("回复客户", LONGEST_NOTE), "note": ("内部备注", LONGEST_NOTE)}


class BadDocument(BadRequest):
    """A field cannot be saved; the text says which."""

    code, message = "bad_document", "请检查填写的内容"


@router.get("/desk/tickets/{number}/macros/{key}")
def preview(number: str, key: str, desk: TheDesk, staff: TheWorker) -> Response:
    """Show what a macro would do with a ticket.

    Raises:
        NoTicket, NoMacro, MacroUnfit: nothing can be shown.
    """
    with desk.database.read() as session:
        ticket = find(session, number)
        chosen = macros.filled(session, key, ticket, _customer(session, ticket), staff.name)
        return fragment(
            rendered(
                "_macro_preview.html",
                number=ticket.number,
                chosen=chosen,
                status_text=labels.status_text,
                priority_text=labels.priority_text,
                group_text=labels.group_text,
                form_id=secrets.token_urlsafe(16),
            )
        )


@router.post("/desk/tickets/{number}/macros/{key}")
def apply(number: str, key: str, request: Request, desk: TheDesk, staff: TheWorker, form_id: Text = "") -> Response:
    """Do what a macro says, once per form.

    Raises:
        NoTicket, TicketClosed, NoMacro, MacroUnfit, BadMove: nothing is done.
    """
    client_id = checked_form(form_id)
    with desk.database.write() as session:
        ticket = hold_open(session, number)
        chosen = macros.filled(session, key, ticket, _customer(session, ticket), staff.name)
        macros.apply(session, desk.progress, ticket, chosen, by(staff), client_id)
        return go(request, f"/desk/tickets/{ticket.number}")


@router.get("/desk/ticket-macros")
def index(request: Request, desk: TheDesk, staff: TheEditor) -> Response:
    """Show macros and rules, to be changed."""
    with desk.database.read() as session:
        return page(
            request,
            "ticket_macros.html",
            staff=staff,
            macros=current(session, Macros).macros,
            macros_version=version(session, Macros),
            rules=current(session, TicketRules),
            rules_version=version(session, TicketRules),
            new_key=f"m_{secrets.token_hex(4)}",
            variables=VARIABLES,
            statuses=[(s, label(f"move.{s}")) for s in TicketStatus if s not in ("open", "closed")],
            priorities=[(p, labels.priority_text(p)) for p in Priority],
            groups=[(g, labels.group_text(g)) for g in labels.groups()],
            kinds=[(k, labels.kind_text(k)) for k in labels.kinds()],
        )


@router.post("/desk/ticket-macros")
def change(request: Request, desk: TheDesk, staff: TheEditor, sent: TheForm) -> Response:
    """Save one macro (a new one at the end), delete it or move it up.

    Raises:
        BadDocument, Outdated: nothing is changed.
    """
    form = {name: str(value) for name, value in sent.items()}
    with desk.database.write() as session:
        there = {macro.key: macro.model_dump(mode="json") for macro in macros.macros(session)}
        key = form.get("key", "")
        if form.get("do") == "delete":
            there.pop(key, None)
        elif form.get("do") == "up":
            there = _moved_up(there, key)
        else:
            words = {
                name: fit(session, desk, "macros", form.get(name, ""), *_WORDS[name], required=False) for name in _WORDS
            }
            choices = {name: form.get(name) or None for name in ("status", "priority", "group")}
            there[key] = {"key": key, **words, **choices}
        value = _document(Macros, {"macros": list(there.values())})
        save(session, value, seen=number_in(form.get("seen", ""), "版本") or 0, actor=actor(staff))
    return go(request, "/desk/ticket-macros")


@router.post("/desk/ticket-rules")
def change_rules(request: Request, desk: TheDesk, staff: TheEditor, form: TheForm) -> Response:
    """Save the rules of closing.

    Raises:
        BadDocument, Outdated: nothing is changed.
    """
    often = {kind: str(form.get(f"reopened_{kind}", "")).strip() for kind in labels.kinds()}
    fields = {
        "confirm_hours": form.get("confirm_hours", ""),
        "unasked_kinds": [str(kind) for kind in form.getlist("unasked_kinds")],
        "report_kinds": [str(kind) for kind in form.getlist("report_kinds")],
        "report_reopened": {kind: count for kind, count in often.items() if count},
    }
    with desk.database.write() as session:
        seen = number_in(str(form.get("seen", "")), "版本") or 0
        save(session, _document(TicketRules, fields), seen=seen, actor=actor(staff))
    return go(request, "/desk/ticket-macros")


def _document(kind: type[T], fields: dict[str, Any]) -> T:
    try:
        return kind.model_validate_json(json.dumps(fields), strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        ours = first["type"] == "value_error"
        raise BadDocument(str(first["ctx"]["error"]) if ours else BadDocument.message) from None


def _moved_up(there: dict[str, Any], key: str) -> dict[str, Any]:
    keys = list(there)
    at = keys.index(key) if key in keys else 0
    if at:
        keys[at - 1], keys[at] = keys[at], keys[at - 1]
    return {one: there[one] for one in keys}


def _customer(session: Session, ticket: Ticket) -> str:
    """Return how the customer is addressed; without a name not at all."""
    return threads.get(session, ticket.conversation_id).name if ticket.conversation_id else ""
