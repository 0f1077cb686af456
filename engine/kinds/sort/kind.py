"""`sort`: things are put into groups; a group may get several, or none."""

from __future__ import annotations

from functools import cached_property

from engine.errors import Text
from engine.kinds.forms import Answer
from engine.kinds.judging import Seen
from engine.kinds.keys import TRAP, WORDS, At, Inside, Key, Things
from engine.kinds.options import Option
from engine.kinds.pairing import Pairing
from engine.kinds.picking import PICK_THINGS
from engine.kinds.shown import Listed, Shown
from engine.script.nodes import Node


class Group(Node, frozen=True, kw_only=True):
    """Where things may go."""

    id: str
    text: str


class Thing(Node, frozen=True, kw_only=True):
    """Something to be put into its group."""

    id: str
    text: str
    group: str


class SortShown(Shown, frozen=True):
    """What is to be sorted."""

    things: tuple[Listed, ...]
    """As drawn."""
    groups: tuple[Listed, ...]
    """As drawn."""


class Sort(Pairing, frozen=True):
    """Things for groups."""

    name = "sort"
    shows = SortShown
    label = Text("分一分", "Sort")
    does = "把 `things` 分到 `groups` 里；每一样写明它的 `group`"
    ends = "全部分对"
    also = ("分类", "归类", "分组", "group")
    keys = (
        Key(
            "groups",
            Things(Group, (WORDS,), unlike=("text",)),
            "分成哪几组",
            needed=True,
            example="[{id: fell, text: 牺牲}, {id: left, text: 脱党}]",
        ),
        Key(
            "things",
            Things(
                Thing,
                (WORDS, Key("group", Inside(), "属于哪一组（组的 id）", needed=True)),
                unlike=("text",),
            ),
            "要分的",
            needed=True,
            example="[{id: he, text: 何叔衡, group: fell}, {id: li, text: 李汉俊, group: left}, "
            "{id: c, text: 丙, group: left}]",
        ),
        TRAP,
        PICK_THINGS,
    )
    seconds = 90
    words = {"每一样都选一组。": "Choose a group for each.", "分好了": "Sorted"}

    groups: tuple[Group, ...]
    things: tuple[Thing, ...]

    def check(self, at: At) -> None:
        """Each thing's group is one of the groups."""
        super().check(at)
        known = [group.id for group in self.groups]
        for thing, node in zip(self.things, at.items("things"), strict=False):
            if thing.group and thing.group not in known:
                at.reader.unknown("group", node, thing.group, known)

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The things, then the groups."""
        return tuple(
            Option(id=one.id, text=one.text, side=side, at=one.at)
            for side, listed in (("things", self.things), ("groups", self.groups))
            for one in listed
        )

    def show(self, seen: Seen) -> Shown:
        """Both sides as drawn, each by itself."""
        return SortShown(
            things=seen.listed("things", self.texts_of("things", seen.moment.held)),
            groups=seen.listed("groups", self.sides["groups"]),
        )

    def key(self, ids: Answer) -> Answer:
        """Each in its group."""
        return tuple(f"{thing.id}={thing.group}" for thing in self._of(ids))

    def _of(self, ids: Answer) -> list[Thing]:
        return [thing for thing in self.things if thing.id in ids]

    def turned(self, ids: Answer) -> Answer:
        """The first one in another."""
        first, *rest = self._of(ids)
        other = next(group.id for group in self.groups if group.id != first.group)
        return (f"{first.id}={other}", *(f"{thing.id}={thing.group}" for thing in rest))
