"""A script's text as a tree that knows where each piece begins and ends, for edits by span.

`engine/script/source.py` reads what a script means, mending slips as it goes, and forgets where a
piece ends: the compiler needs no more. Who edits needs the ends, the signs and the manner of every
piece, and must read the text just as it stands: so this reads the same events without mending, and
notes what no edit may touch (anchors, aliases, tags, keys written twice).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal

import yaml

from engine.errors import AppError, Text
from engine.script.folding import LINE_ENDS, joined
from engine.script.source import DEPTH_MAX

Path = tuple[str | int, ...]
"""Keys and places in lists (from 0), from the document's top."""
Plain = str | list["Plain"] | dict[str, "Plain"]
"""What a piece says, without its layout; a key without a value says the empty text."""


class LeftAlone(AppError):
    """The text was left as it is: `line`, `column` (from 1) say where, the message why."""

    def __init__(self, line: int, column: int, why: Text) -> None:
        super().__init__(
            "left_alone",
            Text(
                f"第 {line} 行第 {column} 格：{why.zh}，表单不改它。",
                f"Line {line}, column {column}: {why.en}; no form changes it.",
            ),
            Text("请在源文里改这一处。", "Change it in the source."),
        )
        self.line = line
        self.column = column
        self.why = why


ANCHOR: Final = Text("这里用了锚点（&、*）或标签（!）", "an anchor, an alias or a tag stands here")
TWICE: Final = Text("同一个键写了两次", "a key is written twice")
UNREAD: Final = Text("这里的写法读不下去", "it can't be read on from here")
ODD: Final = Text("这里的写法特别，改了会动到别处", "it is written so that more would change")
ABSENT: Final = Text("这里没有要改的东西", "what is to be changed isn't there")


@dataclass(slots=True)
class Span:
    """A piece of the text. `end` is where its own characters end: no line's end, no comment."""

    kind: Literal["text", "map", "list"]
    start: int
    end: int
    style: str = ""
    """Of a text: the sign it is written in, empty for plain. Of a collection: `{` in flow."""
    value: str = ""
    entries: dict[str, tuple[Span, Span]] = field(default_factory=dict)
    """Of a map: key → (the key as written, its value), in the order written."""
    items: list[Span] = field(default_factory=list)
    fixed: Text | None = None
    """Why nothing may be edited here; None: it may."""

    @property
    def flow(self) -> bool:
        """Written in brackets."""
        return self.style == "{"

    @property
    def empty(self) -> bool:
        """A key or a dash without anything behind it."""
        return self.kind == "text" and self.start == self.end

    def plain(self) -> Plain:
        """What it says."""
        if self.kind == "map":
            return {key: value.plain() for key, (_, value) in self.entries.items()}
        if self.kind == "list":
            return [item.plain() for item in self.items]
        return self.value

    def pieces(self) -> list[Span]:
        """It and all below it."""
        below = [piece for pair in self.entries.values() for piece in pair] + self.items
        return [self, *(one for piece in below for one in piece.pieces())]


class Script:
    """A text that can be edited. Raises LeftAlone where it can't be read to its end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(end.end() for end in LINE_ENDS.finditer(text))]
        self._lines = LINE_ENDS.split(text)
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.root = self._read()

    def at(self, line: int, column: int) -> int:
        """The place in the text of a line and column, both from 0."""
        return min(self._starts[min(line, len(self._starts) - 1)] + column, len(self.text))

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, from 1."""
        line = bisect_right(self._starts, index) - 1
        return line + 1, index - self._starts[line] + 1

    def column(self, index: int) -> int:
        """Characters before it in its line."""
        return self.place(index)[1] - 1

    def line_start(self, index: int) -> int:
        """Where its line begins."""
        return self._starts[self.place(index)[0] - 1]

    def line_end(self, index: int) -> int:
        """Where its line's characters end."""
        found = LINE_ENDS.search(self.text, index)
        return found.start() if found is not None else len(self.text)

    def left(self, index: int, why: Text) -> LeftAlone:
        """To be raised: nothing is changed, for what stands at `index`."""
        return LeftAlone(*self.place(index), why)

    def find(self, path: Path) -> Span:
        """What is at the path. Raises LeftAlone where nothing is, or an edit would reach further
        than it looks."""
        here = self.root
        for step in path:
            self._open(here)
            below = _below(here, step)
            if below is None:
                raise self.left(here.start, ABSENT)
            here = below
        self._open(here)
        return here

    def has(self, path: Path) -> bool:
        """Something is written there."""
        here: Span | None = self.root
        for step in path:
            here = _below(here, step) if here is not None else None
        return here is not None

    def _open(self, span: Span) -> None:
        if span.fixed is not None:
            raise self.left(span.start, span.fixed)

    def _read(self) -> Span:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        tree = _Tree(self)
        try:
            for event in yaml.parse(self.text, Loader=loader):
                tree.take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line, mark.column) if mark is not None else (0, 0)
            raise self.left(self.at(line, column), UNREAD) from error
        except (yaml.YAMLError, UnicodeError) as error:
            raise LeftAlone(1, 1, UNREAD) from error
        if tree.root is None or tree.root.kind != "map":
            raise LeftAlone(1, 1, UNREAD)
        return tree.root

    def event_value(self, event: Any) -> str:
        """A scalar's text, its wrapped lines joined as the language joins them."""
        begun, end = event.start_mark, event.end_mark
        begins, ends = (begun.line, begun.column), (end.line, end.column)
        return joined(event.value, event.style, begins, ends, self._lines)


@lru_cache(maxsize=16)
def script_of(text: str) -> Script:
    """The text as a tree, which nobody changes; kept for a while, since an edit is often followed
    by another. Raises LeftAlone."""
    return Script(text)


def _below(here: Span, step: str | int) -> Span | None:
    if isinstance(step, int):
        return here.items[step] if here.kind == "list" and step < len(here.items) else None
    entry = here.entries.get(step) if here.kind == "map" else None
    return entry[1] if entry is not None else None


class _Tree:
    """Builds spans from events."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._open: list[Span] = []
        self._keys: list[Span | None] = []
        self.root: Span | None = None
        self._documents = 0

    def take(self, event: Any) -> None:
        script, mark, end = self._script, event.start_mark, event.end_mark
        start = script.at(mark.line, mark.column)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise script.left(start, UNREAD)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(self._open) == DEPTH_MAX:
                raise script.left(start, UNREAD)
            kind: Literal["map", "list"] = (
                "map" if isinstance(event, yaml.MappingStartEvent) else "list"
            )
            span = Span(kind, start, start, "{" if event.flow_style else "")
            self._add(_marked(span, event))
            self._open.append(span)
            self._keys.append(None)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close(script.at(end.line, end.column))
        elif isinstance(event, yaml.ScalarEvent):
            self._add(self._text(event, start, script.at(end.line, end.column)))
        elif isinstance(event, yaml.AliasEvent):
            stop = script.at(end.line, end.column)
            self._add(Span("text", start, stop, "*", fixed=ANCHOR))

    def _text(self, event: Any, start: int, end: int) -> Span:
        style = event.style or ""
        if style in ("|", ">"):
            end = _block_end(self._script.text, start, end)
        value = self._script.event_value(event)
        return _marked(Span("text", start, end, style, value), event)

    def _close(self, end: int) -> None:
        span = self._open.pop()
        self._keys.pop()
        below = [value for _, value in span.entries.values()] + span.items
        span.end = end if span.flow or not below else max(one.end for one in below)

    def _add(self, span: Span) -> None:
        if not self._open:
            self.root = span
            return
        parent = self._open[-1]
        if parent.kind == "list":
            parent.items.append(span)
            return
        key = self._keys[-1]
        if key is None:
            self._keys[-1] = span
            if span.kind != "text":
                parent.fixed = ODD
            return
        self._keys[-1] = None
        if key.value in parent.entries:
            parent.fixed = TWICE
        parent.entries[key.value] = (key, span)


def _marked(span: Span, event: Any) -> Span:
    if event.anchor is not None or getattr(event, "tag", None) is not None:
        span.fixed = ANCHOR
    return span


def _block_end(text: str, start: int, end: int) -> int:
    """Where a block's own characters end: `end` is where the next thing may begin."""
    header = LINE_ENDS.search(text, start)
    if header is None:
        return len(text)
    keeps = "+" in re.sub(r"\s#.*", "", text[start : header.start()])
    body = text[start:end]
    body = re.sub(r"[ ]+$", "", body)  # the indentation of what comes next
    cut = re.sub(r"(\r\n|[\r\n])$", "", body) if keeps else body.rstrip("\r\n \t")
    return start + len(cut)
