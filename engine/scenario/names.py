"""All names a script declares, known before anything that uses them is read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from engine.errors import Text
from engine.scenario.fields import Reader
from engine.scenario.model import Var
from engine.scenario.source import Mapping, Node
from engine.values import Value

KINDS: Final = {
    "role": Text("角色", "role"),
    "var": Text("变量", "variable"),
    "card": Text("卡片", "card"),
    "source": Text("出处", "source"),
    "fact": Text("史实", "fact"),
    "objective": Text("目标", "objective"),
    "trap": Text("陷阱", "trap"),
    "scene": Text("场景", "scene"),
    "task": Text("任务", "task"),
    "ending": Text("结局", "ending"),
    "choice": Text("选项", "choice"),
    "script": Text("剧本", "the script"),
}

RESERVED: Final[dict[str, frozenset[str]]] = {
    "role": frozenset({"any", "all"}),
    "scene": frozenset({"back"}),
    "var": frozenset({"and", "or", "not", "true", "false"}),
    "task": frozenset(
        {"rescue", "wait", "hint", "hand", "away", "back", "leave", "reflect"}  # moves of `tests`
    ),
}
"""Names that mean something else where such a thing is named."""

COUNT_MAX: Final = {"role": 30, "task": 100}
"""Most roles in a script, most tasks in a scene."""


def the(kind: str, name: str) -> Text:
    """“角色 recorder”, “role recorder”: what an issue speaks of."""
    return Text(f"{KINDS[kind].zh} {name}", f"{KINDS[kind].en} {name}")


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
        self._check(root)
        self._sets = {kind: frozenset(names) for kind, names in self.by_kind.items()}
        self.everybody = self.by_kind["role"][: COUNT_MAX["role"]]
        """What `all` and `any` stand for."""
        self.vars: dict[str, Var] = {}
        self.tasks: dict[str, tuple[str, ...]] = {}
        scenes = reader.get(root, "scenes")
        if isinstance(scenes, Mapping):
            for name, (_, scene) in scenes.entries.items():
                if isinstance(scene, Mapping):
                    self.tasks[name] = _keys(reader, scene, "tasks")
                    self._check_section(scene, "task", "tasks")
        self._scenes_by_task: dict[str, list[str]] = {}
        for name, tasks in self.tasks.items():
            for task in tasks:
                self._scenes_by_task.setdefault(task, []).append(name)
        self.here = ""
        """The scene being read: `done.TASK` means its tasks first."""

    def _check(self, root: Mapping) -> None:
        for kind, section in (("role", "roles"), ("scene", "scenes"), ("var", "vars")):
            self._check_section(root, kind, section)

    def _check_section(self, parent: Mapping, kind: str, section: str) -> None:
        """Names that mean something else, and more of them than rules and screens have room for."""
        node = self._reader.get(parent, section)
        if not isinstance(node, Mapping):
            return
        for name in RESERVED[kind] & node.entries.keys():
            self._reader.issue("SC112", node.entries[name][0], name=name, kind=KINDS[kind])
        most = COUNT_MAX.get(kind)
        if most is not None and len(node.entries) > most:
            number = len(node.entries)
            self._reader.issue("SC115", node, kind=KINDS[kind], number=number, most=most)

    def ref(self, node: Node | None, kind: str, *, also: tuple[str, ...] = ()) -> str:
        """The name at `node`, if one of `kind` is declared so (or it is one of `also`); else an
        issue is noted and the name is empty."""
        if node is None:
            return ""
        name = self._reader.text(node, KINDS[kind])
        if name and name not in self._sets[kind] and name not in also:
            self._reader.unknown(KINDS[kind], node, name, self.by_kind[kind], also)
            return ""
        return name

    def refs(self, node: Node | None, kind: str) -> tuple[str, ...]:
        """The names of a list, those declared."""
        items = self._reader.items(node, KINDS[kind])
        return tuple(name for name in (self.ref(item, kind) for item in items) if name)

    def declared(self, kind: str) -> tuple[str, ...]:
        """Every name of the kind, in the script's order."""
        return tuple(self._scenes_by_task) if kind == "task" else self.by_kind[kind]

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
        return name in self._sets[kind]

    def task(self, scene: str | None, name: str) -> list[tuple[str, str]]:
        """What `done.` may mean here."""
        if scene is not None:
            return [(scene, name)] if name in self.tasks.get(scene, ()) else []
        where = self._scenes_by_task.get(name, [])
        return [(self.here, name)] if self.here in where else [(scene, name) for scene in where]

    def nearest(self, kind: str, name: str) -> str:
        """The nearest known name."""
        if kind == "task":
            return self._reader.nearest(name, self._scenes_by_task)
        if kind == "guard":
            return self._reader.nearest(name, ("trap", "done", "has"))
        return self._reader.nearest(name, self.by_kind.get(kind, ()))


def _keys(reader: Reader, root: Mapping, section: str) -> tuple[str, ...]:
    node = reader.get(root, section)
    return tuple(node.entries) if isinstance(node, Mapping) else ()
