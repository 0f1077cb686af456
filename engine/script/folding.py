"""Wrapped text: a line's end is a space between words, and nothing between Chinese characters.

YAML folds every line's end into a space, which is right for English and puts 分 头 into Chinese.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

LINE_ENDS: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""What ends a line to YAML 1.1."""
_ALIKE: Final = frozenset("“”‘’…—·")
"""Chinese in Chinese, though elsewhere they are narrow."""
_SEEN: Final = 8
"""Characters on both sides by which a fold is found again in the text."""


def joined(
    value: str, style: str | None, begun: tuple[int, int], end: tuple[int, int], text: Sequence[str]
) -> str:
    """A scalar's value as Chinese is written. `begun`, `end`: (line, column) from 0 in `text`, the
    lines of the document; `style`: the sign it is written in, none for a plain one."""
    if end[0] == begun[0] or style == "|":
        return value
    lines = list(text[begun[0] : end[0] + 1])
    if len(lines) == end[0] - begun[0] + 1:
        lines[-1] = lines[-1][: end[1]]
    lines[0] = lines[0][begun[1] :]
    if style in ("'", '"'):
        lines[0], lines[-1] = lines[0][1:], lines[-1][:-1]
    return unspaced(value, lines)


def unspaced(value: str, lines: Sequence[str]) -> str:
    """The folded text without the spaces that stand for a line's end between Chinese characters.
    `lines`: the lines as written, from where the text begins to where it ends."""
    at = 0
    for above, below in pairwise(line.strip() for line in lines):
        if not above or not below or not _joined(above[-1], below[0]):
            continue
        fold = f"{above[-_SEEN:]} {below[:_SEEN]}"
        found = value.find(fold, at)
        if found >= 0:
            at = found + len(above[-_SEEN:])
            value = value[:at] + value[at + 1 :]
    return value


def _joined(before: str, after: str) -> bool:
    """Nothing is written between the two; at least one of them is Chinese beyond doubt."""
    wide = [unicodedata.east_asian_width(char) in ("W", "F") for char in (before, after)]
    alike = [is_wide or char in _ALIKE for is_wide, char in zip(wide, (before, after), strict=True)]
    return all(alike) and any(wide)
