"""`match`: each line on the left has its own on the right."""

from __future__ import annotations

from functools import cached_property

from engine.errors import Text
from engine.kinds.forms import Answer
from engine.kinds.judging import LaidOut, Seen
from engine.kinds.keys import TRAP, Key, Prose, Things
from engine.kinds.kind import Draw
from engine.kinds.options import Option
from engine.kinds.order.kind import disordered
from engine.kinds.pairing import Pairing
from engine.kinds.picking import PICK_THINGS
from engine.kinds.shown import Listed, Shown
from engine.script.nodes import Node


class Pair(Node, frozen=True, kw_only=True):
    """Two sides that belong together. In logs left and right go by the same id: the answer `a=a` is
    right, `a=b` is not. A phone is shown another for each (`rules.options`)."""

    id: str
    left: str
    right: str


class MatchShown(Shown, frozen=True):
    """Two sides, each drawn by itself."""

    left: tuple[Listed, ...]
    """Each gets one …"""
    right: tuple[Listed, ...]
    """… of these."""


class Match(Pairing, frozen=True):
    """Lines in pairs."""

    name = "match"
    once = True
    shows = MatchShown
    label = Text("连一连", "Match")
    does = "把 `pairs` 的左右连起来"
    ends = "全部连对"
    also = ("连线", "配对", "匹配")
    keys = (
        Key(
            "pairs",
            Things(
                Pair,
                (
                    Key("left", Prose(), "左边", needed=True),
                    Key("right", Prose(), "右边", needed=True),
                ),
                unlike=("left", "right"),
            ),
            "要连的几对",
            needed=True,
            example="[{id: sh, left: 一大, right: 上海}, {id: gz, left: 三大, right: 广州}, "
            "{id: c, left: 丙, right: 丁}]",
        ),
        TRAP,
        PICK_THINGS,
    )
    seconds = 80
    words = {
        "请选……": "Choose …",
        "配好了": "Matched",
        "对了 {n} 对，其余再想想。": "{n} pairs are right; think again about the others.",
    }

    pairs: tuple[Pair, ...]

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """Both sides."""
        return tuple(
            Option(id=one.id, text=text, side=side, at=one.at)
            for one in self.pairs
            for side, text in (("left", one.left), ("right", one.right))
        )

    def partners(self, ids: Answer) -> Answer:
        """Theirs."""
        return ids

    def key(self, ids: Answer) -> Answer:
        """Each with its own."""
        return tuple(f"{name}={name}" for name in ids)

    def turned(self, ids: Answer) -> Answer:
        """Each with the next one's."""
        return tuple(f"{a}={b}" for a, b in zip(ids, (*ids[1:], ids[0]), strict=True))

    def whole(self, answer: Answer, ids: Answer) -> None:
        """Nothing on the right serves twice. Raises Rejection: unknown_choice, whole_match."""
        if sorted(self.joined(answer, ids).values()) != sorted(ids):
            raise self.refuse("whole_match")

    def lay_out(self, slots: tuple[str, ...], draw: Draw) -> LaidOut:
        """An order of the right side, of what this run asks for."""
        laid = super().lay_out(slots, draw)
        return LaidOut(shuffled=disordered(laid.picked or self.listed(), draw), picked=laid.picked)

    def show(self, seen: Seen) -> Shown:
        """Both sides as drawn. Where nothing was, the log has an order of the right."""
        held = seen.moment.held
        left, texts = (
            seen.listed("left", self.texts_of("left", held)),
            self.texts_of("right", held),
        )
        if seen.drawn:
            return MatchShown(left=left, right=seen.listed("right", texts))
        kept = held.shuffled
        right = tuple([Listed(id=name, text=texts[name]) for name in kept])
        return MatchShown(left=left, right=right)
