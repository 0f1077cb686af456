"""Tasks that are answered in one's own words."""

from __future__ import annotations

from typing import Final

from engine.kinds.forms import Answer
from engine.kinds.refusals import refusal

SENTENCE_MAX: Final = 500
"""Of a sentence of one's own, in characters."""
OTHER: Final = "不知道"
"""Stands for every text that a script doesn't name."""


def one_text(answer: Answer, most: int) -> str:
    """The text answered with, at most so many characters. Raises Rejection: empty_text,
    long_text."""
    text = answer[0].strip() if len(answer) == 1 else ""
    if not text:
        raise refusal("empty_text")
    if len(text) > most:
        raise refusal("long_text", most=most)
    return text
