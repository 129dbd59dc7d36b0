"""Cursors: where the next page begins, opaque to the caller."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

from desk.api.errors import BadCursor

_LARGEST = 2**31 - 1  # what the stores take as a number of a row


def of_number(number: int) -> str:
    """Return the cursor after a row that is numbered."""
    return _packed([number])


def number(cursor: str | None) -> int | None:
    """Return the number in a cursor; None for the first page.

    Raises:
        BadCursor: it holds none.
    """
    match _unpacked(cursor):
        case None:
            return None
        case [int(found)] if 0 <= found <= _LARGEST and not isinstance(found, bool):
            return found
    raise BadCursor


def of_moment(moment: datetime, key: str) -> str:
    """Return the cursor after a row that is known by its moment and, within that, its key."""
    return _packed([moment.isoformat(), key])


def moment(cursor: str | None) -> tuple[datetime, str] | None:
    """Return the moment and the key in a cursor; None for the first page.

    Raises:
        BadCursor: it holds none.
    """
    match _unpacked(cursor):
        case None:
            return None
        case [str(at), str(key)] if "\0" not in key:
            try:
                return datetime.fromisoformat(at).astimezone(UTC), key
            except (ValueError, OverflowError):
                raise BadCursor from None
    raise BadCursor


def _packed(values: list[str | int]) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _unpacked(cursor: str | None) -> object:
    if cursor is None:
        return None
    try:
        found: object = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:  # no base64, no UTF-8, no JSON
        raise BadCursor from None
    if found is None:
        raise BadCursor
    return found
