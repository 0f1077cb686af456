"""Tidying a script: one indentation, one space, comments kept, not a word changed.

Lines are never wrapped: an author wraps where a reader of the script needs it, and a text or a test
that stands in one line stays there.

ruamel.yaml carries comments, quotes and the author's own flow through; it is told that every scalar
is text, as the language has it, so that `1921-07-23`, `no` and `007` stay what they are. What comes
out is read back and compared with what went in before anybody gets to see it.
"""

from __future__ import annotations

import io
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.tag import Tag

from engine.errors import AppError, Text
from engine.script.folding import LINE_ENDS, joined
from engine.script.source import Mapping, Node, Scalar, Sequence, read_source

_UNWRAPPED: Final = 1 << 21
"""Wider than any script."""
_STR: Final = Tag(suffix="tag:yaml.org,2002:str")


class FormatError(AppError):
    """The script was left as it is."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "not_formatted",
            Text(f"没有整理：{why}。", f"Left as it is: {why}."),
            Text("先用 hongchuan check 改好写法，再整理。", "Mend it with hongchuan check first."),
        )


class _TextResolver(VersionedResolver):
    """Every plain scalar is text."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is ScalarNode:
            return _STR
        return super().resolve(kind, value, implicit)


def _joining(lines: list[str]) -> type[RoundTripConstructor]:
    """A constructor that joins wrapped texts as `source` does; ruamel keeps none of them wrapped,
    but for blocks."""

    class Joining(RoundTripConstructor):
        def construct_scalar(self, node: Any) -> Any:
            if isinstance(node, ScalarNode) and node.style not in ("|", ">"):
                begun, end = node.start_mark, node.end_mark
                begins, ends = (begun.line, begun.column), (end.line, end.column)
                node.value = joined(node.value, node.style, begins, ends, lines)
            return super().construct_scalar(node)

    return Joining


def formatted(text: str) -> str:
    """The script, tidied. Raises FormatError where it can't be read or would change."""
    before = _tree(text)
    if before is None:
        raise FormatError("YAML 写法有错")
    try:
        done = _round(_round(text))
    except (YAMLError, ValueError, AttributeError) as error:
        raise FormatError(f"YAML 写法有错（{type(error).__name__}）") from error
    if _tree(done) != before:
        raise FormatError("整理以后意思会变")
    return done


def _round(text: str) -> str:
    yaml = YAML()
    yaml.Resolver = _TextResolver
    yaml.Constructor = _joining(LINE_ENDS.split(text))
    yaml.preserve_quotes = True
    yaml.width = _UNWRAPPED
    yaml.allow_unicode = True
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(yaml.load(text), out)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _tree(text: str) -> object:
    """What the language reads: mappings in order, lists, texts; None if it can't."""
    root, issues = read_source(text.encode(), "")
    return _plain(root) if root is not None and not issues else None


def _plain(node: Node) -> object:
    if isinstance(node, Mapping):
        return [(key, _plain(value)) for key, (_, value) in node.entries.items()]
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    assert isinstance(node, Scalar), "there are three kinds of nodes"
    return node.value, node.value == "" and node.plain
