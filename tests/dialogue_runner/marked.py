"""Files of samples read with the line of everything in them, so that a mistake is told where it stands."""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import yaml

_MOST_TOLD = 20  # names that are listed when none is near


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Mistake(Exception):
    """Something in a file that cannot be understood; the message is for whoever wrote it."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place, self.message = place, message


def nearest(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean …?", or what there is when nothing is near."""
    names = sorted(map(str, known))
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.55)
    if near:
        return f" Did you mean {near[0]!r}?"
    if not names:
        return ""
    return f" There is: {', '.join(names[:_MOST_TOLD])}{', …' if len(names) > _MOST_TOLD else '.'}"


class Item:
    """One value of a YAML file: a text, a list, or names with values."""

    def __init__(self, file: str, node: yaml.Node) -> None:
        self._node = node
        self.place = Place(file, node.start_mark.line + 1)

    @property
    def is_map(self) -> bool:
        """Whether it is names with values."""
        return isinstance(self._node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self._node, yaml.SequenceNode)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands there."""
        return self._node.tag == "tag:yaml.org,2002:null"

    def wrong(self, message: str) -> Mistake:
        """Return a mistake at this place."""
        return Mistake(self.place, message)

    def text(self, what: str) -> str:
        """Return the text as it is written: 0123 stays 0123."""
        if isinstance(self._node, yaml.ScalarNode) and not self.is_empty:
            return str(self._node.value)
        if self.is_map and self._node.start_mark.line == self._node.end_mark.line:
            raise self.wrong(f'{what} must be a text. A text that begins with {{ needs quotes: "{{order.a.no}}".')
        raise self.wrong(f"{what} must be a text.")

    def one_of(self, known: Iterable[str], what: str) -> str:
        """Return a text that is one of the known ones."""
        given, names = self.text(what), list(known)
        if given not in names:
            raise self.wrong(f"{what} {given!r} is not known.{nearest(given, names)}")
        return given

    def whole(self, what: str, least: int = 0) -> int:
        """Return a whole number."""
        given = self.text(what)
        if not given.isdecimal() or int(given) < least:
            raise self.wrong(f"{what} must be a whole number from {least} on, not {given!r}.")
        return int(given)

    def yes(self, what: str) -> bool:
        """Return true or false."""
        given = self.text(what).lower()
        if given not in {"true", "false", "yes", "no"}:
            raise self.wrong(f"{what} must be true or false, not {given!r}.")
        return given in {"true", "yes"}

    def items(self) -> "list[Item]":
        """Return the list; anything else is a list of one."""
        if isinstance(self._node, yaml.SequenceNode):
            return [Item(self.place.file, node) for node in self._node.value]
        return [self]

    def named(self, what: str) -> "dict[str, Item]":
        """Return names, freely chosen, with their values."""
        if not isinstance(self._node, yaml.MappingNode):
            raise self.wrong(f"{what} must be names with values, as in `name: value`.")
        found: dict[str, Item] = {}
        for key, value in self._node.value:
            name = str(key.value)
            here = Place(self.place.file, key.start_mark.line + 1)
            if name in found:
                raise Mistake(here, f"{name!r} stands twice in {what}.")
            found[name] = Item(self.place.file, value)
            found[name].place = here
        return found

    def fields(self, known: Collection[str], what: str) -> "dict[str, Item]":
        """Return the fields that are there; other names than the known ones are refused."""
        found = self.named(what)
        for name, value in found.items():
            if name not in known:
                raise value.wrong(f"{what} has no field {name!r}.{nearest(name, known)}")
        return found


def read(file: str, text: str) -> Item | None:
    """Return what a YAML file holds; None when it is empty.

    Raises:
        Mistake: it is no YAML.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = " A text that begins with { or [ or holds `: ` needs quotes."
        raise Mistake(Place(file, mark.line + 1 if mark else 1), f"this is no YAML: {error.problem}.{hint}") from None
    except yaml.YAMLError as error:
        raise Mistake(Place(file, 1), f"this is no YAML: {error}") from None
    return None if node is None else Item(file, node)
