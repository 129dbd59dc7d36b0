"""The documentation's promises that a machine can check: links, settings, the signing example."""

import json
import re
from pathlib import Path

import pytest

from desk.channels.web.identity import Identity, verify
from desk.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md"))]
_LINK = re.compile(r"\]\(([^)\s#]+)?(?:#([^)\s]+))?\)")


def prose(page: Path) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the anchors that a page's headings get where Markdown is shown."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(re.sub(r"`[^`]+`", "", prose(page))):
        if not target.startswith("http"):
            file = page.parent / target if target else page
            assert file.exists(), target
            assert not anchor or anchor in anchors(file), f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_named_are_there(page: Path) -> None:
    made = {"data/nlu/gifts.yml", "bot/.venv"}  # by the example for designers, by the set-up
    folders = "actions|bot|data|desk|docs|locks|setup|tests"
    named = set(re.findall(rf"`((?:{folders})/[\w./-]+)`", prose(page))) - made
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_settings_are_told_and_exist() -> None:
    known = {f"KAMIDESK_{name.upper()}" for name in Settings.model_fields}
    example = re.findall(r"^#?(KAMIDESK_\w+)=", (ROOT / "kamidesk.env.example").read_text("utf-8"), re.MULTILINE)
    assert set(example) == known
    table = re.findall(r"^\| `(KAMIDESK_\w+)` \|", (ROOT / "docs/operators.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(table) == sorted(example)


def test_defaults_are_told() -> None:
    example = (ROOT / "kamidesk.env.example").read_text("utf-8")
    defaults = dict(re.findall(r"^#(KAMIDESK_\w+)=(\S+)$", example, re.MULTILINE))
    rows = re.findall(r"^\| `(KAMIDESK_\w+)` \| `([^`]+)` \|", (ROOT / "docs/operators.md").read_text("utf-8"), re.M)
    assert dict(rows) == defaults


def test_the_signing_example_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "h" * 40
    monkeypatch.setenv("KAMIDESK_SHOP_SECRET", secret)
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(example, names)
    made = names["identify"]("u1001", "林小雨</script>")  # type: ignore[operator]
    assert "<" not in made
    verify(secret, Identity(**json.loads(made)))
