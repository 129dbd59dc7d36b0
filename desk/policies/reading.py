"""Reads policies.yml and says what is wrong with it by line, in an operator's words."""

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml
from pydantic import ValidationError

from desk.errors import DeskError
from desk.policies.model import Policy


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the line (from 1; 0 for the whole file), the setting, and why."""

    line: int
    name: str
    why: str

    def __str__(self) -> str:
        where = f"第 {self.line} 行 " if self.line else ""
        return f"{where}{self.name}：{self.why}" if self.name else f"{where}{self.why}"


class BadPolicy(DeskError):
    """The file cannot be used; `faults` says why."""

    code: ClassVar[str] = "bad_policy"
    status: ClassVar[int] = 422
    message: ClassVar[str] = "政策文件有错，没有生效"

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults="；".join(map(str, faults)))
        self.faults = faults


def read(path: Path) -> Policy:
    """Read the file.

    Raises:
        BadPolicy: it is missing, no YAML, or says something that cannot be.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadPolicy([Fault(0, "", f"读不了 {path.name}：{_cause(problem)}")]) from problem
    return parse(text)


def parse(text: str) -> Policy:
    """Read the file's text; see `read`."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        raise BadPolicy([Fault(line, "", "格式不对，看看缩进、冒号后面的空格和引号")]) from problem
    if not isinstance(content, dict):
        raise BadPolicy([Fault(0, "", "文件是空的，或者不是一项项的设置")])
    if twice := _twice(tree):
        raise BadPolicy(twice)
    try:
        return Policy.model_validate(content)
    except ValidationError as problem:
        raise BadPolicy([_fault(error, tree) for error in problem.errors()]) from problem


def _twice(node: Any, path: str = "") -> list[Fault]:
    """Return the names that stand twice in one section: YAML would silently take the last."""
    faults: list[Fault] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = f"{path}.{key.value}" if path else str(key.value)
            if key.value in seen:
                faults.append(Fault(key.start_mark.line + 1, name, "这一项写了两次"))
            seen.add(key.value)
            faults += _twice(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value, 1):
            faults += _twice(value, f"{path}[{place}]")
    return faults


def _fault(error: Any, tree: Any) -> Fault:
    path = tuple(error["loc"])
    return Fault(_line(tree, path), _spoken(path), _why(error, path))


def _spoken(path: tuple[str | int, ...]) -> str:
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else ("." if text else "") + step
    return text.replace(".[key]", "")


def _line(node: Any, path: tuple[str | int, ...]) -> int:
    line = 0
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                return line
            key, node = found
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def _why(error: Any, path: tuple[str | int, ...]) -> str:
    context, kind = error.get("ctx", {}), error["type"]
    allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
    known = {
        "missing": "缺少这一项",
        "greater_than": f"要大于 {context.get('gt')}",
        "greater_than_equal": f"不能小于 {context.get('ge')}",
        "less_than_equal": f"不能大于 {context.get('le')}",
        "literal_error": f"只能是 {allowed}",
        "enum": f"只能是 {allowed}",
        "too_short": "至少写一个",
        "too_long": f"最多写 {context.get('max_length')} 个",
        "string_too_short": "不能空着",
        "string_type": "应为文字；数字请加引号",
        "decimal_max_places": "金额最多两位小数",
        "value_error": str(context.get("error", "")),
    }
    if kind == "extra_forbidden":
        return f"没有这一项设置{_meant(path)}"
    if kind in known:
        return known[kind]
    if kind.startswith(("int", "float", "decimal")):
        return "应为数字"
    if kind.startswith(("dict", "model")):
        return "应为一组设置（名字: 值）"
    if kind.startswith(("tuple", "list")):
        return "应为一列（每行一个，或写在方括号里）"
    return str(error["msg"])


def _meant(path: tuple[str | int, ...]) -> str:
    fields: Any = Policy.model_fields
    for step in path[:-1]:
        if not isinstance(step, str) or step not in fields:
            return ""
        fields = getattr(fields[step].annotation, "model_fields", {})
    close = difflib.get_close_matches(str(path[-1]), list(fields), n=1)
    return f"，是不是想写 {close[0]}？" if close else ""


def _cause(problem: Exception) -> str:
    return "不是 UTF-8 编码" if isinstance(problem, UnicodeDecodeError) else "文件不存在或没有权限"
