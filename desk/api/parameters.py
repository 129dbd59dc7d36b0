"""Parameters that many routes have."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict

ID = r"^[\w.:@+-]{1,80}$"  # what no store chokes on

ConversationId = Annotated[str, Path(pattern=r"^[\w-]{1,40}$", examples=["c_3kf0"])]
TicketNumber = Annotated[str, Path(pattern=r"^[\w-]{1,40}$", examples=["T20261121-0042"])]
CustomerId = Annotated[str, Path(pattern=ID, examples=["u1001"])]
WebhookId = Annotated[str, Path(pattern=r"^[\w-]{1,40}$", examples=["wh_8Zb1"])]
DeliveryId = Annotated[int, Path(ge=1, le=2**31 - 1)]


class Wanted(BaseModel):
    """What is wanted of a list. An unknown name is refused: a misspelt filter would give everything."""

    model_config = ConfigDict(extra="forbid")


Cursor = Annotated[
    str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,200}$", description="`next_cursor` of the page before this one")
]
Limit = Annotated[int, Query(ge=1, le=100, description="the most items on a page")]
Filter = Annotated[str | None, Query(pattern=ID)]
Since = Annotated[
    AwareDatetime | None,
    Query(
        ge=datetime(2000, 1, 1, tzinfo=UTC),
        le=datetime(2999, 1, 1, tzinfo=UTC),
        description="only what changed after this moment, with a zone",
        examples=["2026-11-21T08:00:00Z"],
    ),
]
