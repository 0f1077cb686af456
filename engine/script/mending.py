"""Reading on after a slip: tell it, mend the line as it may have been meant, and read again.

So a text with ten slips gives ten issues, and whatever else is wrong with it besides. Where no slip
is found that explains why the parser stopped, reading ends there (SC003 says that more may come).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
import yaml

from engine.errors import Issue, Place, Text
from engine.script.braces import look_for_open, look_for_quote, look_for_text_colon
from engine.script.issues import issue
from engine.script.looks import NEAR, SURE, look
from engine.script.misplaced import (
    holds,
    indent_of,
    is_entry,
    look_for_extra_hyphen,
    look_for_first,
    look_for_indent,
    look_for_lost_hyphen,
    look_for_text,
)
from engine.script.slips import (
    Slip,
    look_for_control,
    look_for_escape,
    look_for_no_colon,
    look_for_odd_line,
)

MENDS_MAX: Final = 60
LARGE: Final = 1 << 16
MENDS_MAX_LARGE: Final = 8
"""Of a text longer than `LARGE`: each mend reads it once more."""
BACK_MAX: Final = 30
"""Lines before the stop that are looked at."""

_HIDDEN: Final = "control characters are not allowed"
_REFUSED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
"""Characters that libyaml takes nowhere. A file copied from a damaged stick ends with the first."""

_PROBLEMS: Final = {
    "did not find expected ',' or ']'": "方括号没有合上，或少了逗号",
    "did not find expected ',' or '}'": "花括号没有合上，或少了逗号",
    "did not find expected '-' indicator": "缩进对不齐，或少了“-”",
    "did not find expected key": "缩进对不齐，或少了“键:”",
    "did not find expected node content": "这里缺少内容",
    "mapping values are not allowed in this context": (
        "同一行里多了一个冒号；文字里有冒号时要加引号"
    ),
    "could not find expected ':'": "少了冒号（冒号后要有空格）",
    "found character that cannot start any token": "这里不能用这个字符；若是文字，请加引号",
    "found unexpected end of stream": "引号没有合上",
    "block sequence entries are not allowed in this context": "“-”要另起一行",
    _HIDDEN: "有看不见的控制字符",
    "found unknown escape character": "双引号里的反斜杠不对",
    "did not find expected <document start>": "文件开头多了什么，或少了冒号",
}
"""libyaml's commonest complaints, for people who have never heard of tokens."""
_BREAKS: Final = re.compile("(\r\n|[\r\n\x85\u2028\u2029])")
_ODD_BREAKS: Final = ("\x85", "\u2028", "\u2029")
"""Line ends to YAML, and to nobody who types."""
_OTHER: Final = "读到这里读不下去了"


class Stop(msgspec.Struct, frozen=True):
    """Where the parser stopped and what it was in the middle of; lines and columns from 0."""

    problem: str
    line: int
    column: int
    within: str
    since: tuple[int, int] | None
    marked: bool = True
    """libyaml gave a place at all."""


def stop_of(error: yaml.YAMLError, lines: int) -> Stop:
    """What libyaml says, with the place inside the text."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    begun = getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "")
    return Stop(
        problem=problem,
        line=min(mark.line, lines - 1) if mark is not None else 0,
        column=mark.column if mark is not None else 0,
        within=str(getattr(error, "context", None) or ""),
        marked=mark is not None,
        since=(min(begun.line, lines - 1), begun.column) if begun is not None else None,
    )


class Mending:
    """A text that is read, mended and read again. `issues`: a slip each."""

    def __init__(self, text: str, file: str) -> None:
        pieces = _BREAKS.split(text)
        self._lines = [
            line + (end if end in _ODD_BREAKS else "")
            for line, end in zip(pieces[::2], [*pieces[1::2], ""], strict=True)
        ]
        self._ends = [end if end not in _ODD_BREAKS else "" for end in pieces[1::2]]
        """What ends each line but the last; an odd end is a part of the line, to be told."""
        self._file = file
        self._moved: dict[int, list[tuple[int, int]]] = {}
        """By line: (column, by how much what stands behind it has moved)."""
        self._left = MENDS_MAX if len(text) <= LARGE else MENDS_MAX_LARGE
        self._swept = 0
        """Lines before this one have no sure slip any more."""
        self.issues: list[Issue] = []

    @property
    def text(self) -> str:
        """The text as mended so far."""
        ends = (*self._ends, "")
        return "".join(line + end for line, end in zip(self._lines, ends, strict=True))

    def mend(self, error: yaml.YAMLError) -> bool:
        """Find the slip that stopped the parser, and mend it. False: none was found, and why it
        stopped is the last of the issues."""
        stop = stop_of(error, len(self._lines))
        self._left -= 1
        found = (self._hidden(stop) or self._find(stop)) if self._left >= 0 else None
        if found is None:
            self.issues.append(self._stopped(stop))
            return False
        self._take(*found)
        return True

    def slip_in(self, number: int) -> bool:
        """Mend a sure slip in a line, if it has one."""
        slip = look(self._line(number), SURE)
        if slip is not None:
            self._take(number, slip)
        return slip is not None

    def _indented(self, number: int, slip: Slip) -> Slip:
        """The slip, mended to the indentation of a line above where that is what was meant: nobody
        knows how wide a tab was."""
        line = self._line(number)
        odd = len(line) - len(line.lstrip())
        if slip.column >= odd:
            return slip
        plain = line[:odd].count(" ")
        parent = next((n for n in range(number - 1, -1, -1) if self._line(n).strip()), 0)
        if number and self._line(parent).rstrip().endswith(":"):  # the first line below a key
            key = self._line(parent)
            outer = len(key) - len(key.lstrip(" -"))
            below = self._line(number + 1)
            inner = indent_of(below)
            put = inner if inner > outer and below.strip() else outer + 2
            return msgspec.structs.replace(slip, mended=" " * put + line.lstrip())
        for above in range(number - 1, max(-1, number - BACK_MAX), -1):
            other = self._line(above)
            indent = len(other) - len(other.lstrip(" "))
            if other.strip() and indent >= plain and (indent - plain) % max(1, odd - plain) == 0:
                return msgspec.structs.replace(slip, mended=" " * indent + line.lstrip())
        return slip

    def _line(self, number: int) -> str:
        return self._lines[number] if number < len(self._lines) else ""

    def _take(self, number: int, slip: Slip) -> None:
        column = slip.column
        for at, by in reversed(self._moved.get(number, [])):
            column -= by if column > at else 0
        self.issues.append(
            issue(slip.code, Place(self._file, number + 1, max(0, column) + 1), **slip.values)
        )
        slip = self._indented(number, slip)
        by = len(slip.mended) - len(self._line(number))
        self._moved.setdefault(number, []).append((slip.column, by))
        self._lines[number] = slip.mended
        if number < len(self._ends) and not self._ends[number]:
            if not slip.mended.endswith(_ODD_BREAKS):  # the odd end is gone: now it is one line
                self._lines[number] += self._lines.pop(number + 1)
                self._ends.pop(number)

    def _find(self, stop: Stop) -> tuple[int, Slip] | None:
        sorts: tuple[Callable[[str], Slip | None], ...] = NEAR
        if stop.problem == "could not find expected ':'":
            sorts = (*sorts, look_for_no_colon)
        if stop.problem == "found unknown escape character":
            sorts = (look_for_escape, *sorts)
        if stop.problem.startswith("mapping values"):
            sorts = (*sorts, look_for_text_colon)
        open_quote = self._open_quote(stop)
        if open_quote is not None:
            return open_quote
        for number in self._in_view(stop):
            slip = look(self._line(number), sorts)
            if slip is not None:
                return number, slip
        end = min(len(self._lines), stop.line + 2 if stop.marked else len(self._lines))
        for number in range(self._swept, end):
            self._swept = number
            slip = look(self._line(number), SURE)
            if slip is not None:
                return number, slip
        return self._unclosed(stop) or self._misplaced(stop) or self._odd_line(stop)

    def _hidden(self, stop: Stop) -> tuple[int, Slip] | None:
        """What nobody sees: libyaml says no place, and stops before it reads a line."""
        if stop.problem != _HIDDEN:
            return None
        for number, line in enumerate(self._lines):
            if _REFUSED.search(line) and (slip := look_for_control(line)):
                return number, slip
        return None

    def _odd_line(self, stop: Stop) -> tuple[int, Slip] | None:
        """A line that is no entry of any form, where one belongs."""
        number = (
            stop.since[0] if stop.problem == "could not find expected ':'" and stop.since else 0
        )
        for each in (number, self._before(stop)):
            slip = look(self._line(each), (look_for_odd_line,))
            if slip is not None and (each == number or "mapping values" in stop.problem):
                return each, slip
        return None

    def _before(self, stop: Stop) -> int:
        above = (n for n in range(stop.line - 1, -1, -1) if self._lines[n].strip())
        return next(above, stop.line)

    def _open_quote(self, stop: Stop) -> tuple[int, Slip] | None:
        """A quote that isn't closed in its line, nor at the end of one before the stop."""
        closed = ""
        numbers = list(range(stop.line, max(-1, stop.line - BACK_MAX), -1))
        if stop.problem == "found unexpected end of stream" and stop.since is not None:
            numbers = [stop.since[0]]
        for number in numbers:
            line = self._line(number)
            slip = look(line, (look_for_quote,))
            if slip is not None and (
                slip.code == "SC014" or str(slip.values["char"]) not in closed
            ):
                return number, slip
            if number < stop.line:
                closed += line.rstrip(" ,}]")[-1:]
        return None

    def _in_view(self, stop: Stop) -> Iterator[int]:
        """Lines that may be to blame, the likeliest first."""
        before = self._before(stop)
        since = stop.since[0] if stop.since is not None else before
        if "block" in stop.within or stop.since is None:
            since = before
        yield from range(max(min(since, before), stop.line - BACK_MAX), stop.line + 1)

    def _unclosed(self, stop: Stop) -> tuple[int, Slip] | None:
        """A quote or bracket that is never closed, told where it opens."""
        if stop.since is None:
            return None
        number, at = stop.since
        line = self._line(number)
        if "flow" in stop.within and stop.line > number and is_entry(self._line(stop.line)):
            slip = look_for_open(line)
            return (number, slip) if slip is not None else None
        return None

    def _misplaced(self, stop: Stop) -> tuple[int, Slip] | None:
        """A line that is wrong beside the lines around it."""
        lines, number = self._lines, stop.line
        column = stop.since[1] if stop.since is not None else None
        slip: Slip | None = None
        if "<document start>" in stop.problem:
            first = look_for_first(lines, number)
            if first is not None:
                return next(n for n in range(number) if holds(lines[n])), first
        if "'-' indicator" in stop.problem and column is not None:
            slip = look_for_lost_hyphen(lines, number, column)
        if slip is None and "block mapping" in stop.within and column is not None:
            slip = look_for_extra_hyphen(lines, number, column)
        if slip is None and stop.problem == "could not find expected ':'" and stop.since:
            number = stop.since[0]
            slip = look_for_text(lines, number)
        if slip is None and ("block" in stop.within or "mapping values" in stop.problem):
            number = stop.line
            slip = look_for_indent(lines, number, column)
        return (number, slip) if slip is not None else None

    def _stopped(self, stop: Stop) -> Issue:
        line, column = stop.line, stop.column
        if stop.since is not None and stop.problem in (
            "could not find expected ':'",
            "found unexpected end of stream",
        ):
            line, column = stop.since
        since = Text(
            "；改好这里，才看得到后面的", "; what comes after it is seen once it is mended"
        )
        if stop.since is not None and stop.since[0] < line:
            zh, en = (
                f"（从第 {stop.since[0] + 1} 行开始的那一段）",
                f" (begun in line {stop.since[0] + 1})",
            )
            since = Text(zh + since.zh, en + since.en)
        problem = Text(_PROBLEMS.get(stop.problem, _OTHER), stop.problem or "it can't be read")
        place = Place(self._file, line + 1, column + 1)
        return issue("SC003", place, problem=problem, since=since)
