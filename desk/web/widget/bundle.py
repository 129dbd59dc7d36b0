"""Joins the widget's sources into the script served as ``/widget/v1.js``. No Node, no minifier.

The parts share one function scope, so their order matters only for what they do while loading.
Comments that fill a line and indentation are dropped: together with gzip that is nearly what a minifier would save.
"""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCES = Path(__file__).parent / "src"
PARTS = (
    "config",
    "texts",
    "store",
    "net",
    "dom",
    "cards",
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

# What squeeze_js treats as one piece. After one of (,=:!&|? a slash starts a regular expression, elsewhere it divides.
LEXEME = re.compile(
    r"""
    (?P<literal> "(?:\\.|[^"\\])*" | `(?:\\.|[^`\\])*`
               | (?:(?<=[(,=:!&|?])|(?<=[(,=:!&|?][ ])) /(?![/*]) (?:\\. | \[(?:\\.|[^]\\])*\] | [^/\\\n])+ /[a-z]* )
    | (?P<end> (?:\s*//[^\n]*)? \s*\n\s* (?://[^\n]*\n\s*)* )
    | (?P<blank> [ ]+(?=[^\w$"`/ ]) | (?<=[^\w$"`/ ])[ ]+ )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Script:
    """The script as bytes, ready to be served.

    Attributes:
        body: UTF-8 source.
        compressed: The same, gzip level 9 (for ``Content-Encoding: gzip``).
        etag: Strong validator of the content, with its quotes.
    """

    body: bytes
    compressed: bytes
    etag: str


def squeeze_js(source: str) -> str:
    """Drops comments, indentation and spaces around punctuation.

    Strings, templates and regular expressions stay as they are. A line end stays where it could stand for a semicolon.
    """
    lines = LEXEME.sub(lambda found: found["literal"] or ("\n" if found["end"] else ""), source).strip()
    return re.sub(r"(?<=[;{,(\[=?:&|>])\n|\n(?=[})\].?:&|,])", "", lines)


def squeeze_css(source: str) -> str:
    """Drops comments and the white space around punctuation (``calc`` keeps the spaces around + and -)."""
    flat = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", source, flags=re.S))
    return re.sub(r" ?([{};,]) ?|(?<=[\w-]): ", lambda found: found[1] or ":", flat).replace(";}", "}").strip()


def assemble() -> str:
    """Builds the script from the files as they are now."""
    style = squeeze_css((SOURCES / "style.css").read_text("utf-8"))
    parts = [squeeze_js((SOURCES / f"{part}.js").read_text("utf-8")) for part in PARTS]
    return "\n".join([PROLOGUE + f"const STYLE={json.dumps(style, ensure_ascii=False)};", *parts, EPILOGUE])


@cache
def script() -> Script:
    """Builds the script once per process.

    Returns:
        What a route needs to answer ``GET /widget/v1.js``.
    """
    body = assemble().encode("utf-8")
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Script(body=body, compressed=gzip.compress(body, 9, mtime=0), etag=etag)
