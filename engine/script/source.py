"""YAML text to nodes that know their line and column; strict (language §4).

libyaml's events and our own builder: every scalar stays text (`1921-07-23`, `no`, `19:21`), and is
typed later by what the language expects there. Refused, each with its place: duplicate keys,
aliases and anchors, tags, keys that are no plain words, control characters, nesting over 32, files
over 1 MiB, what is no text (`encoding`), more than one document.
"""

from __future__ import annotations

import re
from typing import Final

import yaml

from engine.errors import Issue, Place
from engine.script.encoding import UnreadableText, decoded
from engine.script.folding import LINE_ENDS, joined
from engine.script.issues import ISSUES_MAX, issue
from engine.script.mending import Mending

BYTES_MAX: Final = 1 << 20
DEPTH_MAX: Final = 32
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""Only an escape in double quotes can bring these in."""


class Node:
    """A piece of the document, with where it begins (from 1)."""

    __slots__ = ("column", "line")

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column


class Scalar(Node):
    """A piece of text; `plain`: written without quotes or a block sign."""

    __slots__ = ("plain", "value")

    def __init__(self, line: int, column: int, value: str, plain: bool) -> None:
        super().__init__(line, column)
        self.value = value
        self.plain = plain


class Mapping(Node):
    """Keys and values in the order written, each key once."""

    __slots__ = ("entries",)

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.entries: dict[str, tuple[Scalar, Node]] = {}


class Sequence(Node):
    """Items in the order written."""

    __slots__ = ("items",)

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.items: list[Node] = []


def read_source(data: bytes, file: str) -> tuple[Mapping | None, list[Issue]]:
    """The document's mapping, if there is one, and what is wrong with the text."""
    start = Place(file, 1, 1)
    if len(data) > BYTES_MAX:
        return None, [issue("SC001", start, size=len(data))]
    try:
        text = decoded(data).text
    except UnreadableText as error:
        return None, [issue("SC002", Place(file, error.line, error.column))]
    root, issues, _ = read_text(text, file)
    if root is None and not issues:
        return None, [issue("SC004", start)]
    if isinstance(root, Mapping):
        return root, issues
    return None, issues or [issue("SC005", start)]


def read_text(text: str, file: str) -> tuple[Node | None, list[Issue], str]:
    """The document, read on after every slip that can be mended; None if it can't be read to its
    end, which is one of the issues. Last the text as it was read, mended."""
    mending = Mending(text, file)
    while True:
        builder = _Builder(file)
        try:
            builder.build(mending.text)
        except yaml.YAMLError as error:
            if mending.mend(error):
                continue
            return None, [*builder.issues, *mending.issues], mending.text
        except _Hopeless:
            return None, [*mending.issues, *builder.issues], mending.text
        alone = isinstance(builder.root, Scalar) and not builder.issues
        if alone and mending.slip_in(builder.root.line - 1):  # type: ignore[union-attr]
            continue
        return builder.root, [*mending.issues, *builder.issues], mending.text


_REFUSED: Final = Scalar(0, 0, "", True)
"""Stands for a key that is none; its value is passed over."""


class _Hopeless(Exception):
    """Reading on would only cost time: brackets or mistakes by the thousand are no script."""


class _Builder:
    """Builds nodes from events; a refused piece is passed over, so that all are found at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.issues: list[Issue] = []
        self.root: Node | None = None
        self._stack: list[Node] = []
        self._keys: list[Scalar | None] = []
        self._documents = 0
        self._lines: list[str] = []

    def _issue(self, code: str, line: int, column: int, **values: object) -> None:
        place = Place(self.file, line, column)
        if len(self.issues) == ISSUES_MAX:
            self.issues.append(issue("SC013", place))
            raise _Hopeless
        self.issues.append(issue(code, place, **values))

    def build(self, text: str) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._lines = LINE_ENDS.split(text)
        for event in yaml.parse(text, Loader=loader):
            mark = event.start_mark
            assert mark is not None, "libyaml marks every event"
            line, column = mark.line + 1, mark.column + 1
            if isinstance(event, yaml.ScalarEvent):
                self._marked(event, line, column)
                if event.style == '"' and _CONTROL.search(event.value):
                    self._issue("SC012", line, column)
                value = self._folded(event)
                self._add(Scalar(line, column, value, event.style in (None, "")))
            elif isinstance(event, yaml.MappingStartEvent):
                self._marked(event, line, column)
                self._open(Mapping(line, column))
            elif isinstance(event, yaml.SequenceStartEvent):
                self._marked(event, line, column)
                self._open(Sequence(line, column))
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._stack.pop()
                self._keys.pop()
            elif isinstance(event, yaml.AliasEvent):
                self._issue("SC007", line, column)
                self._add(Scalar(line, column, "", True))
            elif isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents == 2:
                    self._issue("SC009", line, column)
                    return  # what comes then is another's, and may be so a thousand times

    def _folded(self, event: yaml.ScalarEvent) -> str:
        """The text, with its wrapped lines joined as Chinese is written."""
        value: str = event.value
        begun, end = event.start_mark, event.end_mark
        if begun is None or end is None:
            return value
        begins, ends = (begun.line, begun.column), (end.line, end.column)
        return joined(value, event.style, begins, ends, self._lines)

    def _marked(self, event: yaml.NodeEvent, line: int, column: int) -> None:
        if event.anchor is not None:
            self._issue("SC007", line, column)
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._issue("SC008", line, column, tag=tag)

    def _open(self, node: Mapping | Sequence) -> None:
        if len(self._stack) == DEPTH_MAX:
            self._issue("SC010", node.line, node.column)
            raise _Hopeless
        self._add(node)
        self._stack.append(node)
        self._keys.append(None)

    def _add(self, node: Node) -> None:
        if not self._stack:
            if self._documents == 1:
                self.root = node
            return
        parent = self._stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        assert isinstance(parent, Mapping)
        key = self._keys[-1]
        if key is None:
            self._keys[-1] = self._key(node)
            return
        self._keys[-1] = None
        if key is _REFUSED:
            return
        if key.value in parent.entries:
            first = parent.entries[key.value][0]
            self._issue("SC006", key.line, key.column, key=key.value, first=first.line)
        else:
            parent.entries[key.value] = (key, node)

    def _key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            return node
        self._issue("SC011", node.line, node.column)
        return _REFUSED
