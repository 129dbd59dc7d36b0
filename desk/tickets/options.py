"""What operators set about tickets in pages: the rules of closing, and macros."""

from datetime import timedelta
from string import Formatter
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from desk.options.service import Options
from desk.tickets import labels
from desk.tickets.model import Priority, TicketStatus

Line = Annotated[str, Field(min_length=1, max_length=40)]
VARIABLES = ("customer", "order_no", "ticket_no", "agent")


class TicketRules(Options):
    """When a ticket may be closed.

    confirm_hours: how long the customer's answer is waited for after a ticket was solved.
    unasked_kinds: kinds that nobody has to confirm.
    report_kinds: kinds that need a report; report_reopened: kinds that do once reopened so often.
    """

    NAME: ClassVar[str] = "tickets"

    confirm_hours: int = Field(ge=1, le=720)
    unasked_kinds: tuple[str, ...]
    report_kinds: tuple[str, ...]
    report_reopened: dict[str, Annotated[int, Field(ge=1, le=20)]]

    @property
    def confirm_span(self) -> timedelta:
        """How long the customer's answer is waited for."""
        return timedelta(hours=self.confirm_hours)

    @field_validator("unasked_kinds", "report_kinds", "report_reopened")
    @classmethod
    def _known(cls, value: tuple[str, ...] | dict[str, int]) -> tuple[str, ...] | dict[str, int]:
        if strange := [kind for kind in value if kind not in labels.kinds()]:
            raise ValueError(f"没有这种工单类型：{'、'.join(strange)}")
        return value


class Macro(BaseModel):
    """What one click does with a ticket: all that is not empty. `reply` may hold {customer} and the like."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[a-z0-9_]{1,30}$")
    name: Line
    reply: str = Field(default="", max_length=1000)
    note: str = Field(default="", max_length=1000)
    status: TicketStatus | None = None
    priority: Priority | None = None
    group: str | None = None

    @field_validator("reply", "note")
    @classmethod
    def _variables(cls, value: str) -> str:
        try:
            fields = [(name, spec or how) for _, name, spec, how in Formatter().parse(value) if name is not None]
        except ValueError:
            raise ValueError("花括号没有成对") from None
        if strange := [name for name, more in fields if more or name not in VARIABLES]:
            raise ValueError(f"没有这个变量：{'、'.join(f'{{{name}}}' for name in strange)}")
        return value

    @model_validator(mode="after")
    def _does_something(self) -> "Macro":
        if self.status == TicketStatus.CLOSED:
            raise ValueError("快捷操作不能关闭工单")
        if self.group is not None and self.group not in labels.groups():
            raise ValueError("没有这个小组")
        if not (self.reply or self.note or self.status or self.priority or self.group):
            raise ValueError("至少要填一项内容")
        return self


class Macros(Options):
    """All macros, in the order in which they are shown."""

    NAME: ClassVar[str] = "macros"

    macros: tuple[Macro, ...] = Field(max_length=60)

    @model_validator(mode="after")
    def _named_once(self) -> "Macros":
        keys = [macro.key for macro in self.macros]
        if len(keys) != len(set(keys)):
            raise ValueError("有重复的快捷操作")
        return self
