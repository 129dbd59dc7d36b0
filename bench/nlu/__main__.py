"""`python -m bench.nlu`: our NLU beside stock pipelines, on our data. See bench/README.md."""

import argparse
import json
import sys
from pathlib import Path

from bench.nlu import report
from bench.nlu.contestants import CONTESTANTS, Contestant
from bench.nlu.lines import Unreadable
from bench.nlu.runs import Failed, Runs
from bench.turn import machine, project
from setup import prepare
from setup.failure import SetupError
from setup.paths import HERE
from setup.progress import Progress

MOST, FEW = 40, 8
"""Training lines of each intent; in a quick run."""
FOLDED = ("ours_no_sound", "ours")


def main() -> int:
    """Prepare, measure, report; return the exit code."""
    names = [each.name for each in CONTESTANTS]
    parser = argparse.ArgumentParser(prog="python -m bench.nlu", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few lines and epochs, to see that everything works")
    parser.add_argument("--most", type=int, default=MOST, help="training lines of each intent in the sample")
    parser.add_argument(
        "--only", nargs="*", choices=[*names, "folds"], help="go on with the run before: these, on its data"
    )
    parser.add_argument("--again", action="store_true", help="train nothing: the models of the run before read again")
    arguments = parser.parse_args()
    wanted = [*names, "folds"] if arguments.only is None else arguments.only
    contestants = [each for each in CONTESTANTS if each.name in wanted]
    folder = project.folder(HERE) / ("nlu-quick" if arguments.quick else "nlu")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with prepare.alone(HERE):
            stock = project.environment(HERE, Progress(2))

        def python(contestant: Contestant) -> Path:
            return HERE.bot_python if contestant.ours else stock

        most = FEW if arguments.quick else arguments.most
        runs = Runs(
            HERE.root, folder, python, most, arguments.quick, anew=arguments.only is None and not arguments.again
        )
        print("\n".join(f"{name}: {value}" for name, value in runs.facts.items()))
        for contestant in [] if arguments.again else contestants:
            _say(f"{contestant.title}: training")
            runs.train(contestant)
        for contestant in contestants:  # one behind the other, when the machine is about as busy for all
            _say(f"{contestant.title}: reading")
            runs.ask(contestant)
        for contestant in CONTESTANTS if "folds" in wanted and not arguments.again else []:
            if contestant.name in FOLDED:
                _say(f"{contestant.title}: cross-validation")
                runs.folds(contestant)
    except (SetupError, Failed, Unreadable) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    _report(runs, folder)
    return 0


def _report(runs: Runs, folder: Path) -> None:
    """Print the tables, and write them as Markdown and as a page."""
    facts = {**machine.facts(), **runs.facts, "load average": f"{machine.load():.2f}"}
    found = [kept for each in CONTESTANTS if (kept := runs.kept(each.name)) and "accuracy" in kept]
    folds = [kept for name in FOLDED if (kept := runs.kept(f"folds_{name}"))]
    text = report.markdown(facts, found, folds)
    print(f"\n{text}")
    (folder / "report.md").write_text(text, "utf-8")
    (folder / "report.html").write_text(report.page(text), "utf-8")
    everything = {"facts": facts, "contestants": found, "folds": folds}
    (folder / "nlu.json").write_text(json.dumps(everything, ensure_ascii=False, indent=1), "utf-8")
    print(f"all of it: {folder}/report.html, nlu.json")


def _say(text: str) -> None:
    print(f"… {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
