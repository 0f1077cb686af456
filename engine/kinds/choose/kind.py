"""`choose`: one of several choices. Wrong ones may be traps; others are only different ways."""

from __future__ import annotations

from typing import ClassVar

from engine.errors import Text
from engine.kinds.choices import KEEP_ORDER, PICK, PRICED, OneOf, best
from engine.kinds.forms import Answer
from engine.kinds.held import Moment
from engine.kinds.judging import Judgement
from engine.kinds.keys import Key
from engine.script.nodes import NO_EFFECTS


class Choose(OneOf, frozen=True):
    """One of several choices."""

    name = "choose"
    label = Text("选一项", "Choose one")
    does = "从 `choices` 里选一个"
    ends = "选了就算；选中带 `trap` 的，看陷阱的 `then`"
    also: ClassVar[tuple[str, ...]] = ("选择", "单选", "选一个", "choice", "single")
    keys: ClassVar[tuple[Key, ...]] = (PRICED, KEEP_ORDER, PICK)
    seconds = 45

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """A trap, right, or another way. Raises Rejection: not_offered."""
        choice = self.offered(moment, answer)
        return Judgement(
            verdict="trap" if choice.trap else "right" if choice.right else "plain",
            answer=answer,
            traps=(choice.trap,) if choice.trap else (),
            effects=() if choice.effects is NO_EFFECTS else (choice.effects,),
        )

    def right(self, moment: Moment) -> Answer | None:
        """The best choice; none where every one is a trap."""
        choice = best(self.choices)
        return None if choice.trap else (choice.id,)
