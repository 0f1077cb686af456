"""`order`: lines are put in their order. The script has them in the right one."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from engine.errors import Text
from engine.kinds.arranging import Arranging
from engine.kinds.counting import Places, Space
from engine.kinds.forms import ORDERED, Answer
from engine.kinds.judging import LaidOut, Seen
from engine.kinds.keys import TRAP, WORDS, Key, Things
from engine.kinds.kind import Draw, described
from engine.kinds.options import Option
from engine.kinds.picking import PICK_THINGS
from engine.kinds.shown import Listed, Shown
from engine.script.nodes import Node


class Item(Node, frozen=True, kw_only=True):
    """A line to be put in its place."""

    id: str
    text: str


def disordered(ids: tuple[str, ...], draw: Draw) -> tuple[str, ...]:
    """Drawn, but never the right order: that would be the answer."""
    order = draw(ids)
    return order if order != ids else (*order[1:], order[0])


class OrderShown(Shown, frozen=True):
    """What is to be put in order."""

    items: tuple[Listed, ...]
    """As the seat left them, else as drawn."""


class Order(Arranging, frozen=True):
    """Lines in the right order."""

    name = "order"
    label = Text("排顺序", "Put in order")
    does = "把 `items` 排好顺序"
    ends = "与写的顺序一样"
    also = ("排序", "排顺序")
    form = ORDERED
    shows = OrderShown
    keys = (
        Key(
            "items",
            Things(Item, (WORDS,), unlike=("text",)),
            "要排的几行，按正确的顺序写",
            needed=True,
            example="[{id: sh, text: 上海开会}, {id: jx, text: 转到嘉兴}, {id: end, text: 闭幕}]",
        ),
        TRAP,
        PICK_THINGS,
    )
    seconds = 80
    refusals = {
        "whole_order": (
            Text("请把每一条都排进去，各一次。", "Put every line in order, each once."),
            Text("排好全部条目再提交。", "Order all of them, then submit."),
        ),
    }
    then = {"whole_order": ("other", "every item's id, once")}
    words = {
        "用箭头按先后排好。": "Use the arrows to put them in order.",
        "上移：{what}": "Up: {what}",
        "下移：{what}": "Down: {what}",
        "就按这个顺序": "That is the order",
    }

    items: tuple[Item, ...]

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The lines."""
        return tuple(
            Option(id=one.id, text=one.text, side="items", at=one.at) for one in self.items
        )

    def listed(self) -> Answer:
        """The lines."""
        return tuple(item.id for item in self.items)

    def key(self, ids: Answer) -> Answer:
        """As they are written."""
        return ids

    def turned(self, ids: Answer) -> Answer:
        """The other way round."""
        return ids[::-1]

    def is_right(self, answer: Answer) -> bool:
        """As they are written."""
        return answer == tuple(name for name in self.listed() if name in answer)

    def whole(self, answer: Answer, ids: Answer) -> None:
        """Raises Rejection: unknown_choice, whole_order."""
        if any(name not in ids for name in answer):
            raise self.refuse("unknown_choice")
        if sorted(answer) != sorted(ids):
            raise self.refuse("whole_order")

    def lay_out(self, slots: tuple[str, ...], draw: Draw) -> LaidOut:
        """An order to begin with, of what this run asks for."""
        laid = super().lay_out(slots, draw)
        return LaidOut(shuffled=disordered(laid.picked or self.listed(), draw), picked=laid.picked)

    def right_words(self) -> tuple[str, ...]:
        """In one line."""
        return (" → ".join(item.text for item in self.items),)

    def show(self, seen: Seen) -> Shown:
        """As the seat left them, else as drawn. Where nothing was, the log has an order."""
        drawn, texts = seen.draw("items"), self.sides["items"]
        mine, first = seen.moment.mine.answer, seen.moment.held.shuffled
        shown = self.asked(seen.moment.held)
        first = tuple([name for name in drawn.order if name in shown]) if seen.drawn else first
        kept = mine if sorted(mine) == sorted(first) else first
        items = [Listed(id=drawn.told[name], text=texts[name]) for name in kept]
        return OrderShown(items=tuple(items))

    def placed(self, answer: Answer, ids: Answer) -> Places:
        """The lines as they stand."""
        return answer

    def space(self, seen: Seen, ids: Answer) -> Space:
        """Any order but that to begin with."""
        begun = seen.draw("items").order if seen.drawn else seen.moment.held.shuffled
        first = tuple([name for name in begun if name in ids])
        return Space(places=len(ids), things=ids, once=True, not_so=(first,))

    def interaction(self) -> dict[str, Any]:
        """Sequencing."""
        return {
            "interactionType": "sequencing",
            "correctResponsesPattern": ["[,]".join(self.listed())],
            "choices": described(self.options),
        }
