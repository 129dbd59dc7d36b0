"""What is wrong with a file of articles: where, and why in an author's words."""

from dataclasses import dataclass
from typing import Any

import yaml

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        file: path under the knowledge folder.
        line: from 1; 0 for the whole file.
        article: id of the article, where one is known.
        why: what is wrong.
        warning: the article is used all the same.
    """

    file: str
    line: int
    article: str
    why: str
    warning: bool = False

    def __str__(self) -> str:
        where = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{where}{f'（{self.article}）' if self.article else ''}：{self.why}"


def line_of(node: Any, path: Path) -> int:
    """Return the line of the deepest step of `path` that is there."""
    line = node.start_mark.line + 1 if node is not None else 0
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def spoken(path: Path) -> str:
    """Return a field as authors count: also[2] is the second of `also`."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def why(error: Any) -> str:
    """Return one of pydantic's errors in Chinese."""
    context, kind, name = error.get("ctx", {}), error["type"], spoken(error["loc"])
    known = {
        "missing": "缺少这一项",
        "extra_forbidden": "没有这个字段，检查拼写",
        "string_type": "应为文字；数字和日期请加引号",
        "string_too_short": "不能空着",
        "string_too_long": f"最多 {context.get('max_length')} 个字符",
        "string_pattern_mismatch": "只能用小写字母、数字和单个横杠，如 key-not-received",
        "literal_error": f"只能是 {context.get('expected', '')}".replace("'", "").replace(" or ", "、"),
        "date_type": "应为日期，如 2027-05-20，不加引号",
    }
    if kind.startswith(("tuple", "list")):
        return f"{name}：应为一列，每行一个，以“- ”开头"
    if kind.startswith(("dict", "model")):
        return f"{name}：应为一组“字段: 值”"
    return f"{name}：{known.get(kind, error['msg'])}"


def syntax(problem: yaml.YAMLError) -> tuple[int, str]:
    """Return the line of a YAML error, and why."""
    mark = getattr(problem, "problem_mark", None)
    return mark.line + 1 if mark else 0, "格式不对，看看缩进、冒号后面的空格和引号；以 { 或 [ 开头的话要加引号"
