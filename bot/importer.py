"""Reads the training data once per process; Rasa's own importer reads all files anew each time it is asked.

The result is the same: what is asked of it gets copies where Rasa changes what it got (`TrainingData.merge`).
"""

from __future__ import annotations

from functools import cached_property
from typing import Text

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData


class OnceImporter(RasaFileImporter):
    """The files of the command line, like RasaFileImporter; named in config.yml."""

    def get_nlu_data(self, language: Text | None = "en") -> TrainingData:
        """Returns the NLU data of all files; the same object each time."""
        return self._nlu_data

    def get_domain(self) -> Domain:
        """Returns the domain; the same object each time."""
        return self._domain

    @cached_property
    def _nlu_data(self) -> TrainingData:
        return super().get_nlu_data("zh")

    @cached_property
    def _domain(self) -> Domain:
        return super().get_domain()
