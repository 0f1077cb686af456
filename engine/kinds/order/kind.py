"""`order`: lines are put in their order. The script has them in the right one."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from engine.errors import Text
from engine.kinds.arranging import Arranging
from engine.kinds.forms import ORDERED, Answer
from engine.kinds.judging import LaidOut, Seen
from engine.kinds.keys import TRAP, WORDS, Key, Things
from engine.kinds.kind import Draw, described
from engine.kinds.options import Option
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
            example="[{id: sh, text: 上海开会}, {id: jx, text: 转到嘉兴}]",
        ),
        TRAP,
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

    def key(self) -> Answer:
        """As they are written."""
        return tuple(item.id for item in self.items)

    def turned(self) -> Answer:
        """The other way round."""
        return self.key()[::-1]

    def whole(self, answer: Answer) -> None:
        """Raises Rejection: unknown_choice, whole_order."""
        ids = self.key()
        if any(name not in ids for name in answer):
            raise self.refuse("unknown_choice")
        if sorted(answer) != sorted(ids):
            raise self.refuse("whole_order")

    def lay_out(self, slots: tuple[str, ...], draw: Draw) -> LaidOut:
        """An order to begin with."""
        return LaidOut(shuffled=disordered(self.key(), draw))

    def right_words(self) -> tuple[str, ...]:
        """In one line."""
        return (" → ".join(item.text for item in self.items),)

    def show(self, seen: Seen) -> Shown:
        """As the seat left them, else as drawn. Where nothing was, the log has an order."""
        drawn, texts = seen.draw("items"), self.sides["items"]
        mine, first = seen.moment.mine.answer, seen.moment.held.shuffled
        first = drawn.order if seen.drawn else first
        kept = mine if sorted(mine) == sorted(first) else first
        items = [Listed(id=drawn.told[name], text=texts[name]) for name in kept]
        return OrderShown(items=tuple(items))

    def interaction(self) -> dict[str, Any]:
        """Sequencing."""
        return {
            "interactionType": "sequencing",
            "correctResponsesPattern": ["[,]".join(self.key())],
            "choices": described(self.options),
        }
