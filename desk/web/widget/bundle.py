"""Joins the widget's sources into the script served as ``/widget/v1.js``. No Node needed.

The parts share one function scope, so their order matters only for what they do while loading.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import zopfli.gzip
from rcssmin import cssmin
from rjsmin import jsmin

from desk.web.widget.shorter import declared, shortened

SOURCES = Path(__file__).parent / "src"
PARTS = (
    "config",
    "texts",
    "store",
    "net",
    "dom",
    "cards",
    "pictures",
    "log",
    "outbox",
    "link",
    "stream",
    "news",
    "panel",
    "composer",
    "main",
)

# A page that embeds the script twice gets one widget.
PROLOGUE = '(()=>{"use strict";if(window.Kamidesk&&window.Kamidesk.ready)return;\n'
EPILOGUE = "})();\n"


@dataclass(frozen=True)
class Script:
    """The script as bytes, ready to be served.

    Attributes:
        body: UTF-8 source.
        compressed: The same, gzipped as small as it gets (for ``Content-Encoding: gzip``).
        etag: Strong validator of the content, with its quotes.
    """

    body: bytes
    compressed: bytes
    etag: str


def assemble() -> str:
    """Builds the script from the files as they are now."""
    style = cssmin((SOURCES / "style.css").read_text("utf-8"))
    sources = [(SOURCES / f"{part}.js").read_text("utf-8") for part in PARTS]
    code = shortened("\n".join(map(jsmin, sources)), declared(sources))
    return "\n".join([PROLOGUE + f"const STYLE={json.dumps(style, ensure_ascii=False)};", code, EPILOGUE])


@cache
def script() -> Script:
    """Builds the script once per process.

    Returns:
        What a route needs to answer ``GET /widget/v1.js``.
    """
    body = assemble().encode("utf-8")
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Script(body=body, compressed=bytes(zopfli.gzip.compress(body, numiterations=2)), etag=etag)
