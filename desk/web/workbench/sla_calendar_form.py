"""The form of calendars and public holidays: the document as cards, and back."""

import re
from collections.abc import Mapping

from starlette.datastructures import FormData

from desk.sla.calendars import Calendar, Calendars, Year, check_year
from desk.sla.targets import Sla
from desk.web.workbench.cards import Card, checked, read_cards
from desk.web.workbench.pages import label

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,19}")
_YEAR = re.compile(r"20\d\d")
_SEPARATOR = re.compile(r"[\s,，、;；]+")
_PLACES: Mapping[tuple[object, ...], str] = {("week", n): name for n, name in enumerate(WEEK)}


def calendar_cards(document: Calendars) -> list[Card]:
    """Return a card for each calendar."""
    return [
        Card(
            f"k{number}",
            {
                "name": name,
                "title": each.title,
                **dict(zip(WEEK, each.week, strict=True)),
                "holiday": label("sla.as_usual") if each.holiday is None else each.holiday,
                "makeup": label("sla.as_usual") if each.makeup is None else each.makeup,
            },
        )
        for number, (name, each) in enumerate(document.calendars.items())
    ]


def year_cards(document: Calendars) -> list[Card]:
    """Return a card for each year, the newest first."""
    return [
        Card(
            f"y{number}",
            {
                "name": str(year),
                "source": each.source,
                "holidays": "\n".join(each.holidays),
                "workdays": "\n".join(each.workdays),
            },
        )
        for number, (year, each) in enumerate(sorted(document.years.items(), reverse=True))
    ]


def read_calendars(form: FormData, sla: Sla) -> tuple[list[Card], list[Card], Calendars | None]:
    """Return the cards of a form and the document that they make; None where a card has something wrong.

    Args:
        sla: the targets; a calendar that they use cannot be deleted.
    """
    calendars, years = read_cards(form, "k"), read_cards(form, "y")
    made: dict[str, Calendar] = {}
    for card in calendars:
        name = card.get("name")
        if not _NAME.fullmatch(name):
            card.errors["name"] = label("wrong.string_pattern_mismatch")
        elif name in made:
            card.errors["name"] = label("wrong.twice")
        elif found := checked(card, Calendar, _calendar(card), _PLACES):
            made[name] = found
    numbered: dict[int, Year] = {}
    for card in years:
        if found_year := _year(card, numbered):
            numbered[int(card.get("name"))] = found_year
    if not calendars:
        calendars = [Card("k0", errors={"name": label("wrong.too_short")})]
    if any(card.errors for card in (*calendars, *years)):
        return calendars, years, None
    used = {name: each.title for each in sla.classes for name in (each.calendar, each.solved_calendar)}
    if missing := [name for name in used if name not in made]:
        text = label("sla.calendar_used").replace("{name}", missing[0]).replace("{title}", used[missing[0]])
        calendars[0].errors["name"] = text
        return calendars, years, None
    return calendars, years, Calendars(calendars=made, years=numbered)


def _calendar(card: Card) -> dict[str, object]:
    usual = label("sla.as_usual")
    special = {name: None if card.get(name) == usual else card.get(name) for name in ("holiday", "makeup")}
    return {"title": card.get("title"), "week": [card.get(day) for day in WEEK], **special}


def _year(card: Card, others: Mapping[int, Year]) -> Year | None:
    if not _YEAR.fullmatch(card.get("name")):
        card.errors["name"] = label("wrong.year")
        return None
    number = int(card.get("name"))
    if number in others:
        card.errors["name"] = label("wrong.twice")
        return None
    lists = {name: [day for day in _SEPARATOR.split(card.get(name)) if day] for name in ("holidays", "workdays")}
    found = checked(card, Year, {"source": card.get("source"), **lists}, {})
    if found is not None:
        try:
            check_year(number, found)
        except ValueError as wrong:
            card.errors["holidays"] = str(wrong)
            return None
    return found
