"""Rasa component: the mood of each message (`mood`) and whether a person is wanted (`wants_human`)."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.fingerprint import of_code
from bot.nlu.tone_model import ToneModel
from bot.nlu.views import characters

CALM, MOODS = "calm", ("calm", "anxious", "angry")
ASKS = "request_human"  # this intent is the wish itself
WISHES, PLAIN = "wishes", "plain"
SURE = 0.6  # a hand-off that nobody asked for is worse than one that has to be asked for twice
MOOD, WISH = "mood.npz", "wish.npz"


class BadMetadata(RasaException):
    """A block of examples has a mood or a wish that there is not; the message says which."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Tone(GraphComponent, IntentClassifier):
    """Learns from the `metadata: {mood: …, wants_human: true}` of blocks of examples; one without a mood is skipped."""

    def __init__(
        self,
        storage: ModelStorage,
        resource: Resource,
        mood: ToneModel | None = None,
        wish: ToneModel | None = None,
    ) -> None:
        """Builds the component.

        Args:
            storage: Where the models are kept.
            resource: Their place there.
            mood: Absent before training, and where the data name no moods.
            wish: Absent before training, and where the data name no wishes.
        """
        self._storage, self._resource, self._mood, self._wish = storage, resource, mood, wish

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
    ) -> Tone:
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
    ) -> Tone:
        """Loads a trained component."""
        with model_storage.read_from(resource) as folder:
            models = [ToneModel.load(folder / n) if (folder / n).exists() else None for n in (MOOD, WISH)]
        return cls(model_storage, resource, *models)

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on all examples whose block names a mood; `request_human` is a wish by itself.

        Args:
            training_data: Rasa's.

        Returns:
            Where the models are.

        Raises:
            BadMetadata: A block names an unknown mood.
        """
        told = [(characters(e.get(TEXT)), e.get(INTENT), _metadata(e)) for e in training_data.intent_examples]
        moods = [(view, meta["mood"]) for view, _, meta in told if "mood" in meta]
        wishes = [
            (view, WISHES if meta.get("wants_human") or intent == ASKS else PLAIN)
            for view, intent, meta in told
            if "mood" in meta or intent == ASKS
        ]
        self._mood, self._wish = _fit(moods, set(MOODS)), _fit(wishes, {WISHES, PLAIN})
        with self._storage.write_to(self._resource) as folder:
            (folder / "learned.txt").touch()  # Rasa's cache loses empty folders
            for name, model in ((MOOD, self._mood), (WISH, self._wish)):
                if model:
                    model.save(folder / name)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds `mood` ({name, confidence}) and `wants_human` (true or false) to each message.

        Args:
            messages: Parsed messages.

        Returns:
            The same messages.
        """
        for message in messages:
            view = characters(message.get(TEXT) or "")
            name, confidence = self._mood.of(view) if self._mood else (CALM, 0.0)
            message.set("mood", {"name": name, "confidence": confidence}, add_to_output=True)
            wish, sure = self._wish.of(view) if self._wish else (PLAIN, 0.0)
            message.set("wants_human", wish == WISHES and sure >= SURE, add_to_output=True)
        return messages


def _fit(pairs: list[tuple[str, str]], labels: set[str]) -> ToneModel | None:
    if {label for _, label in pairs} != labels:
        return None
    return ToneModel.fit([view for view, _ in pairs], [label for _, label in pairs])


def _metadata(example: Message) -> dict[str, Any]:
    metadata = (example.get("metadata") or {}).get("intent") or {}
    if not isinstance(metadata, dict):
        return {}
    mood = metadata.get("mood", CALM)
    if mood not in MOODS:
        text = (example.get(TEXT) or "")[:20]
        raise BadMetadata(f"mood: {mood} —— 只能是 {' / '.join(MOODS)} (unknown mood, at 「{text}」)")
    if not isinstance(metadata.get("wants_human", False), bool):
        raise BadMetadata(f"wants_human: {metadata['wants_human']} —— 只能写 true (must be true or left out)")
    return metadata
