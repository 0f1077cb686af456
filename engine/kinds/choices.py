"""Tasks that are answered from a list of choices: what `choose`, `select` and `vote` share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, ClassVar, Final

from engine.kinds.forms import ONE, Answer
from engine.kinds.held import Moment
from engine.kinds.judging import Seen
from engine.kinds.keys import Choices, Key
from engine.kinds.kind import Counts, Kind, described
from engine.kinds.options import Option, of_choices
from engine.kinds.refusals import refusal
from engine.kinds.shown import Listed, Shown
from engine.script.nodes import Choice

CHOICES: Final = Key(
    "choices",
    Choices(),
    "选项，至少两个",
    needed=True,
    example="[{id: y, text: 走, right: true}, {id: n, text: 不走}]",
)


def pick(choices: Iterable[Choice], answer: Answer) -> Choice:
    """The one choice answered with. Raises Rejection: one_choice, unknown_choice."""
    if len(answer) != 1:
        raise refusal("one_choice")
    for choice in choices:
        if choice.id == answer[0]:
            return choice
    raise refusal("unknown_choice")


def best(choices: tuple[Choice, ...]) -> Choice:
    """The right one, else the first that is no trap, else the first."""
    right = next((choice for choice in choices if choice.right and not choice.trap), None)
    return right or next((choice for choice in choices if not choice.trap), choices[0])


class OfChoicesShown(Shown, frozen=True):
    """What there is to choose from."""

    choices: tuple[Listed, ...]
    """As drawn."""


class OfChoices(Kind, frozen=True):
    """A task with choices."""

    shows: ClassVar[type[Shown]] = OfChoicesShown

    choices: tuple[Choice, ...]

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The choices."""
        return of_choices(self.choices)

    def show(self, seen: Seen) -> Shown:
        """The choices as drawn."""
        return OfChoicesShown(choices=seen.listed("choices", self.sides["choices"]))

    def interaction(self) -> dict[str, Any]:
        """A choice; what is right, where something is."""
        right = "[,]".join(choice.id for choice in self.choices if choice.right)
        pattern = {"correctResponsesPattern": [right]} if right else {}
        return {"interactionType": "choice", "choices": described(self.options)} | pattern


class OneOf(OfChoices, frozen=True):
    """One of the choices is taken: `choose`, and each vote of a `vote`."""

    form = ONE

    def classes(self, moment: Moment, counts: Counts) -> Iterator[Answer]:
        """Each choice."""
        yield from ((choice.id,) for choice in self.choices)

    def shown_after(self, slips: int) -> bool:
        """Another wrong choice was left to be made."""
        wrong = sum(not choice.right for choice in self.choices)
        return slips < max(2, wrong)
