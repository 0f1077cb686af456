"""Tasks: the fields all kinds share, and each kind's own (language §2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from engine.scenario.model import (
    GROUP_KINDS,
    Body,
    Choose,
    Discuss,
    Enter,
    Hand,
    Hint,
    Item,
    Match,
    Order,
    Pair,
    Read,
    Reflect,
    Search,
    Select,
    Speak,
    Spot,
    Task,
    Vote,
    Who,
)
from engine.script.effects import EFFECT_KEYS, read_choices, read_costs, read_effects, unlike
from engine.script.fields import Reader
from engine.script.guards import GuardError, parse_guard
from engine.script.meant import key_of
from engine.script.names import KINDS, Names, the
from engine.script.nodes import Guard
from engine.script.source import Mapping, Node, Scalar
from engine.script.text import normalise
from engine.values import ANY, Map

COMMON_KEYS: Final = (
    "kind", "role", "ask", "after", "if", "optional", "hint", "fact", *EFFECT_KEYS,
)  # fmt: skip
OWN_KEYS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "choose": (("choices",), ("choices",)),
    "select": (("choices",), ("choices",)),
    "order": (("items", "trap"), ("items",)),
    "match": (("pairs", "trap"), ("pairs",)),
    "enter": (("accept", "trap"), ("accept",)),
    "read": (("story",), ("story",)),
    "search": (("points", "spots"), ("points", "spots")),
    "hand": (("card", "to"), ("card", "to")),
    "vote": (("choices", "rule", "tie"), ("choices",)),
    "discuss": (("at_least",), ()),
    "speak": ((), ()),
    "reflect": ((), ()),
}
"""Kind → its own keys, and those it can't do without."""
TASK_KINDS: Final = tuple(OWN_KEYS)


class Tasks:
    """Reads the tasks of one script."""

    def __init__(self, reader: Reader, names: Names) -> None:
        self.r = reader
        self.names = names

    def guard(self, node: Node | None) -> Guard | None:
        """The guard at `node`; an issue stands at the place inside its text."""
        if node is None:
            return None
        text = node.value if isinstance(node, Scalar) else self.r.text(node, "if")
        try:
            return parse_guard(text, self.names)
        except GuardError as error:
            line, column = node.line, node.column
            if isinstance(node, Scalar) and "\n" not in text:
                column += error.offset + (0 if node.plain else 1)
            self.r.issue(error.code, Node(line, column), **error.values)
            return None

    def read(self, scene: str, name: str, key: Scalar, node: Node) -> Task | None:
        """The task, or None where its kind can't be told."""
        r = self.r
        entry = r.mapping(node, the("task", name))
        written = r.get(entry, "kind")
        default = "choose" if "choices" in entry.entries else ""
        if written is None and not default and any(_means_choices(r, key) for key in entry.entries):
            default = "choose"
        if written is None and not default:
            r.keys(
                entry, the("task", name), (*COMMON_KEYS, *entry.entries), ("kind", "role", "ask")
            )
            r.lost.add("all")
            return None
        kind: Any = r.word(written, "kind", TASK_KINDS, default=default)
        if kind not in OWN_KEYS:
            r.lost.add("all")
            return None
        own, needed = OWN_KEYS[kind]
        r.keys(entry, the("task", name), (*COMMON_KEYS, *own), ("role", "ask", *needed))
        where = f"{scene}.{name}"
        task = Task(
            at=r.place(key),
            id=name,
            scene=scene,
            kind=kind,
            who=self._who(kind, r.get(entry, "role")),
            ask=r.text(r.get(entry, "ask"), "ask"),
            body=_BODIES[kind](self, entry, where),
            after=self._after(scene, entry),
            guard=self.guard(r.get(entry, "if")),
            optional=r.boolean(r.get(entry, "optional"), "optional"),
            hint=self._hint(r.get(entry, "hint")),
            fact=self.names.ref(r.get(entry, "fact"), "fact") or None,
            effects=read_effects(r, self.names, entry, where),
        )
        if kind in GROUP_KINDS and task.who.slots and len(task.who.slots) < 2:
            r.issue("SC416", key, what=kind)
        if isinstance(task.body, Hand) and task.body.to in task.who.slots:
            r.issue("SC415", key)
        return task

    def _who(self, kind: str, node: Node | None) -> Who:
        every = self.names.everybody
        word = node.value if isinstance(node, Scalar) else ""
        if word == "all" or (word == "any" and kind in GROUP_KINDS):
            return Who(every, every)
        if word == "any":
            return Who((ANY,), every)
        roles = frozenset(self.names.refs(node, "role", words=("all", "any")))
        if node is not None and not self.r.items(node, "role"):
            self.r.issue("SC401", node, what="role", least=1)
        ordered = tuple(role for role in every if role in roles)
        return Who(ordered, ordered)

    def _after(self, scene: str, entry: Mapping) -> tuple[str, ...]:
        known = self.names.tasks.get(scene, ())
        found = []
        for item in self.r.items(self.r.get(entry, "after"), "after"):
            name = self.r.text(item, "after")
            if name in known:
                found.append(name)
            else:
                self.r.lost.add("task")
                self.r.unknown(KINDS["task"], item, name, known)
        return tuple(found)

    def _hint(self, node: Node | None) -> Hint | None:
        if node is None:
            return None
        r = self.r
        if isinstance(node, Scalar):
            return Hint(at=r.place(node), text=r.text(node, "hint"))
        entry = r.mapping(node, "hint")
        r.keys(entry, "hint", ("text", "cost"), ("text",))
        return Hint(
            at=r.place(node),
            text=r.text(r.get(entry, "text"), "hint"),
            cost=read_costs(r, self.names, r.get(entry, "cost")),
        )

    # ── kinds ───────────────────────────────────────────────────────────────────────────────────

    def _choose(self, entry: Mapping, where: str) -> Body:
        return Choose(read_choices(self.r, self.names, self.r.get(entry, "choices"), where))

    def _select(self, entry: Mapping, where: str) -> Body:
        node = self.r.get(entry, "choices")
        choices = read_choices(self.r, self.names, node, where)
        if node is not None and len(choices) >= 2 and not any(c.right for c in choices):
            self.r.issue("SC402", node, what="select")
        return Select(choices)

    def _order(self, entry: Mapping, where: str) -> Body:
        r, node = self.r, self.r.get(entry, "items")
        nodes = r.items(node, "items", alone="id")
        items = []
        for item in nodes:
            part = r.mapping(item, "items")
            r.keys(part, "items", ("id", "text"), ("id", "text"))
            name = r.name(r.get(part, "id"), "id")
            items.append(Item(at=r.place(item), id=name, text=r.text(r.get(part, "text"), "text")))
        if node is not None and len(items) < 2:
            r.issue("SC401", node, what="items", least=2)
        unlike(r, nodes, [item.id for item in items])
        unlike(r, nodes, [item.text for item in items], "SC203")
        return Order(tuple(items), self.names.ref(r.get(entry, "trap"), "trap") or None)

    def _match(self, entry: Mapping, where: str) -> Body:
        r, node = self.r, self.r.get(entry, "pairs")
        nodes = r.items(node, "pairs", alone="id")
        pairs = []
        for item in nodes:
            part = r.mapping(item, "pairs")
            r.keys(part, "pairs", ("id", "left", "right"), ("id", "left", "right"))
            pairs.append(
                Pair(
                    at=r.place(item),
                    id=r.name(r.get(part, "id"), "id"),
                    left=r.text(r.get(part, "left"), "left"),
                    right=r.text(r.get(part, "right"), "right"),
                )
            )
        if node is not None and len(pairs) < 2:
            r.issue("SC401", node, what="pairs", least=2)
        unlike(r, nodes, [pair.id for pair in pairs])
        unlike(r, nodes, [pair.left for pair in pairs], "SC203")
        unlike(r, nodes, [pair.right for pair in pairs], "SC203")
        return Match(tuple(pairs), self.names.ref(r.get(entry, "trap"), "trap") or None)

    def _enter(self, entry: Mapping, where: str) -> Body:
        r, node = self.r, self.r.get(entry, "accept")
        texts = tuple(normalise(r.text(item, "accept")) for item in r.items(node, "accept"))
        if node is not None and not any(texts):
            r.issue("SC401", node, what="accept", least=1)
        trap, traps = self._typed_traps(r.get(entry, "trap"))
        if traps.keys() & set(texts):
            r.issue("SC425", node or entry)
        return Enter(tuple(text for text in texts if text), Map(traps), trap)

    def _typed_traps(self, node: Node | None) -> tuple[str | None, dict[str, str]]:
        """`trap: ID` springs on every wrong text, `trap: {ID: [texts]}` on those texts."""
        if not isinstance(node, Mapping):
            return self.names.ref(node, "trap") or None, {}
        traps = {}
        for name, (key, texts) in node.entries.items():
            known = self.names.ref(key, "trap")
            for item in self.r.items(texts, "trap"):
                if known:
                    traps[normalise(self.r.text(item, "trap"))] = name
        return None, traps

    def _read(self, entry: Mapping, where: str) -> Body:
        return Read(self.r.text(self.r.get(entry, "story"), "story"))

    def _search(self, entry: Mapping, where: str) -> Body:
        r, node = self.r, self.r.get(entry, "spots")
        points = r.integer(r.get(entry, "points"), "points", 1, 100, default=1)
        nodes = r.items(node, "spots", alone="id")
        spots = tuple(self._spot(item, where) for item in nodes)
        unlike(r, nodes, [spot.id for spot in spots])
        if node is not None and not spots:
            r.issue("SC401", node, what="spots", least=1)
        most = max((spot.points for spot in spots), default=0)
        if node is not None and most > points:
            r.issue("SC426", node, points=points, most=most)
        return Search(points, spots)

    def _spot(self, node: Node, where: str) -> Spot:
        r, entry = self.r, self.r.mapping(node, "spots")
        r.keys(
            entry, "spots", ("id", "text", "card", "points", "trap", *EFFECT_KEYS), ("id", "text")
        )
        name = r.name(r.get(entry, "id"), "id")
        return Spot(
            at=r.place(node),
            id=name,
            text=r.text(r.get(entry, "text"), "text"),
            card=self.names.ref(r.get(entry, "card"), "card") or None,
            points=r.integer(r.get(entry, "points"), "points", 1, 100, default=1),
            trap=self.names.ref(r.get(entry, "trap"), "trap") or None,
            effects=read_effects(r, self.names, entry, f"{where}.{name}"),
        )

    def _hand(self, entry: Mapping, where: str) -> Body:
        r = self.r
        return Hand(
            self.names.ref(r.get(entry, "card"), "card"), self.names.ref(r.get(entry, "to"), "role")
        )

    def _vote(self, entry: Mapping, where: str) -> Body:
        r = self.r
        choices = read_choices(r, self.names, r.get(entry, "choices"), where)
        rule: Any = r.word(
            r.get(entry, "rule"), "rule", ("majority", "unanimous"), default="majority"
        )
        words = ("again", *(choice.id for choice in choices))
        tie = r.word(r.get(entry, "tie"), "tie", words, default="again")
        return Vote(choices, rule, None if tie == "again" else tie)

    def _discuss(self, entry: Mapping, where: str) -> Body:
        return Discuss(self.r.duration_ms(self.r.get(entry, "at_least"), "at_least"))

    def _speak(self, entry: Mapping, where: str) -> Body:
        return Speak()

    def _reflect(self, entry: Mapping, where: str) -> Body:
        return Reflect()


def _means_choices(reader: Reader, key: str) -> bool:
    return bool(key_of(key, ("choices",)) or reader.nearest(key, ("choices",)))


_BODIES: Final[dict[str, Callable[[Tasks, Mapping, str], Body]]] = {
    "choose": Tasks._choose,
    "select": Tasks._select,
    "order": Tasks._order,
    "match": Tasks._match,
    "enter": Tasks._enter,
    "read": Tasks._read,
    "search": Tasks._search,
    "hand": Tasks._hand,
    "vote": Tasks._vote,
    "discuss": Tasks._discuss,
    "speak": Tasks._speak,
    "reflect": Tasks._reflect,
}
