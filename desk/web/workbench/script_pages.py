"""The pages on which canned replies, and what replies are checked for, are changed."""

import re
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from desk.edge import TheDesk
from desk.errors import BadRequest, NotFound
from desk.options.service import Options, current, save, version
from desk.replies.checking import ReplyChecks
from desk.replies.scripts import VARIABLES, Script, Scripts
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import go, label, page

router = APIRouter(prefix="/desk/scripts", dependencies=[Depends(from_our_page)], include_in_schema=False)

TheEditor = Annotated[SignedIn, Depends(needs(Permission.EDIT_SCRIPTS))]
Text = Annotated[str, Form(max_length=4000)]
Chosen = Annotated[list[str], Form(default_factory=list)]
PROFILES = ("novice", "merchant", "vip", "elderly")
MOODS = ("calm", "anxious", "angry")
NEW, CHECKS = "new", "checks"
_BETWEEN = re.compile(r"[\s,，、;；]+")


class BadScript(BadRequest):
    """A field is missing or wrong; the text says which."""

    code, message = "bad_script", "请检查话术内容"


class NoScript(NotFound):
    """There is no such script (any more)."""

    code, message = "no_script", "没有这条话术，可能已经被删了"


@router.get("")
def index(request: Request, desk: TheDesk, staff: TheEditor) -> Response:
    """List the scripts by group."""
    with desk.database.read() as session:
        scripts = current(session, Scripts).scripts
        seen = version(session, Scripts)
    names = list(dict.fromkeys(script.group for script in scripts))
    ordered = sorted(scripts, key=lambda script: names.index(script.group))
    groups = [(name, list(some)) for name, some in groupby(ordered, key=lambda script: script.group)]
    return page(request, "scripts.html", staff=staff, groups=groups, total=len(scripts), seen=seen)


@router.get(f"/{CHECKS}")
def checks(request: Request, desk: TheDesk, staff: TheEditor) -> Response:
    """Show what replies are looked at for."""
    with desk.database.read() as session:
        shown, seen = current(session, ReplyChecks), version(session, ReplyChecks)
    return page(request, "script_checks.html", staff=staff, checks=shown, seen=seen)


@router.post(f"/{CHECKS}")
def save_checks(
    request: Request,
    desk: TheDesk,
    staff: TheEditor,
    seen: Annotated[int, Form()],
    templates: Text = "",
    jargon: Text = "",
    promises: Text = "",
    forbidden: Text = "",
) -> Response:
    """Save what replies are looked at for.

    Raises:
        BadScript: a line is wrong.
        Outdated: somebody else has saved it meanwhile.
    """
    words: dict[str, str] = {}
    for line in filter(None, map(str.strip, jargon.splitlines())):
        word, sign, plain = line.replace("：", "=").replace(":", "=").partition("=")
        if not sign or not plain.strip():
            raise BadScript(f"行话要写成“行话=换成的说法”，这一行不对：{line[:30]}")
        words[word.strip()] = plain.strip()
    lists = {"templates": templates, "promises": promises, "forbidden": forbidden}
    made = {name: [line.strip() for line in text.splitlines() if line.strip()] for name, text in lists.items()}
    with desk.database.write() as session:
        _save(session, ReplyChecks, {**made, "jargon": words}, seen, staff)
    return go(request, f"/desk/scripts/{CHECKS}")


@router.get("/{script_id}")
def form(script_id: str, request: Request, desk: TheDesk, staff: TheEditor) -> Response:
    """Show the form of a script, or an empty one.

    Raises:
        NoScript: there is none.
    """
    with desk.database.read() as session:
        found = None if script_id == NEW else _find(current(session, Scripts), script_id)
        seen = version(session, Scripts)
    return page(
        request,
        "script.html",
        staff=staff,
        script=found,
        seen=seen,
        profiles=[(name, label(f"profile.{name}")) for name in PROFILES],
        moods=[(name, label(f"mood.{name}")) for name in MOODS],
        variables=VARIABLES,
    )


@router.post("/{script_id}")
def save_script(
    script_id: str,
    request: Request,
    desk: TheDesk,
    staff: TheEditor,
    seen: Annotated[int, Form()],
    profiles: Chosen,
    moods: Chosen,
    id: Text = "",
    group: Text = "",
    title: Text = "",
    keys: Text = "",
    text: Text = "",
    intents: Text = "",
) -> Response:
    """Save a script, or add one at the end.

    Raises:
        BadScript: a field is wrong.
        NoScript, Outdated: it has gone or changed meanwhile.
    """
    name = id.strip() if script_id == NEW else script_id
    if name in (NEW, CHECKS):
        raise BadScript("这个编号不能用，换一个")
    made = {
        "id": name,
        "group": group,
        "title": title,
        "keys": _words(keys),
        "text": text.replace("\r\n", "\n"),
        "profiles": profiles,
        "moods": moods,
        "intents": _words(intents),
    }
    with desk.database.write() as session:
        scripts = [script.model_dump() for script in current(session, Scripts).scripts]
        if script_id == NEW:
            scripts.append(made)
        else:
            _find(current(session, Scripts), script_id)
            scripts = [made if script["id"] == script_id else script for script in scripts]
        _save(session, Scripts, {"scripts": scripts}, seen, staff)
    return go(request, "/desk/scripts")


@router.post("/{script_id}/delete")
def delete(script_id: str, request: Request, desk: TheDesk, staff: TheEditor, seen: Annotated[int, Form()]) -> Response:
    """Delete a script.

    Raises:
        NoScript, Outdated: it has gone or changed meanwhile.
    """
    with desk.database.write() as session:
        scripts = current(session, Scripts)
        _find(scripts, script_id)
        rest = [script.model_dump() for script in scripts.scripts if script.id != script_id]
        _save(session, Scripts, {"scripts": rest}, seen, staff)
    return go(request, "/desk/scripts")


def _find(scripts: Scripts, script_id: str) -> Script:
    found = next((script for script in scripts.scripts if script.id == script_id), None)
    if found is None:
        raise NoScript
    return found


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(text) if word]


def _save(session: Session, kind: type[Options], body: dict[str, Any], seen: int, staff: SignedIn) -> None:
    try:
        made = kind.model_validate(body)
    except ValidationError as bad:
        raise BadScript(_said(bad)) from None
    save(session, made, seen=seen, actor=actor(staff))


def _said(bad: ValidationError) -> str:
    """Return the first fault in Chinese: the field, and why where we have said it ourselves."""
    first = bad.errors(include_url=False, include_input=False)[0]
    why = str(first["ctx"]["error"]) if first["type"] == "value_error" else ""
    field = next((str(part) for part in reversed(first["loc"]) if isinstance(part, str)), "")
    named = label(f"script.{field}") if field else ""
    return why or f"“{named}”没填、太长或写法不对"
