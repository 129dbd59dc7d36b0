"""Rasa component around `bot.nlu.crf`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Mapping, Sequence

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.crf import Crf, Example, Span
from bot.nlu.fingerprint import of_code
from bot.nlu.hints import LEARNED, MAYBE, NUMBER, hints
from bot.nlu.patterns import amount
from bot.nlu.product_extractor import GUESSES
from bot.nlu.products import ENTITY, Mention, for_training

FILE = "entities.crf"
PLAIN_LINES = 0.7  # messages without a mark to learn from, for each one with a mark


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class CharCRFExtractor(GraphComponent, EntityExtractorMixin):
    """Settles where products, sums, ways to pay and errors stand; put it behind the other extractors.

    It learns from the blocks of examples whose `metadata` name a mood: those are marked throughout, older ones are not.
    Without such blocks what the other extractors found stays as it is.
    """

    def __init__(self, storage: ModelStorage, resource: Resource, model: Crf | None = None) -> None:
        """Builds the component.

        Args:
            storage: Where the model is kept.
            resource: Its place there.
            model: Absent before training, and where the data mark nothing.
        """
        self._storage, self._resource, self._model = storage, resource, model

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Makes Rasa train anew when our code changed."""
        return of_code()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CharCRFExtractor:
        """Creates an untrained component."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CharCRFExtractor:
        """Loads a trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, _opened(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from all marked examples and some of the others, those with numbers and names first.

        Args:
            training_data: Rasa's.

        Returns:
            Where the model is.
        """
        products = for_training(training_data)
        marked, plain = [], []
        for message in training_data.intent_examples:
            if "mood" not in ((message.get("metadata") or {}).get("intent") or {}):
                continue
            text = message.get(TEXT)
            marks = [(e["start"], e["end"], e["entity"]) for e in message.get(ENTITIES, [])]
            spans = [Span(*mark) for mark in marks if mark[2] in LEARNED]
            example = Example(text, hints(text, products.find(text), products.guess(text)), spans)
            (marked if spans else plain).append(example)
        plain.sort(key=_dull)
        with self._storage.write_to(self._resource) as folder:
            Crf.fit([*marked, *plain[: int(PLAIN_LINES * len(marked))]], folder / FILE)
            self._model = _opened(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Replaces what the other extractors took for products, sums, ways to pay and errors.

        Args:
            messages: Parsed messages, patterns and products already found.

        Returns:
            The same messages.
        """
        for message in messages if self._model else ():
            text, known = message.get(TEXT) or "", message.get(ENTITIES, [])
            fixed = [each for each in known if each["entity"] not in LEARNED]
            taken = {at for each in fixed for at in range(each["start"], each["end"])}
            named = _mentions(known)
            guessed: list[Mention] = message.get(GUESSES) or []
            at_place = {at: m for m in [*guessed, *named] for at in range(m.start, m.end)}
            spans = self._model.find(text, hints(text, named, guessed)) if self._model else []
            free = [span for span in spans if taken.isdisjoint(range(span.start, span.end))]
            found = fixed + self.add_extractor_name([e for e in (_entity(text, s, at_place) for s in free) if e])
            message.set(ENTITIES, sorted(found, key=lambda e: int(e["start"])), add_to_output=True)
        return messages


def _opened(folder: Path) -> Crf | None:
    return Crf(folder / FILE) if (folder / FILE).exists() else None


def _dull(example: Example) -> bool:
    """Tells an example that teaches nothing: no number, and nothing that any rule would take."""
    kinds = {hint.kind.removeprefix(MAYBE) for hint in example.hints}
    return not kinds & set(LEARNED) and not NUMBER.search(example.text)


def _mentions(entities: Sequence[dict[str, Any]]) -> list[Mention]:
    return [
        Mention(e["start"], e["end"], e["value"], tuple(e.get("ids", ()))) for e in entities if e["entity"] == ENTITY
    ]


def _entity(text: str, span: Span, names: Mapping[int, Mention]) -> dict[str, Any] | None:
    """Gives a span its value: of a product the catalogue's name and ids, its own words where no name is in it."""
    entity = {"entity": span.entity, "start": span.start, "end": span.end, "confidence_entity": 1.0}
    said = text[span.start : span.end]
    if span.entity == "amount":
        value = amount(said)
        return {**entity, "value": value} if value is not None else None
    if span.entity != ENTITY:
        return {**entity, "value": said}
    inside = Counter(names[at] for at in range(span.start, span.end) if at in names)
    best = max(inside, key=lambda m: inside[m], default=None)
    return {**entity, "value": best.name if best else said, "ids": list(best.ids) if best else []}
