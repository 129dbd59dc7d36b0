"""Which products a customer means by a few words."""

import re
from collections.abc import Iterable

from desk.shop.embedded.model import ShopProduct

_PIECE = re.compile(r"[a-z]+|\d+|[^\sa-z\d]+")


def best(rows: Iterable[ShopProduct], query: str) -> list[ShopProduct]:
    """Return the products that the words may mean, the likeliest first; all for an empty query."""
    wanted = _plain(query)
    if not wanted:
        return list(rows)
    scored = [(_score(row, wanted, query.lower()), row) for row in rows]
    return [row for score, row in sorted(scored, key=lambda pair: -pair[0]) if score > 0]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def _score(row: ShopProduct, wanted: str, query: str) -> int:
    """Return 0 for no match; more for longer names found and for the right face value."""
    names = [_plain(name) for name in (row.name, *row.aliases)]
    inside = max((len(name) for name in names if name in wanted), default=0)  # 我买的steam充值卡没到
    around = len(wanted) if any(wanted in name for name in names) else 0  # 充值卡
    face = any(_plain(value) in wanted for value in row.face_values)
    pieces = _PIECE.findall(query)
    scattered = sum(map(len, pieces)) if all(any(p in n for n in names) for p in pieces) else 0
    found = max(inside, around, scattered)
    return found * 2 + face if found else 0
