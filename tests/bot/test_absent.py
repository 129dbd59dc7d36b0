"""Stand-ins for libraries, in a process of their own: they would stand in for this one's as well."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
START = "from bot import absent; absent.install(); absent.install(); "


def _run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", START + code], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    "code",
    [
        "from aiogram import Bot; assert type('Own', (Bot, dict), {})() == {}",
        "import boto3; from boto3.dynamodb.conditions import Key; Key('a')",
        "import matplotlib; matplotlib.get_backend(); from matplotlib.ticker import FormatStrFormatter",
        "import rasa.core.channels, rasa.core.tracker_store, rasa.server",
        "import json, requests; json.loads('1'); requests.Session()",  # others stay themselves
    ],
)
def test_what_is_only_named_is_no_trouble(code: str) -> None:
    done = _run(code)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("code", ["import boto3; boto3.Session().resource('x')", "import pymongo; pymongo.Client().db"])
def test_what_is_used_says_why_it_fails(code: str) -> None:
    done = _run(code)
    assert done.returncode == 1
    assert "rasa run" in done.stderr


def test_a_missing_model_is_told_in_words() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.serve", "--model", "nowhere.tar.gz"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "nowhere.tar.gz: no such model" in done.stderr
