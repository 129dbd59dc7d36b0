"""Reads one file of articles."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from desk.knowledge.article import Article
from desk.knowledge.faults import Fault, line_of, syntax, why

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where the C library is there

Rule = Callable[[Article], Iterable[tuple[str, str]]]
"""What else must hold of an article: yields the field ("steps.0") and why it is wrong."""


@dataclass(frozen=True)
class Entry:
    """An article and where it stands: group (the folder), file under the knowledge folder, line."""

    article: Article
    group: str
    file: str
    line: int


@dataclass(frozen=True)
class Parsed:
    """The articles of a file that are right, and what is wrong with the others."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


def parse(text: str, file: str, rule: Rule) -> Parsed:
    """Read the text of a file; `file` is its path under the knowledge folder, the first folder of it the group."""
    try:
        root, content = yaml.compose(text, Loader), yaml.load(text, Loader)
    except yaml.YAMLError as problem:
        line, reason = syntax(problem)
        return Parsed((), (Fault(file, line, "", reason),))
    except ValueError as problem:  # a date such as 2027-02-30
        return Parsed((), (Fault(file, 0, "", f"有一个日期不存在：{problem}"),))
    if not isinstance(content, dict) or not isinstance(content.get("articles"), list):
        return Parsed((), (Fault(file, 1, "", "文件应以 articles: 开头，下面每篇以“- id:”开始"),))
    faults = [
        Fault(file, line_of(root, (name,)), "", f"{name}：文件里只能有 articles")
        for name in content
        if name != "articles"
    ]
    entries: list[Entry] = []
    for place, item in enumerate(content["articles"]):
        node = _item(root, place)
        wrong = [*_twice(node), *_wrong(item, rule)]
        name = str(item.get("id", "")) if isinstance(item, dict) else ""
        faults += [Fault(file, line_of(node, path), name, reason) for path, reason in wrong]
        if not wrong:
            entries.append(Entry(Article.model_validate(item), file.split("/")[0], file, node.start_mark.line + 1))
    return Parsed(tuple(entries), tuple(faults))


def _wrong(item: Any, rule: Rule) -> Iterator[tuple[tuple[str | int, ...], str]]:
    try:
        article = Article.model_validate(item)
    except ValidationError as problem:
        yield from ((error["loc"], why(error)) for error in problem.errors())
        return
    for field, reason in rule(article):
        path = tuple(int(step) if step.isdigit() else step for step in field.split("."))
        yield path, f"{field.split('.')[0]}：{reason}"


def _item(root: Any, place: int) -> Any:
    articles = next(value for key, value in root.value if key.value == "articles")
    return articles.value[place]


def _twice(node: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the fields that stand twice in an article: YAML would silently take the last."""
    if isinstance(node, yaml.MappingNode):
        names = [key.value for key, _ in node.value]
        yield from (((name,), f"{name}：写了两次") for name in dict.fromkeys(names) if names.count(name) > 1)
