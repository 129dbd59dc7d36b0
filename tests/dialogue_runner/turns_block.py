"""Reads a sample's `turns`: what is said and done, and what is expected of the replies."""

import re

from tests.dialogue_runner.marked import Item, nearest
from tests.dialogue_runner.sample import CardsWanted, Expects, Turn
from tests.dialogue_runner.words import Wanted, length, wanted

ACTS = ("says", "press", "pick", "waits", "agent")
TURN = (*ACTS, "expects", "recorded")
_AGENT = ("does", "says")
_DOES = ("take", "answer", "return", "close")
EXPECTS = ("contains", "any_of", "lacks", "intent", "mood", "wants_human", "buttons", "cards", "replies")
_MOODS = ("calm", "anxious", "angry")
_RANGE = re.compile(r"(\d+)(?:\.\.(\d+))?")
_CARDS = ("order", "key")


def turns(item: Item, orders: list[str], intents: list[str]) -> tuple[Turn, ...]:
    """Read the block."""
    if not item.is_list or not item.items():
        raise item.wrong("`turns` must be a list of what is said.")
    return tuple(_turn(one, orders, intents) for one in item.items())


def _turn(item: Item, orders: list[str], intents: list[str]) -> Turn:
    if not item.is_map:
        return Turn(item.place, "says", (item.text("what is said"),))
    found = item.fields(TURN, "a turn")
    acts = [act for act in ACTS if act in found]
    if len(acts) != 1:
        raise item.wrong(f"a turn has one of {', '.join(ACTS)}; this one has {', '.join(acts) or 'none'}.")
    (act,) = acts
    expects = _expects(found["expects"], orders, intents) if "expects" in found else Expects()
    recorded = tuple(one.text("`recorded`") for one in found["recorded"].items()) if "recorded" in found else ()
    value = found[act]
    if act == "waits":
        if "expects" in found:
            raise found["expects"].wrong("nobody answers while time passes: `expects` belongs to what is said.")
        return Turn(item.place, act, time=length(value, "`waits`"))
    if act == "agent":
        return _agent(item, value, expects)
    texts = tuple(one.text(f"`{act}`") for one in value.items())
    if act != "says" and len(texts) != 1:
        raise value.wrong(f"`{act}` is one text.")
    if act == "pick" and texts[0] not in orders:
        raise value.wrong(f"`pick` names an order of the shop; {texts[0]!r} is none.{nearest(texts[0], orders)}")
    return Turn(item.place, act, texts, expects=expects, recorded=recorded)


def _agent(item: Item, value: Item, expects: Expects) -> Turn:
    if not value.is_map:
        return Turn(item.place, "agent", (value.text("`agent`"),), does="answer", expects=expects)
    found = value.fields(_AGENT, "`agent`")
    does = found["does"].one_of(_DOES, "`does`") if "does" in found else "answer"
    says = (found["says"].text("`says`"),) if "says" in found else ()
    if (does == "answer") != bool(says):
        raise value.wrong("`agent` needs `says` to answer, and only then.")
    return Turn(item.place, "agent", says, does=does, expects=expects)


def _expects(item: Item, orders: list[str], intents: list[str]) -> Expects:
    found = item.fields(EXPECTS, "`expects`")
    texts = {name: wanted(found[name], f"`{name}`") for name in ("contains", "any_of", "lacks") if name in found}
    return Expects(
        **texts,
        intent=tuple(one.one_of(intents, "intent") for one in found["intent"].items()) if "intent" in found else (),
        mood=tuple(one.one_of(_MOODS, "mood") for one in found["mood"].items()) if "mood" in found else (),
        wants_human=found["wants_human"].yes("`wants_human`") if "wants_human" in found else None,
        buttons=_buttons(found["buttons"]) if "buttons" in found else None,
        cards=_cards(found["cards"], orders) if "cards" in found else {},
        replies=_range(found["replies"]) if "replies" in found else None,
        places={name: one.place for name, one in found.items()},
    )


def _buttons(item: Item) -> tuple[Wanted, ...]:
    if item.is_list and not item.items():
        return ()
    return () if not item.is_list and item.text("`buttons`") == "none" else wanted(item, "`buttons`")


def _cards(item: Item, orders: list[str]) -> dict[str, CardsWanted]:
    if not item.is_map:
        given = item.text("`cards`")
        return {"any": CardsWanted(item.place, 0 if given == "none" else item.whole("`cards`"))}
    return {name: _cards_of(one, orders) for name, one in item.fields(_CARDS, "`cards`").items()}


def _cards_of(item: Item, orders: list[str]) -> CardsWanted:
    texts = [one.text("`cards`") for one in item.items()]
    if len(texts) == 1 and not item.is_list and texts[0].isdecimal():
        return CardsWanted(item.place, int(texts[0]))
    if texts == ["none"]:
        return CardsWanted(item.place, 0)
    for name in texts:
        if name not in orders:
            raise item.wrong(f"`cards` has a number or names of orders; {name!r} is none.{nearest(name, orders)}")
    return CardsWanted(item.place, orders=tuple(texts))


def _range(item: Item) -> tuple[int, int]:
    given = item.text("`replies`")
    found = _RANGE.fullmatch(given)
    if not found:
        raise item.wrong(f"`replies` is a number such as 1, or a range such as 1..3, not {given!r}.")
    return int(found[1]), int(found[2] or found[1])
