"""Rendering: one template environment, and the headers that every answer of the workbench has."""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from desk import clock
from desk.cases.spoken import numbered
from desk.texts import table
from desk.web.workbench import menu
from desk.web.workbench.edge import by_script

STATIC = Path(__file__).resolve().parent.parent / "static"
_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_PICTURE = re.compile(r"(/desk/pictures/[\w-]{8,40})")
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def page(request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a whole page, with a policy that lets only its own scripts run."""
    nonce = secrets.token_urlsafe(16)
    html = _ENVIRONMENT.get_template(name).render(nonce=nonce, path=request.url.path, **values)
    policy = {"Content-Security-Policy": _POLICY.format(nonce=nonce)}
    return HTMLResponse(html, status, headers=_HEADERS | policy)


@dataclass(frozen=True)
class Part:
    """A part of a page that is replaced when it changes; `mark` tells one state of it from another."""

    name: str
    html: Markup

    @property
    def mark(self) -> str:
        """A digest of the content."""
        return hashlib.sha256(self.html.encode()).hexdigest()[:12]


def rendered(name: str, **values: Any) -> Markup:
    """Return a part of a page; what is in it has been escaped."""
    return Markup(_ENVIRONMENT.get_template(name).render(**values))


def fragment(*parts: Markup) -> HTMLResponse:
    """Return parts of a page to the script that asked for them."""
    return HTMLResponse("".join(parts), headers=_HEADERS)


def done(request: Request, back: str, *events: str, message: str = "") -> Response:
    """Answer an action: our script gets events (and a message to show), a plain form goes back to a page."""
    if not by_script(request):
        return guarded(RedirectResponse(back, status_code=303))
    told: dict[str, Any] = dict.fromkeys(events, "")
    if message:
        told["desk:told"] = message
    # Header values are Latin-1: the script's JSON carries Chinese escaped.
    return guarded(Response(status_code=204, headers={"HX-Trigger": json.dumps(told)} if told else None))


def go(request: Request, target: str) -> Response:
    """Send the browser to another page of ours."""
    if by_script(request):
        return guarded(Response(status_code=204, headers={"HX-Redirect": target}))
    return guarded(RedirectResponse(target, status_code=303))


def guarded(response: Response) -> Response:
    """Add the headers that every answer of the workbench has."""
    response.headers.update(_HEADERS)
    return response


def label(key: str) -> str:
    """Return the agents' word for `key` (desk/texts/workbench.yml); its last part where there is none."""
    return table("workbench").get(key) or key.rpartition(".")[2]


@cache
def asset(name: str) -> str:
    """Return the address of a static file, with a mark that changes with its content."""
    file = STATIC / name
    mark = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "missing"
    return f"/static/{name}?v={mark}"


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _linked(text: str) -> Markup:
    """Return text in which the addresses of customers' pictures can be clicked."""
    link = Markup('<a href="{}" target="_blank" rel="noopener">{}</a>')
    parts = _PICTURE.split(text)  # every second one is an address
    return Markup("").join(
        link.format(part, label("picture.link")) if n % 2 else escape(part) for n, part in enumerate(parts)
    )


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(menu=menu.of, asset=asset, label=label, server_time=clock.now)
    made.filters.update(spoken=clock.spoken, spoken_iso=clock.spoken_iso, iso=_iso, linked=_linked, numbered=numbered)
    return made


_ENVIRONMENT = _environment()
