"""Which model is in use after `make run` and `make train`; a script stands in for training and measuring."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from io import StringIO
from pathlib import Path

import pytest

from setup import promotion, train
from setup.paths import Paths
from setup.progress import Progress, Step

BOT = """\
#!/bin/sh
# The bot's Python: trains a "model" that is a copy of the data, and judges it by the word "worse" in it.
out= model= beside=
for word in "$@"; do
  case "$before" in --out) out=$word;; --model) model=$word;; --beside) beside=$word;; esac
  before=$word
done
echo "$*" >> calls
if [ "$3" = train ]; then
  grep -q broken data/nlu.yml && exit 1
  mkdir -p "$out" && cp data/nlu.yml "$out/kamidesk.tar.gz"
  exit
fi
mkdir -p "$out"
worse='[]'
grep -q worse "$model" && [ -n "$beside" ] && worse='["slice typos: 95.0 → 80.0"]'
echo '{"told": [], "worse": '"$worse"'}' > "$out/verdict.json"
[ -e tests.none ] || echo '{"sha256": "'"$(sha256sum "$model" | cut -d" " -f1)"'"}' > "${model%.tar.gz}.json"
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    checkout = Paths(tmp_path)
    checkout.bot_python.parent.mkdir(parents=True)
    checkout.bot_python.write_text(BOT, "utf-8")
    checkout.bot_python.chmod(checkout.bot_python.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "data").mkdir()
    return checkout


def step() -> Step:
    return Step(StringIO())


def write(paths: Paths, data: str) -> None:
    (paths.root / "data" / "nlu.yml").write_text(data, "utf-8")


def make_train(paths: Paths, data: str | None = None, *, force: bool = False) -> None:
    if data is not None:
        write(paths, data)
    with Progress(1, StringIO()).step("model") as running:
        promotion.use_measured(paths, running, force=force)


def make_run(paths: Paths, data: str) -> None:
    write(paths, data)
    promotion.use_unmeasured(paths, train.train(paths, step()))


def models(paths: Paths) -> dict[str, str]:
    """Every model that is there; a star marks one with figures of its own."""
    found = {"used": paths.model, "previous": paths.previous, "candidate": paths.candidate}
    return {
        name: file.read_text("utf-8") + "*" * promotion.is_measured(file)
        for name, file in found.items()
        if file.exists()
    }


def calls(paths: Paths, word: str) -> int:
    file = paths.root / "calls"
    return sum(word in line for line in file.read_text("utf-8").splitlines()) if file.exists() else 0


def test_first_training_has_nothing_to_beat(paths: Paths) -> None:
    make_train(paths, "worse than nothing")
    assert models(paths) == {"used": "worse than nothing*"}
    assert "--beside" not in (paths.root / "calls").read_text("utf-8")


def test_unchanged_data_are_neither_trained_nor_measured_again(paths: Paths) -> None:
    make_train(paths, "one")
    make_train(paths)
    assert (calls(paths, "rasa train"), calls(paths, " gate ")) == (1, 1)


def test_a_good_model_takes_the_place_and_the_old_one_is_kept(paths: Paths) -> None:
    make_train(paths, "one")
    make_train(paths, "two")
    make_train(paths, "three")
    assert models(paths) == {"used": "three*", "previous": "two*"}
    assert train.is_current(paths)


def test_a_worse_model_is_refused_and_kept_beside(paths: Paths) -> None:
    make_train(paths, "one")
    with pytest.raises(promotion.Refused, match=r"slice typos: 95\.0 → 80\.0") as refused:
        make_train(paths, "worse")
    assert "models/candidate/kamidesk.tar.gz" in str(refused.value)
    assert "make train FORCE=1" in str(refused.value)
    assert models(paths) == {"used": "one*", "candidate": "worse*"}
    assert promotion.is_refused(paths)


def test_force_takes_the_refused_model_without_training_it_again(paths: Paths) -> None:
    make_train(paths, "one")
    with pytest.raises(promotion.Refused):
        make_train(paths, "worse")
    make_train(paths, force=True)
    assert models(paths) == {"used": "worse*", "previous": "one*"}
    assert calls(paths, "rasa train") == 2
    assert not promotion.is_refused(paths)


def test_after_a_refusal_other_data_are_trained_again(paths: Paths) -> None:
    make_train(paths, "one")
    with pytest.raises(promotion.Refused):
        make_train(paths, "worse")
    write(paths, "two")
    assert not promotion.is_refused(paths)
    make_train(paths)
    assert models(paths) == {"used": "two*", "previous": "one*"}


def test_trying_out_keeps_the_last_measured_model(paths: Paths) -> None:
    make_train(paths, "one")
    make_run(paths, "worse a")
    make_run(paths, "worse b")
    assert models(paths) == {"used": "worse b", "previous": "one*"}
    assert calls(paths, " gate ") == 1


def test_what_was_tried_out_is_measured_against_the_last_measured_model(paths: Paths) -> None:
    make_train(paths, "one")
    make_run(paths, "two")
    make_train(paths)
    assert models(paths) == {"used": "two*", "previous": "one*"}
    assert calls(paths, "rasa train") == 2
    assert calls(paths, "--beside models/previous.tar.gz") == 1


def test_what_was_tried_out_and_is_worse_gives_the_place_back(paths: Paths) -> None:
    make_train(paths, "one")
    make_run(paths, "worse")
    with pytest.raises(promotion.Refused):
        make_train(paths)
    assert models(paths) == {"used": "one*", "previous": "one*", "candidate": "worse*"}
    assert promotion.is_refused(paths)
    assert not train.is_current(paths)
    make_train(paths, force=True)
    assert models(paths) == {"used": "worse*", "previous": "one*"}


def test_a_model_that_was_only_tried_out_is_what_there_is_to_beat(paths: Paths) -> None:
    make_run(paths, "one")
    with pytest.raises(promotion.Refused):
        make_train(paths, "worse")
    assert models(paths) == {"used": "one", "candidate": "worse*"}
    make_train(paths, "two")
    assert models(paths) == {"used": "two*", "previous": "one"}


def test_without_test_sets_a_model_is_used_unmeasured(paths: Paths) -> None:
    (paths.root / "tests.none").touch()
    make_train(paths, "one")
    assert models(paths) == {"used": "one"}


def test_failed_training_changes_nothing(paths: Paths) -> None:
    make_train(paths, "one")
    with pytest.raises(train.TrainingFailed):
        make_train(paths, "broken")
    assert models(paths) == {"used": "one*"}


def test_figures_of_another_model_do_not_count(paths: Paths) -> None:
    make_train(paths, "one")
    paths.figures.write_text(json.dumps({"sha256": hashlib.sha256(b"other").hexdigest()}), "utf-8")
    assert not promotion.is_measured(paths.model)


def test_rasa_picks_the_model_in_use(paths: Paths) -> None:
    """`rasa shell` takes the newest archive in models/."""
    make_train(paths, "one")
    make_train(paths, "two")
    with pytest.raises(promotion.Refused):
        make_train(paths, "worse")
    newest = max((paths.root / "models").glob("*.tar.gz"), key=lambda file: os.stat(file).st_ctime_ns)
    assert newest.read_text("utf-8") == "two"
