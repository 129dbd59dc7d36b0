"""Python 3.10 is looked for with uv, then pyenv, then installed by uv: fakes on PATH here."""

import io
from pathlib import Path

import pytest

from setup.progress import Step
from setup.python310 import NoPython310, find
from setup.uv import Uv


class Machine:
    """A machine with nothing but what a test puts on it."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.bin, self.calls = root, root / "bin", root / "calls"
        self.uv_finds = self.uv_installs = "exit 1"
        for name, value in {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(root)}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PYENV_ROOT", str(root / "pyenv"))

    def script(self, path: str, body: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)
        return file

    def python(self, path: str, says: str = "3.10") -> Path:
        return self.script(path, f"echo {says}")

    def uv(self) -> Uv:
        body = f"""
            echo "uv $*" >> {self.calls}
            case "$*" in
              *install*) {self.uv_installs};;
              *--managed-python*) [ -e {self.root}/managed/python ] && echo {self.root}/managed/python;;
              *find*) {self.uv_finds};;
            esac"""
        return Uv(self.script("bin/uv", body), self.root / "log")

    def find(self) -> Path:
        return find(self.uv(), Step(io.StringIO()))

    def asked(self) -> list[str]:
        calls = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [" ".join(word for word in call.split() if not word.startswith("-")) for call in calls]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_uvs_find_comes_first(machine: Machine) -> None:
    python = machine.python("system/python3.10")
    machine.python("pyenv/versions/3.10.13/bin/python")
    machine.uv_finds = f"echo {python}"
    assert machine.find() == python
    assert machine.asked() == ["uv python find 3.10"]


@pytest.mark.parametrize(
    "body",
    [
        "echo 'pyenv: python3.10: command not found' >&2; exit 127",
        "echo 3.11",
        "echo No module named _sqlite3 >&2; exit 1",
    ],
)
def test_what_uv_finds_must_work_or_pyenvs_is_taken(machine: Machine, body: str) -> None:
    machine.uv_finds = f"echo {machine.script('shims/python3.10', body)}"
    whole = machine.python("pyenv/versions/3.10.4/bin/python")
    assert machine.find() == whole


def test_pyenvs_newest_that_works_is_taken(machine: Machine) -> None:
    machine.python("pyenv/versions/3.10.2/bin/python")
    newest = machine.python("pyenv/versions/3.10.13/bin/python")
    machine.script("pyenv/versions/3.10.14/bin/python", "exit 1")
    machine.python("pyenv/versions/3.11.9/bin/python", "3.11")
    assert machine.find() == newest
    assert "uv python install 3.10" not in machine.asked()


def test_pyenvs_own_word_counts_where_its_root_is_elsewhere(machine: Machine) -> None:
    elsewhere = machine.python("opt/3.10.9/bin/python")
    machine.script("bin/pyenv", f'[ "$1" = prefix ] && echo {elsewhere.parent.parent}')
    assert machine.find() == elsewhere


def test_uv_installs_one_where_there_is_none(machine: Machine) -> None:
    source = machine.python("fetched/python")
    machine.uv_installs = f"mkdir -p {machine.root}/managed; cp {source} {machine.root}/managed/python"
    assert machine.find() == machine.root / "managed" / "python"
    assert machine.asked() == ["uv python find 3.10", "uv python install 3.10", "uv python find 3.10"]


def test_with_none_to_be_had_it_says_how_to_get_one(machine: Machine) -> None:
    machine.uv_installs = "echo no route to host; exit 2"
    broken = machine.script("pyenv/versions/3.10.1/bin/python", "exit 1")
    with pytest.raises(NoPython310) as refused:
        machine.find()
    said = str(refused.value)
    for part in (
        "no route to host",
        str(broken),
        "uv python install 3.10",
        "pyenv install 3.10",
        "python3.10-dev",
    ):
        assert part in said
