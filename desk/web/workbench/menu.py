"""The pages of the workbench's main menu, in their order, each for those who may use it."""

from dataclasses import dataclass

from desk.staff.roles import Permission
from desk.staff.service import SignedIn


@dataclass(frozen=True)
class Item:
    """A menu item; `section` is what its page calls itself, its word is the label `menu.<section>`."""

    section: str
    path: str
    needs: Permission | None = None


ITEMS = (
    Item("board", "/desk"),
    Item("tickets", "/desk/tickets"),
    Item("customers", "/desk/customers", Permission.SEE_CUSTOMERS),
    Item("approvals", "/desk/approvals", Permission.APPROVE),
    Item("sla", "/desk/sla", Permission.SEE_TEAM),
    Item("team", "/desk/team", Permission.SEE_TEAM),
    Item("audit", "/desk/audit", Permission.SEE_AUDIT),
    Item("staff", "/desk/staff", Permission.MANAGE_STAFF),
    Item("scripts", "/desk/scripts", Permission.EDIT_SCRIPTS),
    Item("api", "/desk/api", Permission.MANAGE_STAFF),
)


def of(staff: SignedIn) -> list[Item]:
    """Return the items for somebody who is signed in."""
    return [item for item in ITEMS if item.needs is None or staff.may(item.needs)]
