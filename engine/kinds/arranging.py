"""Tasks with one right answer, and at most one trap for all others: `order`, `match`.

All wrong answers are alike here, so the proof tries one of them, and none where nothing springs: a
slip that costs nothing leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.kinds.forms import Answer
from engine.kinds.held import Moment
from engine.kinds.judging import Judgement
from engine.kinds.kind import Counts, Kind
from engine.values import TrapId


def right_or_not(right: bool, answer: Answer, trap: TrapId | None) -> Judgement:
    """Right, or the trap that springs, or another try."""
    if right:
        return Judgement(verdict="right", answer=answer)
    if trap is not None:
        return Judgement(verdict="trap", answer=answer, traps=(trap,))
    return Judgement(verdict="missed", done=False, answer=answer)


class Arranging(Kind, frozen=True, kw_only=True):
    """A task in which everything has its place. A kind says which answer is right (`key`), one that
    is wrong (`turned`), and what is no answer (`whole`)."""

    grounded = True

    trap: TrapId | None = None
    """Springs on every wrong answer."""

    def key(self) -> Answer:
        """The right answer."""
        raise AssertionError(f"{self.name} says what is right")

    def turned(self) -> Answer:
        """One that is wrong."""
        raise AssertionError(f"{self.name} says what is wrong")

    def whole(self, answer: Answer) -> None:
        """Raises Rejection where something is missing, there twice, or unknown."""

    def is_right(self, answer: Answer) -> bool:
        """A whole answer is the right one."""
        return answer == self.key()

    def traps(self) -> tuple[TrapId, ...]:
        """The one, if any."""
        return (self.trap,) if self.trap is not None else ()

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """Right, or not."""
        self.whole(answer)
        return right_or_not(self.is_right(answer), answer, self.trap)

    def trap_in(self, answer: Answer) -> TrapId | None:
        """The trap of a wrong answer; nothing was answered: none."""
        return self.trap if answer and not self.is_right(answer) else None

    def right(self, moment: Moment) -> Answer | None:
        """The one."""
        return self.key()

    def classes(self, moment: Moment, counts: Counts) -> Iterator[Answer]:
        """Right, and wrong if that springs something."""
        yield self.key()
        if self.trap is not None:
            yield self.turned()

    def guesses(self, moment: Moment) -> tuple[Answer, ...]:
        """Right, and wrong."""
        return (self.key(), self.turned())
