"""What counts at this moment: both documents and the policy whose promises they name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desk.options.service import current
from desk.policies.model import Policy
from desk.sla.calendars import Calendars
from desk.sla.hours import Hours, hours_of
from desk.sla.targets import Kind, Sla, seconds
from desk.texts import table


@dataclass(frozen=True)
class Rules:
    """Targets, calendars and policy, as they are now."""

    sla: Sla
    calendars: Calendars
    policy: Policy

    def hours(self, calendar: str) -> Hours:
        """Return the hours of a calendar."""
        return hours_of(self.calendars, calendar)

    def faults(self, moment: datetime) -> list[str]:
        """Return what somebody should set right, in words: holidays not entered, promises without a time."""
        words = table("sla")
        found = [words["fault.year"].format(year=year) for year in self.calendars.unpublished(moment)]
        for each in self.sla.classes:
            for kind in Kind:
                target = each.target(kind)
                if target is not None and seconds(target, self.policy) is None:
                    found.append(words["fault.target"].format(title=each.title, target=target))
        return found


def rules(session: Session, policy: Policy) -> Rules:
    """Read both documents."""
    return Rules(current(session, Sla), current(session, Calendars), policy)
