"""`reflect`: a sentence of one's own, which is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.errors import Text
from engine.kinds.forms import TEXT, Answer
from engine.kinds.free_text import OTHER, SENTENCE_MAX, one_text
from engine.kinds.held import Moment
from engine.kinds.judging import Judgement
from engine.kinds.kind import Counts, Kind

SILENT: Final = "（此角色缺席，由替身代行）"
"""What goes on record where a stand-in has nothing to say."""


class Reflect(Kind, frozen=True):
    """Something to write."""

    name = "reflect"
    label = Text("写一句", "Write a line")
    does = "写一句话（500 字以内），记录在案"
    ends = "写了"
    also = ("感想", "写感想", "反思")
    form = TEXT
    seconds = 90
    own_words = True
    words = {"写一两句话": "A sentence or two"}

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """Whatever is written. Raises Rejection: empty_text, long_text."""
        return Judgement(verdict="confirmed", answer=(one_text(answer, SENTENCE_MAX),))

    def right(self, moment: Moment) -> Answer | None:
        """There is nothing to say for another."""
        return (SILENT,)

    def classes(self, moment: Moment, counts: Counts) -> Iterator[Answer]:
        """Any text."""
        yield (OTHER,)

    def guesses(self, moment: Moment) -> tuple[Answer, ...]:
        """Any text."""
        return (("今天学到了很多。",),)
