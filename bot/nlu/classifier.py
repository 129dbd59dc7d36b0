"""Rasa component around `bot.nlu.linear`."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.fingerprint import of_code
from bot.nlu.linear import LinearModel
from bot.nlu.products import ENTITY, Products, names_of
from bot.nlu.views import characters

RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ZhLinearClassifier(GraphComponent, IntentClassifier):
    """Names a message's intent. Put it behind ProductExtractor: product names count as one sign."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: LinearModel | None = None
    ) -> None:
        """Builds the component.

        Args:
            config: See `get_default_config`.
            storage: Where the model is kept.
            resource: Its place there.
            model: Absent before training.
        """
        self._config, self._storage, self._resource, self._model = config, storage, resource, model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the settings.

        Returns:
            C: the SVM's cost of errors. q: share of known-topic messages that may get a confidence under 0.5.
            K: steepness of the confidence around that point.
        """
        return {"C": 1.0, "q": 0.05, "K": 4.0}

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
    ) -> ZhLinearClassifier:
        """Creates an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ZhLinearClassifier:
        """Loads a trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on all examples that have an intent.

        Args:
            training_data: Rasa's.

        Returns:
            Where the model is.
        """
        products = Products(names_of(training_data))
        views, labels = [], []
        for example in training_data.intent_examples:
            text = example.get(TEXT)
            views.append(characters(text, [(m.start, m.end) for m in products.find(text)]))
            labels.append(example.get(INTENT))
        self._model = LinearModel.fit(views, labels, self._config["C"], self._config["q"], self._config["K"])
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking of each message.

        Args:
            messages: Parsed messages, products already found.

        Returns:
            The same messages.
        """
        for message in messages:
            products = [(e["start"], e["end"]) for e in message.get(ENTITIES, []) if e["entity"] == ENTITY]
            view = characters(message.get(TEXT) or "", products)
            ranked = self._model.rank(view) if self._model else []
            ranking = [{"name": name, "confidence": confidence} for name, confidence in ranked[:RANKED]]
            message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages
