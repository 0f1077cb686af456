"""`estimate`: a whole number is guessed; what is near enough is right, and nearer is better."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from engine.errors import Text
from engine.kinds.arranging import right_or_not
from engine.kinds.forms import TEXT, Answer
from engine.kinds.held import Moment
from engine.kinds.judging import Judgement, Seen
from engine.kinds.keys import TRAP, At, Count, Key, Prose
from engine.kinds.kind import Counts, Kind
from engine.kinds.shown import Shown
from engine.script.text import normalise
from engine.values import TrapId

MOST: Final = 999_999_999
"""The largest number there is here."""
LENGTH_MAX: Final = 40
"""Of what is typed, in characters."""


class EstimateShown(Shown, frozen=True):
    """What to go by."""

    unit: str
    """Of what."""
    within: int
    """So far off is right still."""
    off: int | None
    """Once it is over: how far off one was."""


class Estimate(Kind, frozen=True):
    """A number to guess."""

    name = "estimate"
    label = Text("估一估", "Estimate")
    does = "估一个整数：`number` 是答案，`within` 是差多少以内算对，`unit` 是单位"
    ends = "差得不超过 `within`；手机上说明差了多少，越近越好"
    also = ("估计", "估算", "猜数", "number", "guess")
    form = TEXT
    shows = EstimateShown
    keys = (
        Key("number", Count(0, MOST, 0), "答案，一个整数", needed=True, example="13"),
        Key("within", Count(0, MOST, 0), "差多少以内算对；不写就要正好", example="2"),
        Key("unit", Prose(), "单位，如 人、年、公里", example="人"),
        TRAP,
    )
    grounded = True
    refusals = {
        "whole_number": (
            Text("请填一个整数。", "Enter a whole number."),
            Text("只写数字，例如 50；单位不用写。", "Digits only, such as 50; leave out the unit."),
        ),
    }
    then = {"whole_number": ("other", "a whole number, digits alone")}
    words = {
        "估一个整数，差 {n} 以内都算对，越近越好。": (
            "A whole number; within {n} is right, and nearer is better."
        ),
        "要正好是这个整数。": "Just that whole number.",
        "您估的数": "Your estimate",
        "正好！": "Exactly!",
        "差了 {n} {unit}": "Off by {n} {unit}",
    }

    number: int
    within: int = 0
    unit: str = ""
    trap: TrapId | None = None
    """Springs on whatever is too far off."""

    def check(self, at: At) -> None:
        """What is right doesn't cover everything."""
        if self.within > self.number and at.node("within") is not None:
            at.issue(
                "SC106",
                at.node("within"),
                what="within",
                found=self.within,
                wanted=f"0 … {self.number}",
                nearest="",
            )

    def texts(self, slot: str) -> tuple[str, ...]:
        """The unit."""
        return (self.unit,)

    def traps(self) -> tuple[TrapId, ...]:
        """The one, if any."""
        return (self.trap,) if self.trap is not None else ()

    def said(self, answer: Answer) -> int:
        """The number answered with, however it is written. Raises Rejection: whole_number."""
        text = normalise(answer[0][:LENGTH_MAX]) if len(answer) == 1 else ""
        found = re.fullmatch(r"([0-9][0-9,]{0,12})(.*)", text)
        if found is None or found[2] not in ("", normalise(self.unit)):
            raise self.refuse("whole_number")
        return int(found[1].replace(",", ""))

    def off(self, answer: Answer) -> int:
        """How far the answer is from the number."""
        return abs(self.said(answer) - self.number)

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """Near enough, or not. On record is the number alone."""
        off = self.off(answer)
        return right_or_not(off <= self.within, (str(self.said(answer)),), self.trap)

    def trap_in(self, answer: Answer) -> TrapId | None:
        """The trap of what was too far off."""
        return self.trap if answer and self.off(answer) > self.within else None

    def right(self, moment: Moment) -> Answer | None:
        """The number itself."""
        return (str(self.number),)

    def right_words(self) -> tuple[str, ...]:
        """With its unit, and how far one may be off."""
        near = f"（±{self.within}）" if self.within else ""
        return (f"{self.number}{self.unit}{near}",)

    def far(self) -> Answer:
        """One that is too far off; they are all alike."""
        return (str(self.number + self.within + 1),)

    def classes(self, moment: Moment, counts: Counts) -> Iterator[Answer]:
        """Right, and too far off if that springs something."""
        yield (str(self.number),)
        if self.trap is not None:
            yield self.far()

    def guesses(self, moment: Moment) -> tuple[Answer, ...]:
        """Just right, just right enough, and not."""
        return ((str(self.number),), (str(self.number + self.within),), self.far())

    def told(self, answer: Answer) -> str:
        """With its unit."""
        return f"{super().told(answer)}{self.unit}"

    def show(self, seen: Seen) -> Shown:
        """What to go by; how far off one was, only when it is over."""
        mine = seen.moment.mine
        over = mine.done or seen.moment.held.status != "open"
        off = self.off(mine.answer) if over and mine.answer else None
        return EstimateShown(unit=self.unit, within=self.within, off=off)

    def interaction(self) -> dict[str, Any]:
        """A number in a range."""
        low, high = self.number - self.within, self.number + self.within
        return {"interactionType": "numeric", "correctResponsesPattern": [f"{low}[:]{high}"]}
