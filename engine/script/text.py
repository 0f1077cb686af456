"""Normalising what people type, so that 七月二十三日, 7月23日 and ７月 23 日 are one answer."""

from __future__ import annotations

import re
from typing import Final

from engine.normal import normal

_DIGITS: Final = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2"}
_NUMERAL: Final = re.compile("[零〇一二三四五六七八九两十百]+")
_QUOTES: Final = "\"'“”‘’「」『』《》〈〉()[]【】"
_STOPS: Final = "。.!!??,,;;::、…·"


def normalise(text: str) -> str:
    """NFKC, folded case, no white space, quotes or closing stops, Chinese numerals as digits."""
    folded = "".join(normal("NFKC", text).casefold().split())
    bare = "".join(c for c in normal("NFKC", folded) if c not in _QUOTES)
    bare = normal("NFKC", bare)  # what stood apart by a quote may be one sign now
    return _NUMERAL.sub(lambda found: _number(found[0]), bare.rstrip(_STOPS))


def _number(numeral: str) -> str:
    if "十" not in numeral and "百" not in numeral:
        return "".join(_DIGITS[c] for c in numeral)
    if (
        re.fullmatch(
            "[一二三四五六七八九]?百?零?[一二三四五六七八九]?十?[一二三四五六七八九]?", numeral
        )
        is None
    ):
        return numeral
    total, held = 0, 0
    for c in numeral:
        if c == "百":
            total, held = total + (held or 1) * 100, 0
        elif c == "十":
            total, held = total + (held or 1) * 10, 0
        else:
            held = int(_DIGITS[c])
    return str(total + held)
