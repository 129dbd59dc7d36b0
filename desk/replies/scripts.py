"""The document of canned scripts, and the variables in them."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from desk.options.service import Options

VARIABLES = ("客户", "订单号", "商品", "客服", "工单号")
VARIABLE = re.compile(r"\{([^{}\n]{1,20})\}")

Profile = Literal["novice", "merchant", "vip", "elderly"]
Mood = Literal["calm", "anxious", "angry"]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


class Script(BaseModel):
    """One script. `keys` are words to find it by; empty `profiles`, `moods` or `intents` fit everybody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    group: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]
    keys: tuple[Word, ...] = Field((), max_length=10)
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
    profiles: tuple[Profile, ...] = ()
    moods: tuple[Mood, ...] = ()
    intents: tuple[Annotated[str, StringConstraints(max_length=60)], ...] = ()

    @model_validator(mode="after")
    def _known(self) -> "Script":
        strange = [name for name in VARIABLE.findall(self.text) if name not in VARIABLES]
        if strange:
            raise ValueError(f"没有 {{{strange[0]}}} 这个变量，能用的有：{'、'.join(VARIABLES)}")
        return self


class Scripts(Options):
    """All scripts, in the order in which they are listed."""

    NAME: ClassVar[str] = "scripts"

    scripts: tuple[Script, ...] = Field(max_length=1000)

    @model_validator(mode="after")
    def _named_once(self) -> "Scripts":
        ids = [script.id for script in self.scripts]
        if twice := sorted({each for each in ids if ids.count(each) > 1}):
            raise ValueError(f"编号重复：{'、'.join(twice)}")
        return self


def fill(text: str, known: Mapping[str, str]) -> str:
    """Return a script with what is known in place of its variables; the others stay as they are."""
    return VARIABLE.sub(lambda found: known.get(found[1], found[0]), text)


def unfilled(text: str) -> list[str]:
    """Return the variables that are still in a text, each once."""
    return list(dict.fromkeys(name for name in VARIABLE.findall(text) if name in VARIABLES))
