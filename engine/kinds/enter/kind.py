"""`enter`: a word, a number, a code is typed; it is compared as people mean it (`normalise`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Self

from engine.errors import Text
from engine.kinds.arranging import right_or_not
from engine.kinds.forms import TEXT, Answer
from engine.kinds.free_text import OTHER, one_text
from engine.kinds.held import Moment
from engine.kinds.judging import Judgement
from engine.kinds.keys import At, Key, Typed, TypedTraps
from engine.kinds.kind import Counts, Kind
from engine.script.text import normalise
from engine.values import Map, TrapId

LENGTH_MAX: Final = 100
"""Of what is typed, in characters."""


class Enter(Kind, frozen=True):
    """Something to type."""

    name = "enter"
    label = Text("填一填", "Fill in")
    does = "填一个词、数、暗号"
    ends = "[比对](#填写的答案怎样比对)后与 `accept` 中的一个相同"
    also = ("填空", "填写", "输入", "input", "fill")
    form = TEXT
    keys = (
        Key(
            "accept",
            Typed(),
            "算对的答案，至少一个",
            needed=True,
            example="[七月二十三日, 7月23日]",
        ),
        Key("trap", TypedTraps(), "踩中的陷阱", example="{july-first: [七月一日]}"),
    )
    grounded = True
    words = {"答案": "Answer"}

    accept: tuple[str, ...]
    """Already normalised (`normalise`), never empty."""
    typed: Map[str, TrapId]
    """Normalised text → the trap it springs."""
    trap: TrapId | None = None
    """Springs on every other text that isn't accepted."""

    @classmethod
    def read(cls, at: At) -> Self:
        """What is accepted, and what springs which trap."""
        accept, traps = cls.keys
        other, typed = traps.read(at)
        return cls(accept.read(at), typed, other)

    def check(self, at: At) -> None:
        """Nothing is both right and a trap."""
        if self.typed.keys() & set(self.accept):
            at.issue("SC425", at.node("accept") or at.entry)

    def traps(self) -> tuple[TrapId, ...]:
        """Those of texts, then that of all others."""
        return (*self.typed.values(), *((self.trap,) if self.trap is not None else ()))

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """Right, a trap, or another try."""
        text = one_text(answer, LENGTH_MAX)
        typed = normalise(text)
        return right_or_not(typed in self.accept, (text,), self.typed.get(typed, self.trap))

    def trap_in(self, answer: Answer) -> TrapId | None:
        """The trap of what was typed."""
        return next(iter(self.judged(answer).traps), None) if answer else None

    def right(self, moment: Moment) -> Answer | None:
        """What is accepted first."""
        return (self.accept[0],)

    def right_words(self) -> tuple[str, ...]:
        """The same."""
        return (self.accept[0],)

    def taken(self) -> tuple[str, ...]:
        """All that is accepted."""
        return self.accept

    def classes(self, moment: Moment, counts: Counts) -> Iterator[Answer]:
        """Right, one text a trap, and any other text if that springs one."""
        yield (self.accept[0],)
        yield from ((text,) for text in {trap: text for text, trap in self.typed.items()}.values())
        if self.trap is not None:
            yield (OTHER,)

    def guesses(self, moment: Moment) -> tuple[Answer, ...]:
        """Right, each text that springs a trap, and another."""
        return ((self.accept[0],), *((text,) for text in self.typed), (OTHER,))

    def interaction(self) -> dict[str, Any]:
        """A fill-in."""
        accept = [f"{{case_matters=false}}{text}" for text in self.accept]
        return {"interactionType": "fill-in", "correctResponsesPattern": accept}
