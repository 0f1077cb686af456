"""`discuss`: the roles talk, for a while at the least; then each confirms."""

from __future__ import annotations

from engine.errors import Text
from engine.kinds.forms import NOTHING, Answer
from engine.kinds.held import Moment
from engine.kinds.judging import Judgement, Seen
from engine.kinds.keys import Duration, Key
from engine.kinds.kind import Kind
from engine.kinds.shown import Shown


class DiscussShown(Shown, frozen=True):
    """How the talk stands."""

    confirmed: tuple[str, ...]
    """For programs: the roles that say it is done."""
    until_ms: int | None
    """From when on one may; null in a pause."""


class Discuss(Kind, frozen=True):
    """Something to talk about."""

    name = "discuss"
    label = Text("商量", "Discuss")
    does = "讨论，至少 `at_least` 那么久"
    ends = "每个角色都确认"
    also = ("讨论", "商量")
    form = NOTHING
    shows = DiscussShown
    keys = (
        Key("at_least", Duration(), "至少讨论多久，如 60s", field="at_least_ms", example="60s"),
    )
    seconds = 30
    together = True
    refusals = {
        "too_early": (
            Text(
                "请再讨论一会儿：还有 {seconds} 秒。", "Keep discussing: {seconds} seconds to go."
            ),
            Text("时间到了再确认。", "Confirm when the time is up."),
        ),
    }
    then = {"too_early": ("again", "`now_ms` is past the task's `until_ms`")}
    words = {
        "可以确认了": "You may confirm now",
        "至少再商量": "Talk at least",
        "放下手机，和队友当面商量。商量好了，每人点一次确认。": (
            "Put the phone down and talk. When you have, each of you confirms."
        ),
        "商量好了": "We have talked",
    }

    at_least_ms: int = 0

    def least_ms(self) -> int:
        """As long as the talk has to last."""
        return self.at_least_ms

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """A confirmation, in time. Raises Rejection: too_early, only_confirm."""
        left_ms = moment.held.opened_ms + self.at_least_ms - moment.clock_ms
        if left_ms > 0:
            raise self.refuse("too_early", seconds=-(-left_ms // 1000))
        return super().verdict(moment, answer)

    def show(self, seen: Seen) -> Shown:
        """Who has confirmed, and from when one may."""
        held = seen.moment.held
        return DiscussShown(
            confirmed=tuple([name for name, slot in held.slots.items() if slot.done]),
            until_ms=seen.wall_ms(held.opened_ms + self.at_least_ms),
        )
