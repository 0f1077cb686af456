"""Where a piece more goes in a script's text, and what goes with a piece less.

In lines: below the line of the piece before it, with an empty line between where its neighbours
stand so; comments stay where they are. In brackets: behind a comma. What is taken away is just what
would have been put there, so that the one undoes the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.author.extents import ODD, Script, Span
from engine.errors import Text

COMMENT: Final = Text("这里夹着注释，改了会丢", "a comment stands here that would be lost")
Key = tuple[str, ...]
"""Keys of a mapping in the order in which they are to stand."""


@dataclass(frozen=True, slots=True)
class Splice:
    """`new` in place of `old`, which begins at `start` of the text before the edit."""

    start: int
    old: str
    new: str


def splice(script: Script, start: int, end: int, new: str) -> Splice:
    """`new` instead of what stands between the two."""
    return Splice(start, script.text[start:end], new)


def in_brackets(
    script: Script, pairs: Sequence[tuple[Span, Span]], place: int, written: str
) -> Splice:
    """A piece more in brackets, before the `place`-th of those that stand there."""
    if place == 0:
        return splice(script, pairs[0][0].start, pairs[0][0].start, written + ", ")
    at = pairs[place - 1][1].end
    return splice(script, at, at, ", " + written)


def in_lines(
    script: Script, pieces: Sequence[tuple[int, int]], place: int, written: str, indent: int
) -> Splice:
    """A piece more on lines of its own; `pieces`: where those that stand there begin and end."""
    end = script.newline
    if place == 0:
        at = pieces[0][0]
        return splice(script, at, at, written + end + " " * indent)
    at = script.line_end(pieces[place - 1][1])
    gap = end if _spaced(script, pieces, place) else ""
    return splice(script, at, at, end + gap + " " * indent + written)


def _spaced(script: Script, pieces: Sequence[tuple[int, int]], place: int) -> bool:
    """Its neighbours stand apart by an empty line: those before it, or it and the next."""
    pairs = ((place - 2, place - 1), (place - 1, place))
    return any(
        re.search(r"\n[ \t]*\r?\n", script.text[pieces[one][1] : pieces[other][0]])
        for one, other in pairs
        if one >= 0 and other < len(pieces)
    )


def place_of(names: list[str], key: str, order: Key) -> int:
    """Where among `names` the key is to stand."""
    if key not in order:
        return len(names)
    before = set(order[: order.index(key)])
    return max((at + 1 for at, name in enumerate(names) if name in before), default=0)


def removal(script: Script, parent: Span, step: str | int) -> Splice:
    """One of the parent's pieces less, with its line where it has its own."""
    if isinstance(step, str):
        pairs = list(parent.entries.values())
        at = list(parent.entries).index(step)
        ends = [(key.start, value.end) for key, value in pairs]
    else:
        at = step
        flow = parent.flow
        starts = [item.start if flow else dash_of(script, parent, n)
                  for n, item in enumerate(parent.items)]  # fmt: skip
        ends = list(zip(starts, (item.end for item in parent.items), strict=True))
    start, end = ends[at]
    if parent.flow:
        return _from_brackets(script, parent, ends, at)
    line = script.line_start(start)
    if script.text[line:start].strip():  # behind a dash: what follows takes its place
        if len(ends) == 1:
            return splice(script, start, end, "{}" if isinstance(step, str) else "[]")
        if script.text[end : ends[at + 1][0]].strip():
            raise script.left(start, COMMENT)
        return splice(script, start, ends[at + 1][0], "")
    stop = script.line_end(end)
    after = script.text[stop:]
    if not after:  # the last line has no end of its own
        return splice(script, len(script.text[:line].rstrip("\r\n")), stop, "")
    stop += 2 if after.startswith("\r\n") else 1
    if _gap_goes(script, line, stop, last=at == len(ends) - 1, alone=len(ends) == 1):
        line = script.line_start(line - 1)
    return splice(script, line, stop, "")


def _gap_goes(script: Script, line: int, stop: int, *, last: bool, alone: bool) -> bool:
    """The empty line before it belongs to it: one would be left over."""
    if alone or line == 0 or script.text[script.line_start(line - 1) : line].strip():
        return False
    return last or not script.text[stop : script.line_end(stop)].strip()


def _from_brackets(script: Script, parent: Span, ends: list[tuple[int, int]], at: int) -> Splice:
    start, end = ends[at]
    if at > 0:
        start = ends[at - 1][1]
    elif len(ends) > 1:
        end = ends[1][0]
    if "#" in script.text[start:end].replace(script.text[ends[at][0] : ends[at][1]], ""):
        raise script.left(start, COMMENT)
    return splice(script, start, end, "")


def dash_of(script: Script, span: Span, at: int) -> int:
    """Where the dash of an item of a list in block style stands."""
    if at == 0:
        return span.start
    before = " " * script.column(span.start) + "-"
    line = script.place(span.items[at - 1].end)[0]
    while (start := script.at(line, 0)) <= span.items[at].start:
        if script.text.startswith(before, start):
            return start + len(before) - 1
        line += 1
    raise script.left(span.start, ODD)
