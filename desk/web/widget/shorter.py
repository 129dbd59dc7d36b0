"""Shortens the names of the widget's functions and constants, which are a good part of the script's weight.

A name that the source uses as a name only — never as a property, a key or in a string — can be replaced everywhere at
once, whatever the scopes. Only names with a capital letter are looked at: no word of a text or a style looks like one.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, product
from string import ascii_letters, ascii_uppercase

_DECLARED = re.compile(r"^(?:(?:async )?function|const|let|class) (\w*[A-Z]\w*)", re.MULTILINE)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def declared(sources: Iterable[str]) -> list[str]:
    """Return the names that source files give at their outermost level."""
    return [name for source in sources for name in _DECLARED.findall(source)]


def shortened(script: str, names: Iterable[str]) -> str:
    """Return the script with one or two letters in place of each name for which that is safe.

    Args:
        script: the sources as one, without comments.
    """
    bare = _STRING.sub('""', script)
    fresh = _fresh(set(re.findall(r"\w+", script)))
    for name in sorted(names, key=lambda name: -bare.count(name)):  # the frequent ones get one letter
        word = re.compile(rf"\b{name}\b")
        in_string = len(word.findall(bare)) != len(word.findall(script))
        # Beside a colon, or alone between commas, it may be a key.
        as_key = re.search(rf"(?<!\.\.)\.{name}\b|\b{name}\s*:|[{{,]\s*{name}\s*[,}}]", bare)
        if not in_string and not as_key:
            script = word.sub(next(fresh), script)
    return script


def _fresh(used: set[str]) -> Iterator[str]:
    """Give names that are not used, the shortest first; two letters can be `in`, `do` or `if`, hence the capitals."""
    pairs = ("".join(pair) for pair in product(ascii_uppercase, ascii_letters))
    return (name for name in chain(ascii_letters, pairs) if name not in used)
