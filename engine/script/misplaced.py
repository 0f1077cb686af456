"""Slips that only show beside other lines: an indentation that is nobody's, a text or a mark that
stands where a key belongs, a list's item without its hyphen.

Each `look…` is given the lines, the one to look at, and gives the slip in it, or None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from engine.errors import Text
from engine.script.signs import named, shown
from engine.script.slips import Slip

_ENTRY: Final = re.compile(r"[ ]*(?:-[ ]+)*(?:[A-Za-z][\w-]*[ ]*:(?:[ ]|$)|-[ ])")
_DASHES: Final = re.compile(r"[ ]*(?:-[ ]+)+")
_HYPHEN: Final = Text("以英文的“-”加空格开头", '"-" and a space at the beginning')
_NOTHING: Final = Text("什么也不写", "nothing")


def is_entry(line: str) -> bool:
    """A key, or a list's item, written as it should be."""
    return _ENTRY.match(line) is not None


def before(lines: Sequence[str], number: int) -> int | None:
    """The line above with something in it."""
    return next((n for n in range(number - 1, -1, -1) if holds(lines[n])), None)


def holds(line: str) -> bool:
    """Something stands in the line that isn't a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def indent_of(line: str) -> int:
    """Spaces before the line."""
    return len(line) - len(line.lstrip(" "))


def indented(line: str, wanted: int) -> Slip:
    """The line, moved to where it belongs."""
    values = {"found": indent_of(line), "wanted": wanted}
    return Slip(indent_of(line), "SC019", values, " " * wanted + line.lstrip(" "))


def look_for_extra_hyphen(lines: Sequence[str], number: int, column: int) -> Slip | None:
    """A hyphen before a key that stands among keys, which begin at `column`."""
    line = lines[number]
    found = re.match(r"([ ]*)-[ ]+(?=[A-Za-z][\w-]*[ ]*:)", line)
    above = before(lines, number)
    if found is None or len(found[1]) != column or above is None:
        return None
    if lines[above].lstrip().startswith("-"):
        return None
    values = {"char": "-", "name": named("-"), "wanted": _NOTHING}
    return Slip(column, "SC014", values, found[1] + line[found.end() :])


def look_for_lost_hyphen(lines: Sequence[str], number: int, column: int) -> Slip | None:
    """A key where a list's next item is to begin, its hyphen at `column`."""
    line = lines[number]
    above = before(lines, number)
    if above is None or not is_entry(line) or line.lstrip().startswith("-"):
        return None
    dashes = _DASHES.match(lines[above])
    own = len(dashes[0]) if dashes is not None else indent_of(lines[above])
    if indent_of(line) not in (column, column + 2) or abs(indent_of(line) - own) == 1:
        return None
    key = line.strip().partition(":")[0]
    values = {"char": shown(key), "name": Text("新的一项", "an item"), "wanted": _HYPHEN}
    return Slip(indent_of(line), "SC014", values, " " * column + "- " + line.lstrip(" "))


def look_for_indent(lines: Sequence[str], number: int, since: int | None) -> Slip | None:
    """A line of the right form, indented as no line around it is. `since`: the column where what
    it would belong to begins."""
    line, above = lines[number], before(lines, number)
    if above is None or not is_entry(line):
        return None
    dashes = _DASHES.match(lines[above])
    wanted = indent_of(lines[above])
    if dashes is not None and not line.lstrip().startswith("-"):
        wanted = len(dashes[0])
    if wanted == indent_of(line) and since is not None:
        wanted = since
    return indented(line, wanted) if wanted != indent_of(line) else None


def look_for_first(lines: Sequence[str], number: int) -> Slip | None:
    """The file's first line is indented, and those below aren't."""
    first = next((n for n in range(number) if holds(lines[n])), None)
    if first is None or indent_of(lines[first]) == 0 or indent_of(lines[number]) != 0:
        return None
    return indented(lines[first], 0)


def look_for_text(lines: Sequence[str], number: int) -> Slip | None:
    """A line without a colon where a key belongs: what is left of the text above it, not indented
    below it."""
    line, above = lines[number], before(lines, number)
    if above is None or ":" in line or re.match(r"[ ]*[-\"'\[{#]", line) or not line.strip():
        return None
    if indent_of(line) > indent_of(lines[above]):
        return None
    opener = next((n for n in range(above, -1, -1) if is_entry(lines[n])), None)
    if opener is None:
        return None
    dashes = _DASHES.match(lines[opener])
    key = len(dashes[0]) if dashes is not None else indent_of(lines[opener])
    inside = re.search(r":[ ]*([|>][+-]?)?[ ]*$", lines[opener]) is not None
    wanted = indent_of(lines[above]) if above != opener else key + 2
    if wanted <= indent_of(line) or (above == opener and not inside and line.isascii()):
        return None
    return indented(line, wanted)
