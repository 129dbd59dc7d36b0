"""Which of an order's keys a customer means by what he pasted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from desk.cases.access import Owned, may_see
from desk.cases.comparison import INCOMPLETE, Difference, compare
from desk.cases.hints import hint
from desk.cases.services import Services
from desk.shop.base import CardKey
from desk.vault.service import REFERENCE

_LONGEST = 200
_MOST = 20


@dataclass(frozen=True)
class Meant:
    """A key of the order, and how the pasted text differs from it: `hint` is empty when it does not."""

    key: CardKey
    hint: str = ""
    incomplete: bool = False


@dataclass(frozen=True)
class Pasted:
    """What was pasted: keys of this order, or else the number of another order of the same owner."""

    meant: tuple[Meant, ...] = ()
    other_order: str | None = None


@dataclass(frozen=True)
class _Text:
    text: str = field(repr=False)
    items: tuple[int, ...]


def read(session: Session, services: Services, owned: Owned, pasted: Sequence[str]) -> Pasted:
    """Look up what was pasted among the order's keys, exactly and then by likeness.

    Args:
        pasted: references of this conversation (⟦key:REF⟧); other references are as good as unknown keys.
            Raw text is understood as well (`rasa shell`).
    """
    keys = services.shop.keys_of(session, owned.order.no)
    shapes = {key.id: _written(session, services, key) for key in keys}
    meant: dict[int, Meant] = {}
    elsewhere: str | None = None
    for text in _texts(session, services, owned, pasted):
        found = services.shop.find_keys(session, text.items)
        own = {key.id for key in found} & shapes.keys()
        nearest = [Meant(key) for key in keys if key.id in own] or _nearest(text.text, keys, shapes)
        for one in nearest:
            # Of a pasted pair, the part with the mistake says more.
            if one.key.id not in meant or one.hint:
                meant[one.key.id] = one
        if not nearest:
            others = [key.order_no for key in found if key.order_no]
            elsewhere = elsewhere or next((no for no in others if may_see(session, services, owned.asker, no)), None)
    return Pasted(tuple(meant.values()), None if meant else elsewhere)


def _texts(session: Session, services: Services, owned: Owned, pasted: Sequence[str]) -> list[_Text]:
    texts: list[_Text] = []
    for piece in pasted[:_MOST]:
        refs = REFERENCE.findall(piece)
        if not refs:
            texts.append(_Text(piece[:_LONGEST], tuple(services.vault.find(session, piece[:_LONGEST]))))
        for ref in refs[:_MOST]:
            item = services.vault.resolve(session, ref, owned.asker.conversation_id)
            if item is not None:
                same = tuple(services.vault.same_as(session, item))
                texts.append(_Text(services.vault.open_item(session, item), same))
    return texts


def _written(session: Session, services: Services, key: CardKey) -> tuple[str, ...]:
    """Return the ways to write a key: its secret, its number, or both in one."""
    secret = services.vault.open_item(session, key.secret_item)
    if key.number_item is None:
        return (secret,)
    number = services.vault.open_item(session, key.number_item)
    return secret, number, f"{number}-{secret}"


def _nearest(text: str, keys: Sequence[CardKey], shapes: dict[int, tuple[str, ...]]) -> list[Meant]:
    """Return the key that the text differs least from, if it is like any; live keys before replaced ones."""
    near: list[tuple[int, bool, CardKey, tuple[Difference, ...], str]] = []
    for key in keys:
        for right in shapes[key.id]:
            differences = compare(text, right)
            if differences is not None:
                near.append((len(differences), not key.live, key, differences, right))
    if not near:
        return []
    _, _, key, differences, right = min(near, key=lambda found: found[:2])
    if not differences:
        return [Meant(key)]
    return [Meant(key, hint(differences, right), any(one.kind in INCOMPLETE for one in differences))]
