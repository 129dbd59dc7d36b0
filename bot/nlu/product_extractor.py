"""Rasa component around `bot.nlu.products`."""

from __future__ import annotations

import json
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import catalogue
from bot.nlu.fingerprint import of_code
from bot.nlu.products import ENTITY, Name, Products, merged, names_of

FILE = "products.json"
GUESSES = "product_guesses"  # kept with the message for CharCRFExtractor; no output


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ProductExtractor(GraphComponent, EntityExtractorMixin):
    """Finds products by name or alias; the entity's value is the canonical name, `ids` its catalogue ids.

    Names come from the training data, and from the desk's live catalogue where there is a desk.
    """

    def __init__(self, storage: ModelStorage, resource: Resource, names: list[Name]) -> None:
        """Builds the component.

        Args:
            storage: Where the names are kept in the model.
            resource: Their place there.
            names: Those of the training data; empty before training.
        """
        self._storage, self._resource = storage, resource
        self._names = names
        self._products = Products(names)

    def replace_catalogue(self, live: list[Name]) -> None:
        """Takes over the live catalogue; messages under way keep the finder that they have.

        Args:
            live: Its products.
        """
        self._products = Products(merged(self._names, live))

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
    ) -> ProductExtractor:
        """Creates an untrained component."""
        return cls(model_storage, resource, [])

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ProductExtractor:
        """Loads the names that training kept."""
        with model_storage.read_from(resource) as folder:
            stored = json.loads((folder / FILE).read_text("utf-8"))
        extractor = cls(model_storage, resource, [Name(name, (), tuple(said)) for name, said in stored.items()])
        if watched := catalogue.of_environment(extractor.replace_catalogue):
            watched.watch()
        return extractor

    def train(self, training_data: TrainingData) -> Resource:
        """Keeps the names of the training data in the model.

        Args:
            training_data: With the lookup table `product` and synonyms.

        Returns:
            Where they are.
        """
        self._names = names_of(training_data)
        self._products = Products(self._names)
        with self._storage.write_to(self._resource) as folder:
            text = json.dumps({each.name: each.said for each in self._names}, ensure_ascii=False, indent=0)
            (folder / FILE).write_text(text, "utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the products named in each message to its entities, unless another extractor claimed the place.

        Args:
            messages: Parsed messages.

        Returns:
            The same messages.
        """
        for message in messages:
            text, known = message.get(TEXT) or "", message.get(ENTITIES, [])
            products = self._products
            found = [
                {
                    "entity": ENTITY,
                    "start": m.start,
                    "end": m.end,
                    "value": m.name,
                    "ids": list(m.ids),
                    "confidence_entity": 1.0,
                }
                for m in products.find(text)
                if not any(e["start"] < m.end and m.start < e["end"] for e in known)
            ]
            message.set(ENTITIES, known + self.add_extractor_name(found), add_to_output=True)
            message.set(GUESSES, products.guess(text))
        return messages
