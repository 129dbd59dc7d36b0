"""The form of targets: classes of work as cards, and back."""

import re

from starlette.datastructures import FormData

from desk.sla.calendars import Calendars
from desk.sla.targets import Kind, Sla, SlaClass, Subject
from desk.texts import table
from desk.web.workbench.cards import Card, checked, read_cards
from desk.web.workbench.pages import label

LISTS = ("reasons", "kinds", "handoff_priorities", "ticket_priorities")
_SEPARATOR = re.compile(r"[\s,，、;；]+")
_STEP = re.compile(r"(\d{1,7})\s*(秒|分钟|分|小时)?\s*后?\s*[:：]?\s*(\S+)")
_SECONDS = {"秒": 1, "分钟": 60, "分": 60, "小时": 3600, None: 1}


def class_cards(document: Sla) -> list[Card]:
    """Return a card for each class, in their order."""
    return [_card(number, each) for number, each in enumerate(document.classes)]


def read_targets(form: FormData, calendars: Calendars) -> tuple[list[Card], Sla | None]:
    """Return the cards of a form and the document that they make; None where a card has something wrong."""
    cards = read_cards(form, "s", LISTS)
    cards.sort(key=_place)
    made: list[SlaClass] = []
    for card in cards:
        found = _class(card)
        if found is not None and found.name in {each.name for each in made}:
            card.errors["name"] = label("wrong.twice")
        for name in ("calendar", "solved_calendar"):
            if card.get(name) not in calendars.calendars:
                card.errors[name] = label("sla.no_calendar")
        if found is not None:
            made.append(found)
    if not cards:
        cards = [Card("s0", errors={"name": label("wrong.too_short")})]
    if any(card.errors for card in cards):
        return cards, None
    return cards, Sla(classes=tuple(made))


def spoken(seconds: int) -> str:
    """Return a length as people write it: 90秒, 5分钟, 24小时."""
    for unit, length in (("小时", 3600), ("分钟", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}秒"


def _card(number: int, each: SlaClass) -> Card:
    words = table("sla")
    steps = [f"{spoken(step.after)}后 {words[f'step.{step.do}']}" for step in each.steps]
    return Card(
        f"s{number}",
        {
            "name": each.name,
            "title": each.title,
            "place": str(number + 1),
            "subject": each.subject,
            "problems": "，".join(each.problems),
            "calendar": each.calendar,
            "solved_calendar": each.solved_calendar,
            **{kind: each.target(kind) or "" for kind in Kind},
            "warn_percent": str(each.warn_percent),
            "steps": "\n".join(steps),
        },
        {
            "reasons": list(each.reasons),
            "kinds": list(each.kinds),
            f"{each.subject}_priorities": list(each.priorities),
        },
    )


def _class(card: Card) -> SlaClass | None:
    subject = card.get("subject")
    of_ticket = subject == Subject.TICKET
    steps = _steps(card)
    return checked(
        card,
        SlaClass,
        {
            **{name: card.get(name) for name in ("name", "title", "subject", "calendar", "solved_calendar")},
            "reasons": [] if of_ticket else card.picked.get("reasons", []),
            "kinds": card.picked.get("kinds", []) if of_ticket else [],
            "problems": [word for word in _SEPARATOR.split(card.get("problems")) if word] if of_ticket else [],
            "priorities": card.picked.get(f"{subject}_priorities", []),
            **{kind: card.get(kind) or None for kind in Kind},
            "warn_percent": card.get("warn_percent"),
            "steps": steps,
        },
        {(): "steps"},
    )


def _steps(card: Card) -> list[dict[str, object]]:
    named = {table("sla")[f"step.{do}"]: do for do in ("raise", "supervisor", "reassign")}
    steps: list[dict[str, object]] = []
    for line in card.get("steps").splitlines():
        read = _STEP.fullmatch(line.strip())
        if read and read[3] in named:
            steps.append({"after": int(read[1]) * _SECONDS[read[2]], "do": named[read[3]]})
        elif line.strip():
            card.errors["steps"] = label("sla.bad_step").replace("{line}", line.strip()[:40])
    return steps


def _place(card: Card) -> tuple[int, int]:
    place = card.get("place")
    return int(place) if place.isdecimal() and len(place) < 5 else 9999, int(card.mark[1:])
