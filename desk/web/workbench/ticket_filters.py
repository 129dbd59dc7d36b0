"""The filters of the list, as they stand in its address."""

from dataclasses import asdict, dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from desk.tickets import labels
from desk.tickets.listing import ALL, LONGEST_SEARCH, NOBODY, UNFINISHED_KEY, Wanted
from desk.tickets.model import Priority, TicketStatus

ME, NONE = "me", "none"
VIEWS = ("overdue", "urged", "watched", "reopened")


@dataclass(frozen=True)
class Filters:
    """What the list shows; values that do not exist count as not chosen.

    assignee: "me", "none" or an id. view: one of `VIEWS`.
    """

    status: str = UNFINISHED_KEY
    kind: str = ""
    group: str = ""
    priority: str = ""
    assignee: str = ""
    view: str = ""
    q: str = ""
    page: int = 1

    def wanted(self, me: int, late: tuple[int, ...] | None = None) -> Wanted:
        """Return what the tickets room is asked for, for the one who looks; `late` as of `Wanted`."""
        who = {ME: me, NONE: NOBODY, "": None}.get(self.assignee, int(self.assignee or 0) if self.by_id else None)
        return Wanted(
            status=self.status,
            kind=self.kind,
            group=self.group,
            priority=self.priority,
            assignee=who,
            watcher=me if self.view == "watched" else None,
            overdue=self.view == "overdue",
            late=late,
            urged=self.view == "urged",
            reopened=self.view == "reopened",
            text=self.q,
        )

    @property
    def by_id(self) -> bool:
        """Whether a certain colleague's tickets are wanted."""
        return self.assignee not in (ME, NONE, "")

    @property
    def chosen(self) -> bool:
        """Whether anything is left out that usually stands in the list."""
        return self.query(1) != ""

    def query(self, page: int) -> str:
        """Return the part of the address after the question mark, for a page of this list."""
        usual = {"status": UNFINISHED_KEY, "page": 1}
        fields = asdict(self) | {"page": page}
        return urlencode({name: value for name, value in fields.items() if value and value != usual.get(name)})


def _filters(
    status: str = UNFINISHED_KEY,
    kind: str = "",
    group: str = "",
    priority: str = "",
    assignee: str = "",
    view: str = "",
    q: str = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Filters:
    known = assignee in (ME, NONE) or (assignee.isascii() and assignee.isdigit() and len(assignee) < 10)
    if status == "overdue":  # the way it stands in links of the page of promised times
        status, view = UNFINISHED_KEY, "overdue"
    return Filters(
        status=status if status in {ALL, *TicketStatus} else UNFINISHED_KEY,
        kind=kind if kind in labels.kinds() else "",
        group=group if group in labels.groups() else "",
        priority=priority if priority in list(Priority) else "",
        assignee=assignee if known else "",
        view=view if view in VIEWS else "",
        q=q.strip()[:LONGEST_SEARCH],
        page=page,
    )


TheFilters = Annotated[Filters, Depends(_filters)]
