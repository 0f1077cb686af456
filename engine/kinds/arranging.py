"""Tasks with one right answer, and at most one trap for all others: `order`, `match`.

A run may ask for some of a longer list only (`pick`): whatever is asked of an answer is asked for
the things that this run shows.

All wrong answers are alike here, so the proof tries one of them, and none where nothing springs: a
slip that costs nothing leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Self

import msgspec
from msgspec import UnsetType

from engine.kinds.counting import Places, Space, told
from engine.kinds.forms import Answer
from engine.kinds.held import Moment, TaskState
from engine.kinds.judging import Judgement, LaidOut, Seen
from engine.kinds.keys import At
from engine.kinds.kind import SLIPS_MAX, Counts, Draw, Kind
from engine.kinds.picking import check_pick, picked
from engine.values import TrapId


def right_or_not(right: bool, answer: Answer, trap: TrapId | None) -> Judgement:
    """Right, or the trap that springs, or another try."""
    if right:
        return Judgement(verdict="right", answer=answer)
    if trap is not None:
        return Judgement(verdict="trap", answer=answer, traps=(trap,))
    return Judgement(verdict="missed", done=False, answer=answer)


class Arranging(Kind, frozen=True, kw_only=True):
    """A task in which everything has its place. A kind says what has one (`listed`), and of some of
    those: which answer is right (`key`), one that is wrong (`turned`), what is no answer
    (`whole`)."""

    grounded = True
    picked_least: ClassVar[int] = 2
    """Fewer would be nothing to arrange."""

    trap: TrapId | None = None
    """Springs on every wrong answer."""
    pick: int = 0
    """How many a run asks for, as it draws; 0: all."""

    def listed(self) -> Answer:
        """What has its place, in the author's order."""
        raise AssertionError(f"{self.name} says what has its place")

    def key(self, ids: Answer) -> Answer:
        """The right answer, where these are asked for."""
        raise AssertionError(f"{self.name} says what is right")

    def turned(self, ids: Answer) -> Answer:
        """One that is wrong."""
        raise AssertionError(f"{self.name} says what is wrong")

    def whole(self, answer: Answer, ids: Answer) -> None:
        """Raises Rejection where something is missing, there twice, or unknown."""

    def is_right(self, answer: Answer) -> bool:
        """An answer that is whole is the right one."""
        raise AssertionError(f"{self.name} says what is right")

    def placed(self, answer: Answer, ids: Answer) -> Places:
        """What stands in each place of an answer, where these are asked for."""
        raise AssertionError(f"{self.name} says what stands where")

    def space(self, seen: Seen, ids: Answer) -> Space:
        """All answers there are to what this run asks for, as far as one knows before the first."""
        raise AssertionError(f"{self.name} says what may be answered")

    def right_so_far(self, seen: Seen) -> int | UnsetType:
        """In how many places the last answer was right, where it was wrong and that may be told."""
        wrong = seen.tried.get(seen.moment.slot, ())
        ids = self.asked(seen.moment.held)
        placed = tuple([self.placed(answer, ids) for answer in wrong[: SLIPS_MAX + 1]])
        return told(self.space(seen, ids), self.placed(self.key(ids), ids), placed)

    def asked(self, held: TaskState) -> Answer:
        """What this run asks for."""
        return held.picked or self.listed()

    def check(self, at: At) -> None:
        """Some of what is listed, and not all."""
        check_pick(at, self.pick, len(self.listed()), self.picked_least)

    def lay_out(self, slots: tuple[str, ...], draw: Draw) -> LaidOut:
        """What this run asks for, where there is more."""
        return LaidOut(picked=picked(self.listed(), self.pick, draw))

    def unpicked(self) -> Self:
        """The same, asking for all: a right answer to all is one to some, and so is a wrong one."""
        return msgspec.structs.replace(self, pick=0) if self.pick else self

    def traps(self) -> tuple[TrapId, ...]:
        """The one, if any."""
        return (self.trap,) if self.trap is not None else ()

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """Right, or not."""
        self.whole(answer, self.asked(moment.held))
        return right_or_not(self.is_right(answer), answer, self.trap)

    def trap_in(self, answer: Answer) -> TrapId | None:
        """The trap of a wrong answer; nothing was answered: none."""
        return self.trap if answer and not self.is_right(answer) else None

    def right(self, moment: Moment) -> Answer | None:
        """The one."""
        return self.key(self.asked(moment.held))

    def classes(self, moment: Moment, counts: Counts) -> Iterator[Answer]:
        """Right, and wrong if that springs something."""
        ids = self.asked(moment.held)
        yield self.key(ids)
        if self.trap is not None:
            yield self.turned(ids)

    def guesses(self, moment: Moment) -> tuple[Answer, ...]:
        """Right, and wrong."""
        ids = self.asked(moment.held)
        return (self.key(ids), self.turned(ids))
