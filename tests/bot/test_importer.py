"""The training data is read once, and is what Rasa's own importer reads."""

from pathlib import Path

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data import loading

from bot.importer import OnceImporter

ROOT = Path(__file__).resolve().parents[2]
FILES = [str(ROOT / "data" / "nlu" / "risk"), str(ROOT / "data" / "rules")]


def importer(kind: type) -> RasaFileImporter:
    made: RasaFileImporter = kind(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), FILES)
    return made


def test_it_reads_what_rasas_own_reads() -> None:
    ours, rasas = importer(OnceImporter), importer(RasaFileImporter)
    assert len(ours.get_nlu_data().training_examples) > 100
    assert ours.get_nlu_data().fingerprint() == rasas.get_nlu_data().fingerprint()
    assert ours.get_domain().fingerprint() == rasas.get_domain().fingerprint()
    assert ours.get_stories().fingerprint() == rasas.get_stories().fingerprint()


def test_files_are_read_once_through_all_of_rasas_wrappers(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    load = loading.load_data
    monkeypatch.setattr(loading, "load_data", lambda name, language="en": read.append(name) or load(name, language))
    wrapped = TrainingDataImporter.load_from_config(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), FILES)
    wrapped.get_nlu_data()
    wrapped.get_domain()
    wrapped.get_nlu_data()
    assert read
    assert len(read) == len(set(read))
