"""What an article of the knowledge base consists of. Each field is explained in docs/knowledge.md."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints

Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]
Texts = Annotated[tuple[Text, ...], Strict(False)]
Slug = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Audience = Literal["novice", "merchant"]
Owner = Literal["售后", "运营", "财务", "技术", "风控", "商户运营"]
Page = Literal["orders", "shop", "help", "merchant", "account", "ticket"]


class Part(BaseModel):
    """Nothing is guessed: no unknown fields, no conversions; never changed after reading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Link(Part):
    """A page of the shop that the article leads to."""

    text: Text
    to: Page


class Sop(Part):
    """A time limit (a name of policies.yml, as in `times.key_reissue`) and what must be done in it."""

    within: Text
    do: Text


class Article(Part):
    """One question and its answer in two wordings, with what customer, agent and shop do about it.

    `answer`, `merchant`, `steps`, `self_check`, `platform` and `remedy` may hold placeholders
    (`desk.knowledge.placeholders`). `platform` is for agents only. `audience` is who the article is for: all when
    left out. `review` is the date by which it has to be looked at again.
    """

    id: Slug
    question: Text
    also: Texts = ()
    keywords: Texts = ()
    answer: Text
    merchant: Text | None = None
    self_check: Texts = ()
    platform: Texts = ()
    remedy: Texts = ()
    steps: Texts = ()
    links: Annotated[tuple[Link, ...], Strict(False)] = ()
    pictures: Texts = ()
    video: Text | None = None
    intents: Texts = ()
    tags: Texts = ()
    audience: Audience | None = None
    sop: Sop | None = None
    owner: Owner
    review: date = Field(description="YYYY-MM-DD")

    @property
    def wordings(self) -> tuple[str, ...]:
        """All ways to ask the question; the first is the one that is shown."""
        return (self.question, *self.also)

    def said_to(self, audience: Audience) -> str:
        """Return the wording for an audience, placeholders and all."""
        return self.merchant if audience == "merchant" and self.merchant else self.answer

    @property
    def templates(self) -> dict[str, str]:
        """Every text that may hold placeholders, by its field (`steps.0`)."""
        texts = {"answer": self.answer, "merchant": self.merchant or ""}
        for name in ("self_check", "platform", "remedy", "steps"):
            texts |= {f"{name}.{place}": text for place, text in enumerate(getattr(self, name))}
        return texts
