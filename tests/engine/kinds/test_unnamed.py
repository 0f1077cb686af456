"""No kind of task is named outside its folder."""

from __future__ import annotations

import ast
import re

from engine.kinds.registry import KINDS
from tests.test_house import named, nodes, text_of


def test_nobody_asks_which_kind_a_task_is() -> None:
    """What hangs on it, the kind says (`engine/kinds/kind.py`): outside its folder none is named,
    neither by its class, nor by comparing its name, nor in a table of names."""
    code = [name for name in named(".py") if name.startswith(("engine/", "web/"))]
    outside = [name for name in code if not name.startswith("engine/kinds/")]

    def names_one(node: ast.AST) -> bool:
        match node:
            case ast.ImportFrom(module=str(module)):
                return (
                    module.split(".")[:2] == ["engine", "kinds"] and module.split(".")[2] in KINDS
                )
            case ast.Compare(left=left, comparators=[right]):
                return _of_a_task(left) and bool(KINDS.keys() & _words(right))
            case ast.Dict(keys=keys) | ast.Set(elts=keys) | ast.Tuple(elts=keys):
                return len(KINDS.keys() & {word for key in keys if key for word in _words(key)}) > 3
            case ast.Match(subject=subject):
                return isinstance(subject, ast.Attribute) and subject.attr == "body"
        return False

    found = nodes(outside, ast.ImportFrom, ast.Compare, ast.Dict, ast.Set, ast.Tuple, ast.Match)
    assert [place for place, node in found if names_one(node)] == []
    pages = [name for name in named(".html", ".js") if name.startswith("web/")]
    assert [
        name for name in pages if re.search(r"task\.kind *[!=]=|data-kind=\"\w", text_of(name))
    ] == []


def _of_a_task(node: ast.AST) -> bool:
    """`task.kind`, `part["kind"]`."""
    if isinstance(node, ast.Attribute):
        return node.attr == "kind" and isinstance(node.value, ast.Name) and node.value.id == "task"
    return isinstance(node, ast.Subscript) and _words(node.slice) == {"kind"}


def _words(node: ast.AST) -> set[str]:
    return {
        n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }
