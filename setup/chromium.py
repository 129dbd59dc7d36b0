"""Finds a Chromium for the browser tests: one that is there, Playwright's own, or Debian's package."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from setup import shell
from setup.failure import SetupError
from setup.paths import Paths
from setup.progress import Step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_WHERE = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"


class NoChromium(SetupError):
    """No browser is to be had, so the browser tests cannot run. They are never skipped in silence."""


def find_or_install(paths: Paths, step: Step) -> Path:
    """Return a Chromium that starts.

    Raises:
        NoChromium: none is there and none could be installed.
    """
    named = os.environ.get("KAMIDESK_CHROMIUM")
    if named:
        if not _starts(Path(named)):
            raise NoChromium(f"KAMIDESK_CHROMIUM names {named}, which does not start.")
        return Path(named)
    found = _present() or _playwrights(paths) or _install_playwrights(paths, step) or _install_debians(paths, step)
    if not found:
        raise NoChromium(
            "The browser tests need a Chromium, and none is to be had: none is on PATH, Playwright could "
            "not download its own, and Debian's package could not be installed (it takes apt-get and root).\n"
            "Install one, or name it: KAMIDESK_CHROMIUM=/path/to/chrome make test. "
            f"What was tried is in {paths.log}.\n"
            "浏览器测试需要 Chromium，请安装后重试。"
        )
    _chinese_letters(paths, step)
    return found


def _starts(program: Path) -> bool:
    """Return whether it runs at all: Ubuntu's `chromium-browser` is a stub where there is no snap."""
    return shell.answer([program, "--version"]) is not None


def _present() -> Path | None:
    on_path = [Path(path) for name in NAMES if (path := shutil.which(name))]
    return next((path for path in on_path + [Path(path) for path in MAC] if _starts(path)), None)


def _playwrights(paths: Paths) -> Path | None:
    where = shell.answer([paths.desk_python, "-c", _WHERE])
    return Path(where) if where and Path(where).exists() and _starts(Path(where)) else None


def _install_playwrights(paths: Paths, step: Step) -> Path | None:
    step.remark("no Chromium on this machine: trying Playwright's")
    downloaded = _try([paths.desk_python, "-m", "playwright", "install", "chromium"], paths, step)
    return _playwrights(paths) if downloaded else None


def _install_debians(paths: Paths, step: Step) -> Path | None:
    step.remark("trying Debian's package")
    return _present() if _apt(["chromium", "fonts-noto-cjk"], paths, step) else None


def _chinese_letters(paths: Paths, step: Step) -> None:
    """Bring a Chinese font where there is none: tests pass without it, screenshots show boxes."""
    if (
        shutil.which("fc-list")
        and not shell.answer(["fc-list", ":lang=zh"])
        and not _apt(["fonts-noto-cjk"], paths, step)
    ):
        step.remark("no Chinese font here: screenshots will show boxes")


def _apt(packages: list[str], paths: Paths, step: Step) -> bool:
    apt = shutil.which("apt-get")
    if not apt:
        return False
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    install = [*root, apt, "install", "-y", "--no-install-recommends", *packages]
    # Where the lists are old or absent, they are fetched and it is tried again.
    return _try(install, paths, step) or (_try([*root, apt, "update"], paths, step) and _try(install, paths, step))


def _try(command: Sequence[str | Path], paths: Paths, step: Step) -> bool:
    try:
        shell.run(command, log=paths.log, step=step, what="", env={"DEBIAN_FRONTEND": "noninteractive"})
    except shell.CommandFailed:
        return False
    return True
