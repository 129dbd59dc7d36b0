"""Everything that is wrong with the knowledge base, and how many articles each group has."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.knowledge.faults import Fault
from desk.knowledge.service import Knowledge
from desk.texts import table


@dataclass(frozen=True)
class Report:
    """What `check` found; `groups` counts articles."""

    faults: tuple[Fault, ...]
    groups: dict[str, int]

    @property
    def failed(self) -> bool:
        """Whether anything keeps an article from being used."""
        return any(not fault.warning for fault in self.faults)


def check(session: Session, knowledge: Knowledge) -> Report:
    """Read everything, and fill every placeholder of every article."""
    snapshot = knowledge.library.snapshot()
    faults = list(snapshot.faults)
    for entry, field, name in knowledge.unfilled(session):
        reason = f"{field}：{{{name}}} 在 policies.yml 或商品目录里没有，这一篇没有发布"
        faults.append(Fault(entry.file, entry.line, entry.article.id, reason))
    groups = Counter(entry.group for entry in snapshot.entries)
    for group in groups:
        if f"group.{group}" not in table("knowledge"):
            faults.append(Fault(f"{group}/", 0, "", f"desk/texts/knowledge.yml 里缺少 group.{group}"))
    return Report(tuple(faults), dict(sorted(groups.items())))
