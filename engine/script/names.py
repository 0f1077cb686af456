"""All names a script declares, known before anything that uses them is read."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from engine.errors import Text
from engine.script.fields import Reader
from engine.script.meant import folded, number_meant, word_meant
from engine.script.nodes import Var
from engine.script.source import Mapping, Node, Scalar
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
    "place": Text("地点", "place"),
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
        self._shown = {kind: _shown(reader, root, *where) for kind, where in _CALLED.items()}
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

    def ref(
        self, node: Node | None, kind: str, *, also: tuple[str, ...] = (), name: str | None = None
    ) -> str:
        """The name at `node` (or `name`, a part of what is written there), if one of `kind` is
        declared so, or it is one of `also`; else an issue is noted and the name is empty."""
        if node is None:
            return ""
        name = self._reader.text(node, KINDS[kind]) if name is None else name
        self._reader.lookups.append((kind, name, node))
        if not name:
            self._reader.lost.add(kind)
        if name and name not in self._sets[kind] and name not in also:
            self._unknown(node, kind, name, also)
            return ""
        return name

    def refs(self, node: Node | None, kind: str, *, words: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The names of a list, those declared. `words`: what might have stood there instead of
        the list."""
        names = []
        alone = isinstance(node, Scalar)
        for item in self._reader.items(node, KINDS[kind]):
            name = self._reader.text(item, KINDS[kind])
            parts = re.split(r"[，、；;/|&\s]+", name)
            if len(parts) > 1 and all(part in self._sets[kind] for part in parts):
                near = f"[{', '.join(parts)}]" if alone else ", ".join(parts)
                self._reader.issue("SC201", item, kind=KINDS[kind], name=name, nearest=near)
                names += parts
                continue
            if name in self._sets[kind]:
                self._reader.lookups.append((kind, name, item))
                names.append(name)
            elif name:
                self._unknown(item, kind, name, words)
            else:
                self._reader.lost.add(kind)
        return tuple(names)

    def _unknown(self, node: Node, kind: str, name: str, also: tuple[str, ...]) -> None:
        """Note an undeclared name; one that is declared as something else is told so."""
        self._reader.lost.add(kind)
        shown = self._shown[kind]
        other = next((each for each in self.by_kind if name in self._sets[each]), None)
        if other is None or self._reader.nearest(name, also):
            self._reader.unknown(KINDS[kind], node, name, self.by_kind[kind], also, shown)
            return
        near = Text(f"；它是{KINDS[other].zh}的名字", f"; it is the name of a {KINDS[other].en}")
        self._reader.issue("SC201", node, kind=KINDS[kind], name=name, nearest=near)

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
        """What a guard may mean by a name that isn't declared so, as a guard has it."""
        if kind == "guard":
            head, _, rest = name.partition(".")
            near = self._reader.nearest(head, ("trap", "done", "has"))
            return f"{near}.{rest}" if near else ""
        if kind == "task":
            near = self._reader.nearest(name, self._scenes_by_task)
            return near and f"done.{near}"
        if kind != "var":
            other = next((head for each, head in _HEADS.items() if self.known(each, name)), "")
            if other or name in self._scenes_by_task:
                return f"{other or 'done'}.{name}"
            near = self._reader.nearest(name, self.by_kind[kind], self._shown[kind])
            return near and f"{_HEADS[kind]}.{near}"
        return self._bare(name)

    def _bare(self, name: str) -> str:
        """What a name without a dot may mean, that is no variable's."""
        dotted = re.fullmatch(r"(trap|has|done)[_-](.+)", name)
        head, rest = dotted.groups() if dotted is not None else ("", name)
        for each, its in (
            *((self._sets[k], h) for k, h in _HEADS.items()),
            (self._scenes_by_task, "done"),
        ):
            if rest in each and head in ("", its):
                return f"{its}.{rest}"
        return (
            next((f"{var.id} == {name}" for var in self.vars.values() if name in var.values), "")
            or word_meant(name, ("true", "false"))
            or number_meant(name)
            or self._reader.nearest(name, self.by_kind["var"], self._shown["var"])
        )

    def word(self, name: str) -> bool:
        """A value of some variable."""
        return any(name in var.values for var in self.vars.values())


_CALLED: Final = {
    "role": ("roles", "name"), "var": ("vars", "label"), "card": ("cards", "title"),
    "source": ("sources", "cite"), "fact": ("facts", "text"), "objective": ("objectives", ""),
    "trap": ("traps", "belief"), "scene": ("scenes", "title"),
}  # fmt: skip
"""Section of a kind, and the key under which people read what it is."""
_HEADS: Final = {"trap": "trap", "card": "has"}


def _shown(reader: Reader, root: Mapping, section: str, key: str) -> dict[str, str]:
    """Names by what people read; what stands for two is left out."""
    node = reader.get(root, section)
    found: dict[str, str] = {}
    for name, (_, value) in node.entries.items() if isinstance(node, Mapping) else ():
        text = reader.get(value, key) if isinstance(value, Mapping) else value
        if isinstance(text, Scalar) and text.value.strip():
            called = folded(text.value)
            found[called] = "" if called in found else name
    return found


def _keys(reader: Reader, root: Mapping, section: str) -> tuple[str, ...]:
    node = reader.get(root, section)
    return tuple(node.entries) if isinstance(node, Mapping) else ()
