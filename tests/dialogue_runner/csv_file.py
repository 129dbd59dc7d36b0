"""Reads a CSV of transcripts: who, says, and where known intent and sample."""

import csv
import io
from collections.abc import Iterator

from tests.dialogue_runner.marked import Mistake, Place, nearest
from tests.dialogue_runner.sample import Expects, Sample, Turn

COLUMNS = ("sample", "who", "says", "intent")
_ALSO = {"谁": "who", "角色": "who", "内容": "says", "说": "says", "意图": "intent", "样本": "sample", "会话": "sample"}
_WHO = {
    **dict.fromkeys(("customer", "user", "顾客", "客户", "用户", "买家"), "customer"),
    **dict.fromkeys(("bot", "agent", "机器人", "客服", "小卡"), "bot"),
}


def samples(file: str, text: str, intents: list[str]) -> tuple[list[Sample], list[Mistake]]:
    """Return the transcripts of a file as samples of an anonymous customer, and what is wrong in it.

    A transcript with a mistake is not played, the others are.
    """
    try:
        rows = list(_rows(file, text))
    except Mistake as mistake:
        return [], [mistake]
    mistakes: list[Mistake] = []
    spoilt: set[str] = set()
    talks: dict[str, list[Turn]] = {}
    for place, row in rows:
        name = row.get("sample", "") or "1"
        try:
            _add(talks.setdefault(name, []), place, row, intents)
        except Mistake as mistake:
            mistakes.append(mistake)
            spoilt.add(name)
    for name, talk in talks.items():
        if name not in spoilt and not any(turn.texts for turn in talk):
            mistakes.append(Mistake(talk[0].place if talk else Place(file, 1), f"sample {name!r}: no customer speaks."))
            spoilt.add(name)
    found = [Sample(f"{name}", talk[0].place, tuple(talk)) for name, talk in talks.items() if name not in spoilt]
    if not rows:
        mistakes.append(Mistake(Place(file, 1), "there is nothing below the heading."))
    return found, mistakes


def _add(talk: list[Turn], place: Place, row: dict[str, str], intents: list[str]) -> None:
    who = _WHO.get(row["who"].strip().lower())
    says, intent = row["says"].strip(), row.get("intent", "").strip()
    if who is None:
        raise Mistake(place, f"`who` is customer or bot, not {row['who']!r}.{nearest(row['who'], _WHO)}")
    if not says:
        raise Mistake(place, "`says` is empty.")
    if who == "bot":
        if talk:
            last = talk[-1]
            talk[-1] = Turn(last.place, last.act, last.texts, expects=last.expects, recorded=(*last.recorded, says))
        return
    if intent and intent not in intents:
        raise Mistake(place, f"intent {intent!r} is not known.{nearest(intent, intents)}")
    places = {"intent": place} if intent else {}
    talk.append(Turn(place, "says", (says,), expects=Expects(intent=(intent,) if intent else (), places=places)))


def _rows(file: str, text: str) -> Iterator[tuple[Place, dict[str, str]]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    line = 1
    try:
        for row in reader:
            place, line = Place(file, line), reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not columns:
                columns = _columns(place, row)
            elif len(row) != len(columns):
                told = f"{len(row)} columns, the heading has {len(columns)}"
                raise Mistake(place, f"{told}: a text with a comma needs quotes.")
            else:
                yield place, dict(zip(columns, row, strict=True))
    except csv.Error as error:
        raise Mistake(Place(file, reader.line_num), f"this is no CSV: {error}.") from None


def _columns(place: Place, row: list[str]) -> list[str]:
    columns = [_ALSO.get(cell.strip(), cell.strip().lower()) for cell in row]
    for column in columns:
        if column not in COLUMNS:
            raise Mistake(place, f"there is no column {column!r}.{nearest(column, COLUMNS)}")
    if missing := {"who", "says"} - set(columns):
        raise Mistake(place, f"the heading lacks {' and '.join(sorted(missing))}; it is {','.join(COLUMNS)}.")
    if len(set(columns)) < len(columns):
        raise Mistake(place, "a column stands twice in the heading.")
    return columns
