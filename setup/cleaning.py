"""`make clean`: takes away what the set-up can make again, never what only you have."""

import shutil

from setup.paths import Paths

CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".rasa", "results")


def clean(paths: Paths) -> None:
    """Remove environments, tools, stamps, caches and the trained model; keep what only you have."""
    folders = [
        paths.desk_env,
        paths.bot_env,
        paths.tools,
        paths.stamps,
        paths.var / "train",
        paths.var / "test",
        paths.var / "bench",
    ]
    folders += [paths.root / name for name in CACHES]
    folders.append(paths.root / "desk" / "web" / "static" / "vendor")
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    for area in ("desk", "bot", "actions", "tests", "setup", "bench"):
        for cache in list((paths.root / area).rglob("__pycache__")):
            shutil.rmtree(cache, ignore_errors=True)
    paths.model.unlink(missing_ok=True)
    paths.figures.unlink(missing_ok=True)
    shutil.rmtree(paths.candidate.parent, ignore_errors=True)
    print("Clean. Kept: databases, logs and reports in var/, models/previous, and the settings file with its secrets.")
