"""Tasks that are answered from a list of choices: what `choose`, `select` and `vote` share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, ClassVar, Final, Self

import msgspec

from engine.kinds.forms import ONE, Answer
from engine.kinds.held import Moment, TaskState
from engine.kinds.judging import LaidOut, Seen
from engine.kinds.keys import At, Choices, Flag, Key
from engine.kinds.kind import Counts, Draw, Kind, described
from engine.kinds.options import Option, of_choices
from engine.kinds.picking import pick_key, picked
from engine.kinds.refusals import refusal
from engine.kinds.shown import Listed, Shown
from engine.script.nodes import Choice

CHOICES: Final = Key(
    "choices",
    Choices(),
    "选项，至少两个",
    needed=True,
    example="[{id: y, text: 走, right: true}, {id: n, text: 不走}, {id: w, text: 再等等}]",
)
PRICED: Final = Key(
    "choices",
    Choices(priced=True),
    "选项，至少两个；可以有 `cost` 和 `if`",
    needed=True,
    example="[{id: y, text: 走, right: true}, {id: n, text: 不走}, {id: w, text: 再等等}]",
)
"""The same, where one is taken at once: what it hangs on is then as it was when it was seen."""


KEEP_ORDER: Final = Key(
    "keep_order",
    Flag(),
    "`true`：选项的先后有意义，手机上也照写的次序；不写就每一局另抽",
    example="true",
)


PICK: Final = pick_key("只显示这么多项：正确的都在，其余每一局另抽；不写就全部显示")


def pick(choices: Iterable[Choice], answer: Answer) -> Choice:
    """The one choice answered with. Raises Rejection: one_choice, unknown_choice."""
    if len(answer) != 1:
        raise refusal("one_choice")
    for choice in choices:
        if choice.id == answer[0]:
            return choice
    raise refusal("unknown_choice")


def is_free(choice: Choice) -> bool:
    """It costs nothing and hangs on nothing: it can always be taken."""
    return not choice.price and choice.guard is None


def best(choices: tuple[Choice, ...]) -> Choice:
    """The right one, else the first that is no trap, else the first; of those that
    can always be taken."""
    choices = tuple([choice for choice in choices if is_free(choice)]) or choices
    right = next((choice for choice in choices if choice.right and not choice.trap), None)
    return right or next((choice for choice in choices if not choice.trap), choices[0])


class OfChoicesShown(Shown, frozen=True):
    """What there is to choose from."""

    choices: tuple[Listed, ...]
    """As drawn."""


class OfChoices(Kind, frozen=True, kw_only=True):
    """A task with choices."""

    shows: ClassVar[type[Shown]] = OfChoicesShown

    choices: tuple[Choice, ...]
    keep_order: bool = False
    pick: int = 0
    """How many a run shows: all that are right, and others as drawn; 0: all."""

    def check(self, at: At) -> None:
        """What may be left out is wrong, and nothing hangs on it."""
        if not self.pick:
            return
        right = sum(choice.right for choice in self.choices)
        if not right < self.pick < len(self.choices) or not right:
            at.issue("SC435", at.node("pick"), right=right, number=len(self.choices))
        for choice in self.choices:
            if not choice.right and (choice.effects.sets or choice.effects.gives or choice.guard):
                at.issue("SC436", at.node("pick"), name=choice.id)

    def lay_out(self, slots: tuple[str, ...], draw: Draw) -> LaidOut:
        """Which of them this run shows, where there are more."""
        right = [choice.id for choice in self.choices if choice.right]
        ids = tuple([choice.id for choice in self.choices])
        return LaidOut(picked=picked(ids, self.pick, draw, kept=right))

    def left_out(self) -> frozenset[str]:
        """The wrong ones."""
        wrong = (choice.id for choice in self.choices if not choice.right)
        return frozenset(wrong) if self.pick else frozenset()

    def _shown(self, held: TaskState, answer: Answer) -> None:
        """Raises Rejection: unknown_choice, where one of them isn't shown in this run."""
        if held.picked and not set(answer) <= {*held.picked}:
            raise refusal("unknown_choice")

    def unpicked(self) -> Self:
        """The same, showing all."""
        return msgspec.structs.replace(self, pick=0) if self.pick else self

    def keeps_order(self) -> bool:
        """Where the author says so."""
        return self.keep_order

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The choices."""
        return of_choices(self.choices)

    def show(self, seen: Seen) -> Shown:
        """The choices as drawn."""
        return OfChoicesShown(choices=seen.offered("choices", self.options))

    def interaction(self) -> dict[str, Any]:
        """A choice; what is right, where something is."""
        right = "[,]".join(choice.id for choice in self.choices if choice.right)
        pattern = {"correctResponsesPattern": [right]} if right else {}
        return {"interactionType": "choice", "choices": described(self.options)} | pattern


class OneOf(OfChoices, frozen=True):
    """One of the choices is taken: `choose`, and each vote of a `vote`."""

    form = ONE

    def check(self, at: At) -> None:
        """A team that can't pay isn't stuck: where something costs or hangs on something, a right
        choice doesn't, or one that is no trap where none is right."""
        super().check(at)
        if all(is_free(choice) for choice in self.choices):
            return
        wanted = [choice for choice in self.choices if choice.right] or [
            choice for choice in self.choices if not choice.trap
        ]
        if not any(is_free(choice) for choice in wanted):
            at.issue("SC429", at.node("choices"))

    def offered(self, moment: Moment, answer: Answer) -> Choice:
        """The one choice answered with. Raises Rejection: one_choice, unknown_choice,
        not_offered."""
        choice = pick(self.choices, answer)
        self._shown(moment.held, answer)
        if choice.id in moment.closed:
            raise self.refuse("not_offered")
        return choice

    def classes(self, moment: Moment, counts: Counts) -> Iterator[Answer]:
        """Each choice that is offered."""
        closed, shown = moment.closed, moment.held.picked
        for choice in self.choices:
            if choice.id not in closed and (not shown or choice.id in shown):
                yield (choice.id,)

    def shown_after(self, slips: int) -> bool:
        """Another wrong choice was left to be made."""
        wrong = sum(not choice.right for choice in self.choices)
        return slips < max(2, wrong)
