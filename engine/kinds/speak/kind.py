"""`speak`: the roles speak in turn, in an order that is drawn."""

from __future__ import annotations

from engine.errors import Text
from engine.kinds.forms import NOTHING, Answer
from engine.kinds.held import Moment, TaskState
from engine.kinds.judging import Judgement, LaidOut, Seen
from engine.kinds.kind import Draw, Kind
from engine.kinds.shown import Part, Shown


def turn_of(held: TaskState) -> str | None:
    """The slot whose turn it is; None: all have spoken."""
    return next((name for name in held.order if not held.slots[name].done), None)


class Turn(Part, frozen=True):
    """Somebody who has a turn to speak."""

    role: str
    """Their role."""
    name: str
    """What that is called."""
    done: bool
    """They have spoken."""


class SpeakShown(Shown, frozen=True):
    """Who speaks."""

    order: tuple[Turn, ...]
    """As drawn."""
    turn: str | None
    """Whose turn it is; null: everybody has spoken."""


class Speak(Kind, frozen=True):
    """A round in which each says something."""

    name = "speak"
    label = Text("轮流说", "Speak in turn")
    does = "轮流说一句，顺序由抽签决定"
    ends = "每个角色都确认"
    also = ("发言", "轮流发言")
    form = NOTHING
    shows = SpeakShown
    seconds = 40
    together = True
    in_turn = True
    refusals = {
        "not_your_turn": (
            Text("还没有轮到您。", "It isn't your turn yet."),
            Text("请等前面的队友说完。", "Wait until those before you have spoken."),
        ),
    }
    then = {"not_your_turn": ("again", "the task's `turn` is one's own role")}
    words = {
        "（正在说）": " (speaking)",
        "轮到您了，说给大家听。说完点一下。": "Your turn: say it aloud, then tap.",
        "我说完了": "I have spoken",
        "请听队友说，还没有轮到您。": "Please listen; your turn comes.",
    }

    def lay_out(self, slots: tuple[str, ...], draw: Draw) -> LaidOut:
        """The order in which they speak."""
        return LaidOut(order=draw(slots))

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """A confirmation, in turn. Raises Rejection: not_your_turn, only_confirm."""
        if turn_of(moment.held) not in (None, moment.slot):
            raise self.refuse("not_your_turn")
        return super().verdict(moment, answer)

    def right(self, moment: Moment) -> Answer | None:
        """In its turn."""
        return () if turn_of(moment.held) == moment.slot else None

    def show(self, seen: Seen) -> Shown:
        """Who speaks, and whose turn it is."""
        held = seen.moment.held
        order = [
            Turn(role=name, name=seen.roles[name].name, done=held.slots[name].done)
            for name in held.order
        ]
        return SpeakShown(order=tuple(order), turn=turn_of(held))
