"""Who works here now, as routing and teams see them: those who may sign in."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.staff.model import StaffAccount
from desk.staff.roles import Permission, may


@dataclass(frozen=True)
class Colleague:
    """Somebody who works here and may sign in."""

    id: int
    name: str
    login: str
    role: str

    def may(self, permission: Permission) -> bool:
        """Return whether this person has the permission."""
        return may(self.role, permission)


def colleagues(session: Session) -> list[Colleague]:
    """Return everybody whose account is in use, in the order in which they came."""
    query = select(StaffAccount).where(StaffAccount.active.is_(True)).order_by(StaffAccount.id)
    return [Colleague(each.id, each.name, each.login, each.role) for each in session.scalars(query)]
