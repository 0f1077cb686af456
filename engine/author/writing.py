"""Texts, lists and mappings as YAML, in the manner of what stands beside them.

Nothing here trusts its own rules of quoting: a scalar is written in the sign wanted, else plain,
else in double quotes, and each is read back by the parser before it is taken. So what is written
reads as the very value, whatever it is made of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import yaml

from engine.author.extents import LeftAlone, Plain, Script, Span
from engine.errors import Text

_EMPTY: Final = frozenset({"", "~", "null"})
"""Plain ones of these are no texts."""
_TAKEN: Final = re.compile(r"[,，、；;]\s*[A-Za-z][\w-]*\s*[:：]")
"""What the language would read as the next key, its comma and colon mistyped."""
_ESCAPED: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
UNSEEN: Final = Text("文字里有看不见的控制字符", "the text has control characters")
_BLOCK: Final = re.compile(r"\S[^\n]*\n(?s:.*\S)\n?")
"""What may be written as a block: its end doesn't hang on the empty lines that follow it."""
_ENDS: Final = "“”‘’\"'"


def unseen(value: str) -> bool:
    """It has signs that no script may have."""
    return _UNSEEN.search(value) is not None


@dataclass(frozen=True, slots=True)
class Manner:
    """How a script is laid out."""

    step: int
    """Spaces by which a mapping's keys stand to the right of the key it belongs to."""
    dash: int
    """The same of a list's dashes."""
    newline: str


def manner_of(script: Script) -> Manner:
    """The script's own; two spaces where it shows none."""
    steps: list[int] = []
    dashes: list[int] = []
    for piece in script.root.pieces():
        for key, value in piece.entries.values() if not piece.flow else ():
            if value.flow or value.kind == "text":
                continue
            by = script.column(value.start) - script.column(key.start)
            (steps if value.kind == "map" else dashes).append(by)
    return Manner(_commonest(steps), _commonest(dashes), script.newline)


def _commonest(found: list[int]) -> int:
    return max(set(found), key=found.count) if found else 2


def scalar(value: str, *, flow: bool, like: str = "", indent: int = 2, newline: str = "\n") -> str:
    """The text as a scalar. `like`: the sign of what it replaces or stands beside; `indent`: spaces
    before the lines of a block, none: no block may be written. Raises LeftAlone (at line 1)."""
    if unseen(value):
        raise LeftAlone(1, 1, UNSEEN)
    for style in (like, "" if like != '"' else like, "|" if "\n" in value else '"', '"'):
        if style in ("|", ">") and (flow or not indent or not _BLOCK.fullmatch(value)):
            continue
        written = _in_style(value, style, indent)
        if written is not None and _reads(written, value, flow=flow, indent=indent):
            return written.replace("\n", newline)
    raise LeftAlone(1, 1, UNSEEN)


def _in_style(value: str, style: str, indent: int) -> str | None:
    if style == '"':
        return '"' + "".join(_escaped(char) for char in value) + '"'
    if style == "'":
        return None if "\n" in value else "'" + value.replace("'", "''") + "'"
    if style in ("|", ">"):
        return _block(value, indent)
    odd = "\n" in value or value in _EMPTY or value[0] in _ENDS or _TAKEN.search(value)
    return None if odd else value


def _escaped(char: str) -> str:
    if char in _ESCAPED:
        return _ESCAPED[char]
    return char if char.isprintable() or char == "\u3000" else f"\\U{ord(char):08X}"


def _block(value: str, indent: int) -> str:
    body = value.removesuffix("\n")
    lines = [" " * indent + line if line else "" for line in body.split("\n")]
    return "\n".join(["|-" if body == value else "|", *lines])


def _reads(written: str, value: str, *, flow: bool, indent: int) -> bool:
    """The parser reads just that, there where it is to stand."""
    before, after = ("[", ", x]") if flow else (" " * max(indent - 2, 0) + "k: ", "\n")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        events = list(yaml.parse(before + written + after, Loader=loader))
    except (yaml.YAMLError, UnicodeError):
        return False
    found = [event.value for event in events if isinstance(event, yaml.ScalarEvent)]
    return len(events) == 8 and found == ([value, "x"] if flow else ["k", value])


class Writer:
    """Writes pieces that are to be put into the script."""

    def __init__(self, script: Script) -> None:
        self.manner = manner_of(script)

    def entry(self, key: str, value: Plain, like: Span | None, indent: int, *, flow: bool) -> str:
        """`key: value`, at `indent` spaces."""
        name = scalar(key, flow=flow, indent=0)
        if value == "":
            return f"{name}:"
        written = self.piece(value, like, indent, flow=flow)
        return f"{name}:{written}" if written.startswith(("\n", "\r")) else f"{name}: {written}"

    def piece(self, value: Plain, like: Span | None, indent: int, *, flow: bool) -> str:
        """A value as it stands behind a key at `indent`: on the key's line, or, begun by a line's
        end, below it. `like`: a piece whose manner it takes."""
        if isinstance(value, str):
            sign = like.style if like is not None and like.kind == "text" else ""
            sign = "" if sign == "*" else sign
            inner = indent + self.manner.step
            return scalar(value, flow=flow, like=sign, indent=inner, newline=self.manner.newline)
        flow = flow or not value or self._flows(value, like)
        if flow:
            return self._in_brackets(value, like)
        by = self.manner.step if isinstance(value, dict) else self.manner.dash
        lines = self.lines(value, like, indent + by)
        return self.manner.newline + " " * (indent + by) + lines

    def lines(self, value: Plain, like: Span | None, indent: int) -> str:
        """A collection in block style whose first line stands at `indent` already."""
        end = self.manner.newline + " " * indent
        if isinstance(value, dict):
            return end.join(
                self.entry(key, one, _like(like, key), indent, flow=False)
                for key, one in value.items()
            )
        model = like.items[0] if like is not None and like.items else None
        return end.join(f"- {self.item(one, model, indent)}" for one in value)

    def item(self, value: Plain, like: Span | None, indent: int) -> str:
        """A value as it stands behind a dash at `indent`."""
        if not isinstance(value, str) and value and not self._flows(value, like):
            return self.lines(value, like, indent + 2)
        return self.piece(value, like, indent, flow=False)

    def _flows(self, value: Plain, like: Span | None) -> bool:
        """Written in brackets: as its like is, but for texts of several lines."""
        if any("\n" in text for text in _texts(value)):
            return False
        if like is not None and like.kind != "text":
            return like.flow
        return isinstance(value, list) and all(isinstance(one, str) for one in value)

    def _in_brackets(self, value: Plain, like: Span | None) -> str:
        if isinstance(value, dict):
            pairs = (
                self.entry(key, one, _like(like, key), 0, flow=True) for key, one in value.items()
            )
            return "{" + ", ".join(pairs) + "}"
        if isinstance(value, list):
            model = like.items[0] if like is not None and like.items else None
            return "[" + ", ".join(self.piece(one, model, 0, flow=True) for one in value) + "]"
        return scalar(value, flow=True)


def _like(span: Span | None, key: str) -> Span | None:
    entry = span.entries.get(key) if span is not None else None
    return entry[1] if entry is not None else None


def _texts(value: Plain) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value
    return [text for part in parts for text in _texts(part)]
