"""Serves the widget's script: compressed where the browser takes it, unchanged ones by 304."""

from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from desk.web.widget.bundle import script

router = APIRouter(include_in_schema=False)


@router.get("/widget/v1.js")
def widget(if_none_match: Annotated[str, Header()] = "", accept_encoding: Annotated[str, Header()] = "") -> Response:
    """Return the script that a shop's page embeds."""
    ready = script()
    headers = {
        "Cache-Control": "public, max-age=300",
        "ETag": ready.etag,
        "Vary": "Accept-Encoding",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if if_none_match == ready.etag:
        return Response(status_code=304, headers=headers)
    body = ready.body
    if "gzip" in accept_encoding:
        body = ready.compressed
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type="text/javascript", headers=headers)
