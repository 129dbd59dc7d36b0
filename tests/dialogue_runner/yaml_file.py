"""Reads a YAML file of samples: one sample, or a list of them."""

from functools import cache

import yaml

from desk.settings import ROOT
from tests.dialogue_runner import marked, placeholders
from tests.dialogue_runner.marked import Item, Mistake, nearest
from tests.dialogue_runner.outcome_block import outcome
from tests.dialogue_runner.sample import ANONYMOUS, ME, Sample
from tests.dialogue_runner.shop_block import shop
from tests.dialogue_runner.turns_block import turns
from tests.dialogue_runner.words import wanted
from tests.dialogue_runner.world import CustomerWanted, ShopWanted

FIELDS = ("sample", "shop", "as", "turns", "never", "outcome", "about")


def samples(file: str, text: str) -> tuple[list[Sample], list[Mistake]]:
    """Return the samples of a file that can be played, and what is wrong with the others."""
    try:
        item = marked.read(file, text)
    except Mistake as mistake:
        return [], [mistake]
    if item is None:
        return [], [Mistake(marked.Place(file, 1), "the file is empty.")]
    found: list[Sample] = []
    mistakes: list[Mistake] = []
    for number, one in enumerate(item.items(), 1):
        try:
            found.append(_sample(one, number))
        except Mistake as mistake:
            mistakes.append(mistake)
    return found, mistakes


def _sample(item: Item, number: int) -> Sample:
    found = item.fields(FIELDS, "a sample")
    if "turns" not in found:
        raise item.wrong("a sample needs `turns`.")
    world = shop(found["shop"]) if "shop" in found else ShopWanted({ME: CustomerWanted("")})
    orders = list(world.orders)
    made = Sample(
        name=found["sample"].text("`sample`") if "sample" in found else f"sample {number}",
        place=item.place,
        turns=turns(found["turns"], orders, intents()),
        shop=world,
        speaker=_speaker(found.get("as"), world),
        never=wanted(found["never"], "`never`") if "never" in found else (),
        outcome=outcome(found["outcome"], world, intents()) if "outcome" in found else None,
    )
    placeholders.check(made)
    return made


def _speaker(item: Item | None, world: ShopWanted) -> str:
    if item is None:
        return next(iter(world.customers), ANONYMOUS)
    given, known = item.text("`as`"), [ANONYMOUS, *world.customers]
    if given not in known:
        told = f"`as` is a customer of the shop block or `{ANONYMOUS}`, not {given!r}"
        raise item.wrong(f"{told}.{nearest(given, known)}")
    return given


@cache
def intents() -> list[str]:
    """Return the intents that the bot knows, and the one for not understanding."""
    with (ROOT / "domain.yml").open(encoding="utf-8") as file:
        listed = yaml.load(file, yaml.CSafeLoader)["intents"]
    named = [next(iter(one)) if isinstance(one, dict) else str(one) for one in listed]
    return sorted({*named, *_retrieved(), "nlu_fallback"})


def _retrieved() -> set[str]:
    """Return retrieval intents as they are trained: faq/register."""
    found = set()
    for file in (ROOT / "data" / "nlu").rglob("*.yml"):
        for line in file.read_text("utf-8").splitlines():
            name = line.strip().removeprefix("- intent:").strip()
            if line.strip().startswith("- intent:") and "/" in name:
                found.add(name)
    return found
