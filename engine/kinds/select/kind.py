"""`select`: several of the choices, just those that are right."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from engine.errors import Text
from engine.kinds.choices import CHOICES, KEEP_ORDER, PICK, OfChoices
from engine.kinds.forms import TICKS, Answer
from engine.kinds.held import Moment
from engine.kinds.judging import Judgement
from engine.kinds.keys import At
from engine.kinds.kind import Counts
from engine.script.nodes import NO_EFFECTS

SUBSETS_MAX: Final = 4
"""Trapped choices up to which every combination of them is tried."""


class Select(OfChoices, frozen=True):
    """Several choices."""

    name = "select"
    label = Text("选几项", "Choose several")
    does = "从 `choices` 里勾选几个"
    ends = "勾中的正好是 `right` 的那些；勾了带 `trap` 的就弹起"
    also = ("多选", "勾选", "multiple")
    form = TICKS
    keys = (CHOICES, KEEP_ORDER, PICK)
    seconds = 70
    refusals = {
        "some_choices": (
            Text("请至少选一项，每项只选一次。", "Choose one or more, each once."),
            Text("勾选后再提交。", "Tick, then submit."),
        ),
    }
    then = {"some_choices": ("other", "one id or more, each once")}
    words = {"可以选几项。": "More than one may be right."}

    def check(self, at: At) -> None:
        """Something is right."""
        super().check(at)
        node = at.node("choices")
        if node is not None and len(self.choices) >= 2 and not self._right():
            at.issue("SC402", node, what="select")

    def _right(self) -> Answer:
        return tuple(choice.id for choice in self.choices if choice.right)

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """A trap among them springs whatever else was ticked."""
        ticked = set(answer)
        if not answer or len(ticked) != len(answer):
            raise self.refuse("some_choices")
        if not ticked <= {choice.id for choice in self.choices}:
            raise self.refuse("unknown_choice")
        self._shown(moment.held, answer)
        taken = tuple(choice for choice in self.choices if choice.id in ticked)
        traps = tuple(dict.fromkeys(choice.trap for choice in taken if choice.trap))
        if traps:
            return Judgement(verdict="trap", answer=answer, traps=traps)
        if ticked != set(self._right()):
            return Judgement(verdict="missed", done=False, answer=answer)
        effects = tuple(choice.effects for choice in taken if choice.effects is not NO_EFFECTS)
        return Judgement(verdict="right", answer=answer, effects=effects)

    def right(self, moment: Moment) -> Answer | None:
        """All that are right."""
        return self._right()

    def classes(self, moment: Moment, counts: Counts) -> Iterator[Answer]:
        """The right set, and every combination of trapped choices (or each, and all, of many)."""
        right = self._right()
        shown = moment.held.picked or tuple(choice.id for choice in self.choices)
        trapped = tuple(one.id for one in self.choices if one.trap is not None and one.id in shown)
        if right:
            yield right
        if len(trapped) > SUBSETS_MAX:
            yield from ((name,) for name in trapped)
            yield trapped
            return
        for number in range(1, len(trapped) + 1):
            yield from combinations(trapped, number)

    def guesses(self, moment: Moment) -> tuple[Answer, ...]:
        """Right; one too many; the first alone."""
        right = self._right()
        more = tuple((*right, choice.id) for choice in self.choices if not choice.right)
        return (right, *more, (self.choices[0].id,))

    def picked(self, answer: Answer) -> Answer:
        """Whoever may tick some of a list could have ticked all of it."""
        return tuple(choice.id for choice in self.choices)
