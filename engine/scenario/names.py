"""All names a script declares, known before anything that uses them is read."""

from __future__ import annotations

from collections.abc import Collection

from engine.scenario.fields import Reader, nearest
from engine.scenario.model import Var
from engine.scenario.source import Mapping, Node
from engine.values import Value

KINDS_ZH = {
    "role": "角色",
    "var": "变量",
    "card": "卡片",
    "source": "出处",
    "fact": "史实",
    "objective": "目标",
    "trap": "陷阱",
    "scene": "场景",
    "task": "任务",
}


class Names:
    """Declared names by kind. Implements `guards.Names`."""

    def __init__(self, reader: Reader, root: Mapping) -> None:
        self._reader = reader
        self.by_kind: dict[str, tuple[str, ...]] = {
            kind: _keys(reader, root, section)
            for kind, section in (
                ("role", "roles"),
                ("var", "vars"),
                ("card", "cards"),
                ("source", "sources"),
                ("fact", "facts"),
                ("objective", "objectives"),
                ("trap", "traps"),
                ("scene", "scenes"),
            )
        }
        self.vars: dict[str, Var] = {}
        self.tasks: dict[str, tuple[str, ...]] = {}
        scenes = reader.get(root, "scenes")
        if isinstance(scenes, Mapping):
            for name, (_, scene) in scenes.entries.items():
                if isinstance(scene, Mapping):
                    self.tasks[name] = _keys(reader, scene, "tasks")
        self.here = ""
        """The scene being read: `done.TASK` means its tasks first."""

    def ref(self, node: Node | None, kind: str, *, also: tuple[str, ...] = ()) -> str:
        """The name at `node`, if one of `kind` is declared so (or it is one of `also`); else an
        issue is noted and the name is empty."""
        if node is None:
            return ""
        name = self._reader.text(node, KINDS_ZH[kind])
        known = (*self.by_kind[kind], *also)
        if name and name not in known:
            self._reader.unknown(KINDS_ZH[kind], node, name, known)
            return ""
        return name

    def refs(self, node: Node | None, kind: str) -> tuple[str, ...]:
        """The names of a list, those declared."""
        items = self._reader.items(node, KINDS_ZH[kind])
        return tuple(name for name in (self.ref(item, kind) for item in items) if name)

    # ── for guards ──────────────────────────────────────────────────────────────────────────────

    def var_kind(self, name: str) -> tuple[str, Collection[Value]] | None:
        """A variable's kind and domain; None: not declared."""
        var = self.vars.get(name)
        if var is None:
            return None
        domain: Collection[Value] = var.values
        if var.kind == "int":
            domain = range(var.low, var.high + 1)
        return var.kind, domain

    def known(self, kind: str, name: str) -> bool:
        """Declared."""
        return name in self.by_kind[kind]

    def task(self, scene: str | None, name: str) -> list[tuple[str, str]]:
        """What `done.` may mean here."""
        if scene is not None:
            return [(scene, name)] if name in self.tasks.get(scene, ()) else []
        if name in self.tasks.get(self.here, ()):
            return [(self.here, name)]
        return [(where, name) for where, tasks in self.tasks.items() if name in tasks]

    def nearest(self, kind: str, name: str) -> str:
        """The nearest known name."""
        if kind == "task":
            return nearest(name, {task for tasks in self.tasks.values() for task in tasks})
        if kind == "guard":
            return nearest(name, ("trap", "done", "has"))
        return nearest(name, self.by_kind.get(kind, ()))


def _keys(reader: Reader, root: Mapping, section: str) -> tuple[str, ...]:
    node = reader.get(root, section)
    return tuple(node.entries) if isinstance(node, Mapping) else ()
