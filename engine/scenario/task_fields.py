"""Tasks: the fields all kinds share; each kind reads its own (language §2)."""

from __future__ import annotations

from typing import Final

from engine.kinds.keys import At
from engine.kinds.kind import Kind
from engine.kinds.registry import IMPLIED, KINDS
from engine.scenario.model import Hint, Task, Who
from engine.script.conditions import read_guard
from engine.script.effects import EFFECT_KEYS, read_costs, read_effects
from engine.script.fields import Reader
from engine.script.meant import folded, key_of
from engine.script.names import KINDS as NOUNS
from engine.script.names import Names, the
from engine.script.nodes import Guard
from engine.script.source import Mapping, Node, Scalar
from engine.values import ANY

COMMON_KEYS: Final = (
    "kind", "role", "ask", "after", "if", "optional", "watch", "talk", "hint", "fact",
    *EFFECT_KEYS,
)  # fmt: skip
ALSO: Final = {folded(word): kind.name for kind in KINDS.values() for word in kind.also}
"""What people call kinds → their names."""


class Tasks:
    """Reads the tasks of one script."""

    def __init__(self, reader: Reader, names: Names) -> None:
        self.r = reader
        self.names = names

    def guard(self, node: Node | None) -> Guard | None:
        """The guard at `node`."""
        return read_guard(self.r, self.names, node)

    def read(self, scene: str, name: str, key: Scalar, node: Node) -> Task | None:
        """The task, or None where its kind can't be told."""
        r = self.r
        entry = r.mapping(node, the("task", name))
        written = r.get(entry, "kind")
        default = IMPLIED.name if _IMPLIES in entry.entries else ""
        if written is None and not default and any(_implies(r, key) for key in entry.entries):
            default = IMPLIED.name
        if written is None and not default:
            r.keys(
                entry, the("task", name), (*COMMON_KEYS, *entry.entries), ("kind", "role", "ask")
            )
            r.lost.add("all")
            return None
        kind = KINDS.get(r.word(written, "kind", tuple(KINDS), default=default, shown=ALSO))
        if kind is None:
            r.lost.add("all")
            return None
        own = tuple(key.name for key in kind.keys)
        needed = tuple(key.name for key in kind.keys if key.needed)
        r.keys(entry, the("task", name), (*COMMON_KEYS, *own), ("role", "ask", *needed))
        where, who = f"{scene}.{name}", self._who(kind, r.get(entry, "role"))
        at = At(r, self.names, entry, key, where, who.slots)
        body = kind.read(at)
        body.check(at)
        if kind.together and who.slots and len(who.slots) < 2:
            at.issue("SC416", what=kind.name)
        return Task(
            at=r.place(key),
            id=name,
            scene=scene,
            kind=kind.name,
            who=who,
            ask=r.text(r.get(entry, "ask"), "ask"),
            body=body,
            after=self._after(scene, entry),
            guard=self.guard(r.get(entry, "if")),
            optional=r.boolean(r.get(entry, "optional"), "optional"),
            watch=self._watch(r.get(entry, "watch"), who),
            talk_ms=r.duration_ms(r.get(entry, "talk"), "talk", least_ms=1_000),
            hint=self._hint(r.get(entry, "hint")),
            fact=self.names.ref(r.get(entry, "fact"), "fact") or None,
            effects=read_effects(r, self.names, entry, where),
        )

    def _who(self, kind: type[Kind], node: Node | None) -> Who:
        every = self.names.everybody
        word = node.value if isinstance(node, Scalar) else ""
        if word == "all" or (word == "any" and kind.together):
            return Who(every, every)
        if word == "any":
            return Who((ANY,), every)
        roles = frozenset(self.names.refs(node, "role", words=("all", "any")))
        if node is not None and not self.r.items(node, "role"):
            self.r.issue("SC401", node, what="role", least=1)
        ordered = tuple(role for role in every if role in roles)
        return Who(ordered, ordered)

    def _watch(self, node: Node | None, who: Who) -> bool:
        watched = self.r.boolean(node, "watch")
        if node is not None and watched and set(who.roles) >= set(self.names.everybody):
            self.r.issue("SC440", node)
        return watched

    def _after(self, scene: str, entry: Mapping) -> tuple[str, ...]:
        known = self.names.tasks.get(scene, ())
        found = []
        for item in self.r.items(self.r.get(entry, "after"), "after"):
            name = self.r.text(item, "after")
            if name in known:
                found.append(name)
            else:
                self.r.lost.add("task")
                self.r.unknown(NOUNS["task"], item, name, known)
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


_IMPLIES: Final = IMPLIED.keys[0].name


def _implies(reader: Reader, key: str) -> bool:
    return bool(key_of(key, (_IMPLIES,)) or reader.nearest(key, (_IMPLIES,)))
