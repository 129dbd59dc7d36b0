"""What is promised to whom: the document `sla`, classes of work with their targets and what a late one sets off."""

import re
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from desk.options.service import Options
from desk.policies.model import Policy, Times

_LENGTH = re.compile(r"(\d{1,5})\s*(秒|分钟|分|小时|天)(?:内|以内)?")
_POLICY = re.compile(r"(times|facts)\.([a-z][a-z0-9_]*)")
_SECONDS = {"秒": 1, "分钟": 60, "分": 60, "小时": 3600, "天": 86400}
_MINUTE = 60


class Kind(StrEnum):
    """What a clock waits for: the first word, the next word, the solution, the call back after it."""

    FIRST = "first"
    NEXT = "next"
    SOLVED = "solved"
    CALLBACK = "callback"


class Subject(StrEnum):
    """What a clock is about."""

    HANDOFF = "handoff"
    TICKET = "ticket"


def _target(text: str) -> str:
    text = text.strip()
    if named := _POLICY.fullmatch(text):
        if named[1] == "times" and named[2] not in Times.model_fields:
            raise ValueError(f"policies.yml 的 times 里没有 {named[2]}")
    elif not _length(text):
        raise ValueError("请写成 30秒、5分钟、24小时，或 policies.yml 里的 times.名字、facts.名字")
    return text


Target = Annotated[str, AfterValidator(_target)]
Word = Annotated[str, Field(min_length=1, max_length=40)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Part):
    """What is done so many seconds of business time after a breach."""

    after: int = Field(ge=0, le=30 * 86400)
    do: Literal["raise", "supervisor", "reassign"]


class SlaClass(_Part):
    """Work that is promised the same. Of the lists, an empty one fits everything.

    `calendar` is for answers, `solved_calendar` for the solution. `warn_percent` is the share of a target's time
    after which is warned.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")
    title: str = Field(min_length=1, max_length=20)
    subject: Subject
    reasons: tuple[Word, ...] = ()
    kinds: tuple[Word, ...] = ()
    problems: tuple[Word, ...] = ()
    priorities: tuple[Word, ...] = ()
    calendar: str
    solved_calendar: str = "always"
    first: Target | None = None
    next: Target | None = None
    solved: Target | None = None
    callback: Target | None = None
    warn_percent: int = Field(default=75, ge=10, le=99)
    steps: tuple[Step, ...] = Field(default=(), max_length=6)

    @model_validator(mode="after")
    def _in_order(self) -> "SlaClass":
        if [step.after for step in self.steps] != sorted(step.after for step in self.steps):
            raise ValueError("升级步骤要按时间从早到晚写")
        return self

    def target(self, kind: Kind) -> str | None:
        """Return what is promised for a kind of clock, if anything."""
        found: str | None = getattr(self, kind)
        return found

    def calendar_of(self, kind: Kind) -> str:
        """Return the name of the calendar on which a kind of clock runs."""
        return self.solved_calendar if kind == Kind.SOLVED else self.calendar


class Sla(Options):
    """All classes; the first one that fits counts."""

    NAME: ClassVar[str] = "sla"

    classes: tuple[SlaClass, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _named_once(self) -> "Sla":
        names = [each.name for each in self.classes]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"类别重名：{'、'.join(sorted(twice))}")
        return self

    def of_handoff(self, reason: str, priority: str) -> SlaClass | None:
        """Return the class of a hand-off."""
        return self._first(Subject.HANDOFF, reasons=reason, priorities=priority)

    def of_ticket(self, kind: str, problem: str, priority: str) -> SlaClass | None:
        """Return the class of a ticket; `problem` is what its `dedupe` begins with."""
        return self._first(Subject.TICKET, kinds=kind, problems=problem, priorities=priority)

    def named(self, name: str) -> SlaClass | None:
        """Return a class by its name."""
        return next((each for each in self.classes if each.name == name), None)

    def _first(self, subject: Subject, **given: str) -> SlaClass | None:
        for each in self.classes:
            lists = {name: getattr(each, name) for name in given}
            if each.subject == subject and all(not lists[name] or given[name] in lists[name] for name in given):
                return each
        return None


def seconds(target: str, policy: Policy) -> int | None:
    """Return a target in seconds; None when it names a fact of policies.yml that is no length of time."""
    named = _POLICY.fullmatch(target)
    if named is None:
        return _length(target)
    if named[1] == "times":
        return int(getattr(policy.times, named[2])) * _MINUTE
    return _length(policy.facts.get(named[2], ""))


def _length(text: str) -> int | None:
    read = _LENGTH.fullmatch(text.strip())
    return int(read[1]) * _SECONDS[read[2]] or None if read else None
