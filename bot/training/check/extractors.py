"""The entity extractors of config.yml, without the rest: they need no trained model."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.utils.common import class_from_module_path

from bot.training import lines


def found_in(texts: Sequence[str], config: Path, data: Sequence[Path]) -> list[list[dict[str, Any]]]:
    """Runs the tokenizer and the entity extractors of a pipeline.

    Args:
        texts: Messages.
        config: The project's config.yml.
        data: Its NLU files; extractors that learn names take them from the tables there.

    Returns:
        For each message, what was found.
    """
    messages = [Message({TEXT: text}) for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        context = ExecutionContext(GraphSchema({}))
        training = RasaFileImporter(str(config), None, _with_tables(data)).get_nlu_data()
        for number, (kind, settings) in enumerate(_needed(config)):
            storage, resource = LocalModelStorage.create(Path(folder)), Resource(f"extractor{number}")
            component: Any = kind.create({**kind.get_default_config(), **settings}, storage, resource, context)
            if hasattr(component, "train"):
                component.train(training)
            messages = component.process(messages)
    return [message.get(ENTITIES, []) for message in messages]


def _with_tables(data: Sequence[Path]) -> list[str]:
    """Leaves out files of mere examples: Rasa takes ten seconds for all, and they hold no names."""
    roots = [(file, lines.compose(file)) for file in data]
    blocks = [(file, lines.pairs_of(root).get("nlu")) for file, root in roots if isinstance(root, yaml.Node)]
    tables = {"lookup", "synonym", "regex"}
    return [
        str(file)
        for file, nlu in blocks
        if isinstance(nlu, yaml.SequenceNode) and any(tables & set(lines.pairs_of(block)) for block in nlu.value)
    ]


def _needed(config: Path) -> Iterable[tuple[type[GraphComponent], dict[str, Any]]]:
    own = {kind.__name__: kind for kind in DEFAULT_COMPONENTS}
    for entry in yaml.safe_load(config.read_text("utf-8")).get("pipeline") or []:
        settings = dict(entry) if isinstance(entry, dict) else {"name": entry}
        name = settings.pop("name")
        kind = own.get(name) or class_from_module_path(name)
        if issubclass(kind, (EntityExtractorMixin, Tokenizer)):
            yield kind, settings
