"""Compares the replies to a turn with what was expected of them."""

from typing import Any

from tests.dialogue_runner.deviation import Deviation
from tests.dialogue_runner.facts import Facts
from tests.dialogue_runner.play import Played
from tests.dialogue_runner.sample import CardsWanted, Expects
from tests.dialogue_runner.unfilled import Unfilled
from tests.dialogue_runner.words import Wanted
from tests.support.customer import texts

#: What no reply may show: names of responses, empty places, errors, references to keys.
ALWAYS = (r"/utter_\w/", "Traceback", "⟦", r"/\{\w+\}/", r"/\bNone\b/")


def turn(played: Played, facts: Facts, never: tuple[Wanted, ...]) -> list[Deviation]:
    """Return what is wrong with the replies to one turn."""
    expects = played.turn.expects
    heard, said = texts(played.heard), _short(played.shown)
    wrong: list[Deviation] = []

    for one in expects.contains:
        if not _holds(one, heard, facts):
            wrong.append(Deviation(one.place, f"a reply with {one.text}", _why(one, facts) or said))
    if expects.any_of and not any(_holds(one, heard, facts) for one in expects.any_of):
        given = " or ".join(one.text for one in expects.any_of)
        wrong.append(Deviation(expects.places["any_of"], f"a reply with {given}", said))
    always = [Wanted(text, played.turn.place) for text in ALWAYS]
    forbidden = [("no {} in the reply", expects.lacks), ("never {}", (*never, *always))]
    for words, texts_ in forbidden:
        wrong += [Deviation(one.place, words.format(one.text), said) for one in texts_ if _holds(one, heard, facts)]
    return [*wrong, *_understood(played), *_shape(expects, played, facts)]


def _holds(one: Wanted, heard: str, facts: Facts) -> bool:
    """Say whether a text stands in the reply; one with a placeholder for what there is not stands nowhere."""
    try:
        return one.within(heard, facts.value)
    except Unfilled:
        return False


def _why(one: Wanted, facts: Facts) -> str:
    """Return why a text cannot stand anywhere, if it cannot."""
    try:
        one.within("", facts.value)
    except Unfilled as problem:
        return str(problem)
    return ""


def _understood(played: Played) -> list[Deviation]:
    wrong, expects, nlu = [], played.turn.expects, played.nlu
    taken = str(nlu.get("intent"))
    if expects.intent and not {taken, taken.partition("/")[0]} & {*expects.intent}:
        came = f"it was taken for {nlu.get('intent') or 'nothing'} ({_share(nlu.get('confidence'))})"
        wrong.append(Deviation(expects.places["intent"], f"intent {' or '.join(expects.intent)}", came))
    if expects.mood and nlu.get("mood") not in expects.mood:
        came = f"it was taken for {nlu['mood']}" if nlu.get("mood") else "the bot told no mood"
        wrong.append(Deviation(expects.places["mood"], f"mood {' or '.join(expects.mood)}", came))
    if expects.wants_human is not None and (nlu.get("wants_human") or False) is not expects.wants_human:
        told = "a wish for a person" if expects.wants_human else "no wish for a person"
        wrong.append(Deviation(expects.places["wants_human"], told, "the bot understood otherwise"))
    return wrong


def _shape(expects: Expects, played: Played, facts: Facts) -> list[Deviation]:
    wrong = []
    count = len(played.heard)
    if expects.replies and not expects.replies[0] <= count <= expects.replies[1]:
        low, high = expects.replies
        told = f"{low}" if low == high else f"{low} to {high}"
        wrong.append(Deviation(expects.places["replies"], f"{told} replies", f"{count} came: {_short(played.shown)}"))
    titles = [button["title"] for entry in played.heard for button in entry["buttons"]]
    shown = f"the buttons are {', '.join(titles) or 'none'}"
    if expects.buttons == () and titles:
        wrong.append(Deviation(expects.places["buttons"], "no buttons", shown))
    for one in expects.buttons or ():
        if not any(one.is_all_of(title, facts.value) for title in titles):
            wrong.append(Deviation(one.place, f"a button {one.text}", shown))
    cards = [card for entry in played.shown for card in entry["cards"]]
    for kind, wanted in expects.cards.items():
        wrong += _cards(kind, wanted, [card for card in cards if kind in ("any", card.get("type"))], facts)
    return wrong


def _cards(kind: str, wanted: CardsWanted, cards: list[dict[str, Any]], facts: Facts) -> list[Deviation]:
    named = "" if kind == "any" else f"{kind} "
    if wanted.count is not None:
        if len(cards) == wanted.count:
            return []
        return [Deviation(wanted.place, f"{wanted.count} {named}cards", f"{len(cards)} came: {_of(cards)}")]
    field = "order_no" if kind == "order" else "product"
    shown = {card.get(field) for card in cards}
    fact = "no" if kind == "order" else "product"
    return [
        Deviation(wanted.place, f"the {named}card of order {name}", f"the cards are {_of(cards)}")
        for name in wanted.orders or ()
        if facts.value(f"order.{name}.{fact}") not in shown
    ]


def _of(cards: list[dict[str, Any]]) -> str:
    return "; ".join(f"{card.get('type')} {card.get('product')}" for card in cards) or "none"


def _short(shown: list[dict[str, Any]]) -> str:
    """Return what was said, as it may be printed, in one line."""
    said = texts([entry for entry in shown if entry["from"] != "customer"]).replace("\n", " ⏎ ")
    return f"it was: {said[:400]}{'…' if len(said) > 400 else ''}" if said else "nobody answered"


def _share(confidence: Any) -> str:
    return f"{confidence:.0%} sure" if isinstance(confidence, int | float) else "of unknown certainty"
