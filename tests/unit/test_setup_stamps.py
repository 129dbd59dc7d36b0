"""Stamps: a step counts as done only when it finished, and only for the inputs that it finished with."""

import io
from pathlib import Path

import pytest

from setup import environments, train
from setup.environments import Environment, bring_up_to_date, missing_files
from setup.paths import Paths
from setup.progress import Step
from setup.stamps import Stamp, digest


def test_digest_changes_with_content_name_presence_and_facts(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("a")
    seen = {digest([one]), digest([other]), digest([one], "fact"), digest([one, other])}
    one.write_text("b")
    seen.add(digest([one]))
    other.write_text("b")
    seen.add(digest([other]))
    assert len(seen) == 6
    assert digest([one]) == digest([one])


@pytest.mark.parametrize("damage", ["", "{", "[]", '"text"'])
def test_damaged_stamp_counts_as_none(tmp_path: Path, damage: str) -> None:
    stamp = Stamp(tmp_path / "stamps" / "step.json")
    assert not stamp.matches("x")
    stamp.write("x", more=1)
    assert stamp.matches("x")
    assert not stamp.matches("y")
    stamp.path.write_text(damage)
    assert not stamp.matches("x")
    stamp.clear()
    stamp.clear()


class FakeUv:
    """Writes down what it is asked for; makes the environment's interpreter when it is asked to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.fails = ""

    def run(self, *arguments: object, **_: object) -> None:
        words = [str(argument) for argument in arguments]
        what = " ".join(word for word in words[:2] if not word.startswith("-"))
        self.asked.append(what + (" again" if "--reinstall" in words and "sync" in words else ""))
        if self.fails and self.fails in what:
            raise RuntimeError(what)
        if what == "venv":
            make_environment(self.folder)
        if what == "pip sync":
            (self.folder / "lib/python3.10/site-packages/thing.py").write_text("1234")


def make_environment(folder: Path) -> None:
    packages = folder / "lib/python3.10/site-packages"
    (packages / "thing.dist-info").mkdir(parents=True)
    (packages / "thing.dist-info/RECORD").write_text(
        "thing.py,sha256=x,4\n../../../bin/tool,,9\n__pycache__/t.pyc,,7\n"
    )
    (packages / "thing.py").write_text("1234")
    (folder / "bin").mkdir()
    (folder / "bin/tool").write_text("rewritten")
    (folder / "bin/python").write_text("#!/bin/sh\necho 3.10\n")
    (folder / "bin/python").chmod(0o755)


class Case:
    """One environment below a temporary folder."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder, self.lock, self.stamps = tmp_path / "env", tmp_path / "lock.txt", tmp_path / "stamps"
        self.lock.write_text("thing==1")
        self.uv = FakeUv(self.folder)
        self.local = tmp_path / "local"
        self.local.mkdir()
        (self.local / "code.py").write_text("1")

    def bring(self) -> list[str]:
        self.uv.asked.clear()
        env = Environment("bot", self.folder, self.lock, lambda: Path("/py"), "3.10", (self.local,))
        bring_up_to_date(env, self.uv, self.stamps, Step(io.StringIO()))  # type: ignore[arg-type]
        return self.uv.asked


NOTHING: list[str] = []
ANEW = ["venv", "pip sync", "pip install"]
SYNC = ["pip sync", "pip install"]
AGAIN = ["pip sync again", "pip install"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("nothing", NOTHING),
        ("stamp gone", ANEW),
        ("interpreter gone", ANEW),
        ("interpreter of another version", ANEW),
        ("moved", ANEW),
        ("lock changed", SYNC),
        ("own package changed", SYNC),
        ("file gone", AGAIN),
        ("file cut short", AGAIN),
        ("other package added by hand", NOTHING),
    ],
)
def test_environment_is_brought_up_to_date_with_as_little_as_it_takes(
    tmp_path: Path, change: str, expected: list[str]
) -> None:
    case = Case(tmp_path)
    assert case.bring() == ANEW
    packages = case.folder / "lib/python3.10/site-packages"
    match change:
        case "nothing":
            pass
        case "stamp gone":
            (case.stamps / "bot.json").unlink()
        case "interpreter gone":
            (case.folder / "bin/python").unlink()
        case "interpreter of another version":
            (case.folder / "bin/python").write_text("#!/bin/sh\necho 3.12\n")
        case "moved":
            case.folder = case.folder.rename(tmp_path / "elsewhere")
            case.uv.folder = case.folder
        case "lock changed":
            case.lock.write_text("thing==2")
        case "own package changed":
            (case.local / "code.py").write_text("2")
        case "file gone":
            (packages / "thing.py").unlink()
        case "file cut short":
            (packages / "thing.py").write_text("1")
        case "other package added by hand":
            (packages / "debugger.py").write_text("1")
    assert case.bring() == expected
    assert case.bring() == NOTHING


@pytest.mark.parametrize("step", ["venv", "pip sync", "pip install"])
def test_interrupted_installation_is_done_anew(tmp_path: Path, step: str) -> None:
    case = Case(tmp_path)
    case.uv.fails = step
    with pytest.raises(RuntimeError):
        case.bring()
    case.uv.fails = ""
    assert case.bring() == ANEW


def test_installation_that_leaves_holes_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(tmp_path)
    monkeypatch.setattr(environments, "missing_files", lambda _: [Path("hole")])
    with pytest.raises(environments.DamagedEnvironment, match="hole"):
        case.bring()
    assert not (case.stamps / "bot.json").exists()


def test_missing_files_of_nothing_are_none(tmp_path: Path) -> None:
    assert missing_files(tmp_path) == []


def project(root: Path) -> Paths:
    for name in (
        "config.yml",
        "domain.yml",
        "data/nlu/a.yml",
        "bot/nlu/pinyin.py",
        "locks/bot.txt",
        "models/kamidesk.tar.gz",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    paths = Paths(root)
    made_from = digest(train.inputs(root), base=root)
    Stamp(paths.stamps / "model.json").write(made_from, size=paths.model.stat().st_size)
    return paths


@pytest.mark.parametrize(
    ("change", "current"),
    [
        ("README.md", True),
        ("bot/channel.py", True),
        ("actions/x.py", True),
        ("config.yml", False),
        ("domain.yml", False),
        ("data/nlu/a.yml", False),
        ("data/rules/new.yml", False),
        ("bot/nlu/pinyin.py", False),
        ("locks/bot.txt", False),
        ("models/kamidesk.tar.gz", False),
    ],
)
def test_model_is_trained_again_when_what_it_is_made_from_changed(tmp_path: Path, change: str, current: bool) -> None:
    paths = project(tmp_path)
    assert train.is_current(paths)
    (tmp_path / change).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / change).write_text("other")
    assert train.is_current(paths) is current


def fake_rasa(paths: Paths, script: str) -> None:
    paths.bot_python.parent.mkdir(parents=True)
    paths.bot_python.write_text(f"#!/bin/sh\n{script}\n")
    paths.bot_python.chmod(0o755)


@pytest.mark.parametrize(
    ("script", "said"),
    [("echo no intent named x; exit 1", "no intent named x"), ("exit 0", "Rasa trained no model")],
)
def test_failed_training_keeps_the_old_model_and_says_why(tmp_path: Path, script: str, said: str) -> None:
    paths = project(tmp_path)
    fake_rasa(paths, script)
    with pytest.raises(train.TrainingFailed, match=said):
        train.train(paths, Step(io.StringIO()))
    assert paths.model.read_text() == "models/kamidesk.tar.gz"


def test_training_replaces_the_model_and_is_remembered(tmp_path: Path) -> None:
    paths = project(tmp_path)
    (tmp_path / "domain.yml").write_text("changed")
    assert not train.is_current(paths)
    fake_rasa(paths, f'mkdir -p "{paths.var}/train" && echo new > "{paths.var}/train/kamidesk.tar.gz"')
    train.put_in_use(paths, train.train(paths, Step(io.StringIO())))
    assert paths.model.read_text() == "new\n"
    assert train.is_current(paths)
