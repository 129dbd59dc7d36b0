"""Rasa component around `bot.nlu.linear` and `bot.nlu.doubt`."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, RESPONSE_SELECTOR, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from threadpoolctl import threadpool_limits

from bot.nlu import retrieval, settings_files
from bot.nlu.doubt import Doubt
from bot.nlu.fingerprint import of_code
from bot.nlu.linear import LinearModel
from bot.nlu.products import ENTITY, for_training
from bot.nlu.views import characters, wordy

RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ZhLinearClassifier(GraphComponent, IntentClassifier):
    """Names a message's intent. Put it behind ProductExtractor: product names count as one sign."""

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        model: LinearModel | None = None,
        doubt: Doubt | None = None,
    ) -> None:
        """Builds the component.

        Args:
            config: See `get_default_config`.
            storage: Where the model is kept.
            resource: Its place there.
            model: Absent before training.
            doubt: Absent before training.
        """
        self._config, self._storage, self._resource = config, storage, resource
        self._model, self._doubt = model, doubt

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the settings.

        Returns:
            C: the SVM's cost of errors. refuse: share of outside messages that must stay under confidence 0.5.
            silence: share of outside messages for which no guess is offered. outside, confusable: files with
            messages of no intent and with groups of confusable intents, from the project's root.
        """
        return {
            "C": 1.0,
            "refuse": 0.92,
            "silence": 0.7,
            "outside": "data/calibration/out_of_scope.yml",
            "confusable": "data/dialogue/confusable.yml",
        }

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Makes Rasa train anew when our code or a file that it reads changed."""
        return of_code(config.get("outside"), config.get("confusable"))

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
        threadpool_limits(1, "blas")  # one message is too small to share: threads doubled its processor time
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearModel.load(folder), Doubt.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on all examples that have an intent, and calibrates.

        Args:
            training_data: Rasa's.

        Returns:
            Where the model is.

        Raises:
            BadFile: One of the files is missing or wrong.
        """
        products = for_training(training_data)

        def view(text: str) -> str:
            return wordy(characters(text, [(m.start, m.end) for m in products.find(text)]))

        outside = [view(text) for text in settings_files.lines(self._config["outside"], "messages")]
        confusable = settings_files.groups(self._config["confusable"], "confusable")
        examples = training_data.intent_examples
        views = [view(example.get(TEXT)) for example in examples]
        labels = [retrieval.full_name(example) for example in examples]
        self._model, trial = LinearModel.fit_and_try(views, labels, outside, self._config["C"])
        shares = self._config["refuse"], self._config["silence"]
        beyond = self._model.evidence(outside)
        self._doubt = Doubt.fit(self._model.labels, trial, beyond, confusable, *shares)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
            self._doubt.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent, ranking and `doubt` ({band, candidates}) of each message.

        Args:
            messages: Parsed messages, products already found.

        Returns:
            The same messages.
        """
        for message in messages:
            products = [(e["start"], e["end"]) for e in message.get(ENTITIES, []) if e["entity"] == ENTITY]
            view = wordy(characters(message.get(TEXT) or "", products))
            if not (self._model and self._doubt):
                continue
            verdict = self._doubt.judge(self._model.labels, self._model.evidence([view]))
            ranking = [retrieval.ranked(name, confidence) for name, confidence in verdict.ranking[:RANKED]]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set("doubt", {"band": verdict.band, "candidates": verdict.candidates}, add_to_output=True)
            if selected := retrieval.selection(verdict.ranking):
                message.set(RESPONSE_SELECTOR, selected, add_to_output=True)
        return messages
