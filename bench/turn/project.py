"""Makes the stock bot: its environment with the real TensorFlow, its project from our NLU data, its model."""

import shutil
from pathlib import Path

import yaml

from setup import python310, shell, uv
from setup.environments import Environment, bring_up_to_date
from setup.paths import Paths
from setup.progress import Progress
from setup.stamps import Stamp, digest

EPOCHS = 5
TEMPLATES = Path(__file__).parent / "stock"
STORES = {"sql": {"type": "SQL", "dialect": "sqlite", "db": "tracker.db"}, "memory": {"type": "InMemory"}}
"""Where the stock bot keeps its trackers: in a file as Kamidesk does, or in memory as `rasa init` leaves it."""


def folder(paths: Paths) -> Path:
    """Return the folder of everything that the stock bot is made of."""
    return paths.var / "bench"


def environment(paths: Paths, progress: Progress) -> Path:
    """Bring the environment up to date; return its interpreter."""
    with progress.step("uv") as step:
        program = uv.find_or_install(paths, step)
    with progress.step("environment of the stock bot, with TensorFlow") as step:
        made = Environment(
            "bench-stock",
            folder(paths) / "stock-env",
            paths.root / "locks" / "bot-tensorflow.txt",
            lambda: python310.find(program, step),
            python310.VERSION,
        )
        bring_up_to_date(made, program, paths.stamps, step)
    return made.interpreter


def project(paths: Paths, python: Path, store: str, progress: Progress) -> Path:
    """Write the project, and train its model if anything changed; return its folder."""
    home = folder(paths) / "stock"
    with progress.step(f"model of the stock bot ({EPOCHS} epochs)") as step:
        _write(paths.root, home, store)
        stamp = Stamp(paths.stamps / "bench-stock-model.json")
        made_from = digest([home / "config.yml", home / "domain.yml", *sorted((home / "data").rglob("*.yml"))])
        if stamp.matches(made_from) and (home / "models" / "stock.tar.gz").is_file():
            step.note = "up to date"
            return home
        stamp.clear()
        shell.run(
            [python, "-m", "rasa", "train", "--fixed-model-name", "stock"],
            log=paths.log,
            step=step,
            what="Training the stock bot",
            cwd=home,
            env={"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"},
        )
        stamp.write(made_from)
    return home


def _write(root: Path, home: Path, store: str) -> None:
    shutil.rmtree(home / "data", ignore_errors=True)
    shutil.copytree(root / "data" / "nlu", home / "data" / "nlu")
    shutil.copy(TEMPLATES / "stories.yml", home / "data")
    shutil.copy(TEMPLATES / "credentials.yml", home)
    config = (TEMPLATES / "config.yml").read_text("utf-8").replace("EPOCHS", str(EPOCHS))
    (home / "config.yml").write_text(config, "utf-8")
    _dump(home / "endpoints.yml", {"tracker_store": STORES[store]})
    _write_domain(root / "domain.yml", home)


def _write_domain(ours: Path, home: Path) -> None:
    """Write a domain with our intents and entities, and for each intent one rule and one plain reply."""
    known = yaml.safe_load(ours.read_text("utf-8"))
    intents = list(known["intents"])
    _dump(
        home / "domain.yml",
        {
            "version": "3.1",
            "intents": [intent for intent in intents if intent != "nlu_fallback"],
            "entities": [next(iter(entity)) if isinstance(entity, dict) else entity for entity in known["entities"]],
            "responses": {f"utter_{intent}": [{"text": f"好的，您说的是 {intent} 吧？"}] for intent in intents},
            "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
        },
    )
    rules = [{"rule": intent, "steps": [{"intent": intent}, {"action": f"utter_{intent}"}]} for intent in intents]
    _dump(home / "data" / "rules.yml", {"version": "3.1", "rules": rules})


def _dump(file: Path, content: object) -> None:
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
