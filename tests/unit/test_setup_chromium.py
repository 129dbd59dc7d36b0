"""The browser of the tests: one that is there, Playwright's, Debian's; none is a failure that says so."""

import io
from pathlib import Path

import pytest

from setup import chromium
from setup.chromium import NoChromium, find_or_install
from setup.paths import Paths
from setup.progress import Step


class Machine:
    """A machine whose PATH has only what a test puts there; the desk's environment has a fake Playwright."""

    def __init__(self, root: Path) -> None:
        self.root, self.paths, self.said = root, Paths(root), io.StringIO()
        for tool in ("touch", "cp", "chmod"):
            self.script(f"bin/{tool}", f'exec /bin/{tool} "$@"')
        self.playwright("exit 1")

    def script(self, path: str, body: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\necho '{path}' \"$@\" >> {self.root}/calls\n{body}\n")
        file.chmod(0o755)
        return file

    def playwright(self, install: str) -> None:
        answer = f"echo {self.root}/playwright/chrome"
        self.script(".venv/bin/python", f'case "$*" in *install*) {install};; *) {answer};; esac')

    def find(self) -> Path:
        return find_or_install(self.paths, Step(self.said))

    def calls(self) -> str:
        return (self.root / "calls").read_text() if (self.root / "calls").exists() else ""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("KAMIDESK_CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "MAC", ())
    return Machine(tmp_path)


@pytest.mark.parametrize("name", chromium.NAMES)
def test_one_that_is_there_is_taken_and_nothing_is_fetched(machine: Machine, name: str) -> None:
    there = machine.script(f"bin/{name}", "echo Chromium 1")
    machine.script("bin/apt-get", "")
    assert machine.find() == there
    assert "install" not in machine.calls()


def test_stub_that_does_not_start_is_passed_over(machine: Machine) -> None:
    machine.script("bin/chromium", "exit 1")
    there = machine.script("bin/google-chrome", "echo Chrome 1")
    assert machine.find() == there


def test_named_one_is_taken_or_refused_by_name(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.script("bin/chromium", "")
    monkeypatch.setenv("KAMIDESK_CHROMIUM", str(machine.script("my/chrome", "")))
    assert machine.find() == machine.root / "my/chrome"
    monkeypatch.setenv("KAMIDESK_CHROMIUM", "/no/chrome")
    with pytest.raises(NoChromium, match="/no/chrome"):
        machine.find()


def test_playwrights_own_is_used_and_fetched_where_none_is_there(machine: Machine) -> None:
    own = machine.root / "playwright" / "chrome"
    source = machine.script("download/chrome", "")
    own.parent.mkdir()
    machine.playwright(f"cp {source} {own}")
    assert machine.find() == own
    assert machine.find() == own
    assert machine.calls().count("install chromium") == 1


def test_debians_package_comes_last_after_fresh_lists(machine: Machine) -> None:
    source = machine.script("package/chromium", "")
    update, target = machine.root / "updated", machine.root / "bin" / "chromium"
    sudo_or_not = f"*update*) touch {update};; *install*) [ -e {update} ] && cp {source} {target};;"
    machine.script("bin/apt-get", f'case "$*" in {sudo_or_not} esac')
    machine.script("bin/sudo", 'shift; exec "$@"')
    assert machine.find() == target
    assert "install chromium" in machine.calls()  # Playwright was asked first
    assert "chromium fonts-noto-cjk" in machine.calls()
    assert "Debian" in machine.said.getvalue()


def test_none_to_be_had_is_a_failure_that_says_so(machine: Machine) -> None:
    machine.script("bin/apt-get", "exit 100")
    machine.script("bin/sudo", "exit 1")
    with pytest.raises(NoChromium) as refused:
        machine.find()
    assert "KAMIDESK_CHROMIUM" in str(refused.value)
    assert "浏览器" in str(refused.value)
