"""Unicode's normal forms of what anybody may send, in a time that its length explains.

Marks behind a letter are put in order by sorting, and that sort is quadratic: 24,000 of them in one
request hold the interpreter, and everybody's evening, for two seconds. No script writes more than a
few. So there are as many as Unicode's own stream-safe format allows (UAX #15, 13), and the rest is
left out.
"""

from __future__ import annotations

import unicodedata
from typing import Final, Literal

RUN_MAX: Final = 30
"""Marks in a row."""


def normal(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """The text in this form."""
    if text.isascii():
        return text
    return unicodedata.normalize(form, _stream_safe(text))


def _stream_safe(text: str) -> str:
    if len(text) <= RUN_MAX:
        return text
    kept: list[str] = []
    run = 0
    for sign in text:
        run = run + 1 if unicodedata.combining(sign) else 0
        if run <= RUN_MAX:
            kept.append(sign)
    return "".join(kept)
