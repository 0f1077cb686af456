"""Wrapped text: a line's end is a space between words, and nothing between Chinese characters.

YAML folds every line's end into a space, which is right for English and puts 分 头 into Chinese.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

_ALIKE: Final = frozenset("“”‘’…—·")
"""Chinese in Chinese, though elsewhere they are narrow."""
_SEEN: Final = 8
"""Characters on both sides by which a fold is found again in the text."""


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
