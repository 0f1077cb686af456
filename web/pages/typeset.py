"""How large a text can be set in a box of the wall: nothing there scrolls, and nothing is cut.

A wall has 64 × 36 units (1rem is 1/36 of its height), whatever its size; so what fits is known
without a browser, and a template says its box once. A text is set in the largest size that lets it
fit; one that is too long even in the smallest, 1rem, ends with an ellipsis at the last sentence or
sign that fits. A Chinese sign is as wide as its size; all others are taken to be 0.62 of it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import ceil
from typing import Final
from unicodedata import east_asian_width

from markupsafe import Markup, escape

SIZES: Final = (
    10, 11, 12, 13, 14, 15, 16, 18, 20, 23, 26, 30, 34, 40, 46, 54, 62, 72, 84, 96, 112, 130,
)  # fmt: skip
"""In tenths of a rem; `css/sizes.css` has a class for each."""
LEAST: Final = SIZES[0]
RUNNING: Final = 1.6
"""The height of a line, in sizes of its type."""
TIGHT: Final = 1.25
"""The same in a headline."""
ONE_LINE: Final = 0.6
"""What a title may lose of its size to stand in one line."""
ELLIPSIS: Final = "……"
NARROW_REM: Final = 8
"""In a box that is no wider, half of it has to do."""
_WIDE: Final = frozenset("WFA")
_NARROW_EM: Final = 0.62
_MARKUP: Final = re.compile(r"(?m)^[ \t]*(?:[#>]+[ \t]*|[-*+][ \t]+|\d+[.)][ \t]+)|[*_`]{1,3}")
_NOT_FIRST: Final = frozenset("，。、；：！？”’）》」』…—,.;:!?)")
_PIECE: Final = re.compile(r"[!-~]+ ?|.")
_SENTENCE: Final = re.compile(r"[^。！？!?…—]*(?:[。！？!?…—]+[”’」』）)]*|$)")


@lru_cache(maxsize=2048)
def width_em(text: str) -> float:
    """How wide a line of it is, in sizes of its type."""
    return sum(1.0 if east_asian_width(sign) in _WIDE else _NARROW_EM for sign in text)


def lines(text: str, room_em: float) -> int:
    """So many lines it takes. Words are broken anywhere; a sign that mustn't begin a line, and a
    word that isn't broken, leave room in the line before: one line in five is counted for that."""
    found = 0
    for line in text.split("\n"):
        full = max(1, ceil(width_em(line) / max(1.0, room_em - 0.02)))
        found += full + (full > 1) * (full // 5 + (" " in line))
    return found


def fits(text: str, size: int, wide: float, high: float, line: float) -> bool:
    """In `size`, it takes no more than `wide` × `high` rem."""
    rem = size / 10
    room = int(wide / rem * 2) / 2 if wide / rem < 40 else wide / rem
    return lines(text, room) * rem * line <= high + 0.01


def plain(text: str) -> str:
    """Markdown without its marks; paragraphs become lines."""
    bare = _MARKUP.sub("", text)
    paragraphs = [" ".join(one.split()) for one in re.split(r"\n\s*\n", bare)]
    joined = "\n".join(one for one in paragraphs if one)
    # A line of Chinese goes on in the next without a space.
    return re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", joined)


def sentences(text: str, most: int) -> str:
    """The first so many sentences of a story, without its marks; the rest is on phones."""
    found: list[str] = []
    for line in plain(text).split("\n"):
        kept = [one for one in _SENTENCE.findall(line) if one][: most - len(found)]
        found += kept[:-1] + [kept[-1] + "\n"] if kept else []
        if len(found) >= most:
            break
    return "".join(found).strip()


@lru_cache(maxsize=2048)
def fitted(
    text: str, wide: float, high: float, most: float, least: float = 1.0, line: float = RUNNING
) -> tuple[str, int]:
    """(what of it is set, in which of SIZES). `wide`, `high`, `most`, `least`: in rem."""
    sizes = [size for size in SIZES if least * 10 <= size <= max(most, least) * 10] or [LEAST]
    for size in reversed(sizes):
        if fits(text, size, wide, high, line):
            return text, size
    more = ELLIPSIS if wide > NARROW_REM else ELLIPSIS[0]
    size, low, top = sizes[0], 0, len(text)
    while low < top:
        middle = (low + top + 1) // 2
        if fits(text[:middle] + more, size, wide, high, line):
            low = middle
        else:
            top = middle - 1
    short = text[:low]
    ends = [at.end() for at in re.finditer(r"[。！？]", short)]
    if ends and ends[-1] > low * 0.6:
        short = short[: ends[-1]]
    return short.rstrip("，、；：,;: \n") + more, size


def fit(text: object, wide: float, high: float, most: float, least: float = 1.0) -> Markup:
    """A filter of templates: running text, set to fit. A template escapes nothing twice."""
    shown, size = fitted(str(text), wide, high, most, least, RUNNING)
    return _set(shown, size, "")


def head(text: object, wide: float, high: float, most: float, least: float = 1.0) -> Markup:
    """The same of a headline."""
    shown, size = fitted(str(text), wide, high, most, least, TIGHT)
    return _set(shown, size, " tight")


def titled(text: object, wide: float, high: float, most: float) -> Markup:
    """The same of a title, in one line where that is no less than ONE_LINE as large: one sign alone
    in a second line looks like a slip."""
    said = str(text)
    shown, size = fitted(said, wide, high, most, 1.0, TIGHT)
    one, smaller = fitted(said, wide, size / 10 * TIGHT, size / 10, size * ONE_LINE / 10, TIGHT)
    return _set(one, smaller, " tight") if one == said else _set(shown, size, " tight")


def _set(text: str, size: int, more: str) -> Markup:
    inside = Markup("<br>").join([escape(line) for line in text.split("\n")])
    return Markup('<span class="fit f{}{}">{}</span>').format(size, more, inside)


def broken(text: str, room_em: float, most: int) -> list[str]:
    """In lines of this width, `most` at the most, for a picture, which breaks none by itself. A
    word stays whole unless it is longer than a line."""
    found, line = [], ""
    for piece in _PIECE.findall(" ".join(text.split())):
        whole = width_em(piece) <= room_em
        for part in (piece,) if whole else piece:
            if line and width_em(line + part.rstrip()) > room_em and part not in _NOT_FIRST:
                found.append(line.strip())
                line = ""
            line += part
    found.append(line.strip())
    if len(found) <= most:
        return found
    last = found[most - 1]
    while width_em(last + ELLIPSIS) > room_em and last:
        last = last[:-1]
    return [*found[: most - 1], last + ELLIPSIS]
