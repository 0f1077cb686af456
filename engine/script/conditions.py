"""Conditions as authors write them under `if`: to guards, or to an issue inside their text."""

from __future__ import annotations

from engine.script.fields import Reader
from engine.script.guards import GuardError, parse_guard
from engine.script.names import Names
from engine.script.nodes import Guard
from engine.script.source import Node, Scalar


def read_guard(reader: Reader, names: Names, node: Node | None, what: str = "if") -> Guard | None:
    """The guard at `node`; an issue stands at the place inside its text."""
    if node is None:
        return None
    text = node.value if isinstance(node, Scalar) else reader.text(node, what)
    try:
        return parse_guard(text, names)
    except GuardError as error:
        line, column = node.line, node.column
        if isinstance(node, Scalar) and "\n" not in text:
            column += error.offset + (0 if node.plain else 1)
        reader.issue(error.code, Node(line, column), **error.values)
        return None
